"""The web server's handler of one connection."""

from __future__ import annotations

from typing import Any

from moto.moto_server.werkzeug_app import MotoRequestHandler  # pyright: ignore[reportMissingTypeStubs]


class Handler(MotoRequestHandler):
    """Logs no requests: they are counted (`/_local/calls`)."""

    def log_request(self, code: Any = "-", size: Any = "-") -> None:
        """Log nothing."""
