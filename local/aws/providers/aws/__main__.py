"""The stand-in's process, started by the Pulumi engine: `python -m local.aws.providers.aws ENGINE_ADDRESS`."""

from __future__ import annotations

from local.aws.providers.aws.server import serve

if __name__ == "__main__":
    serve()
