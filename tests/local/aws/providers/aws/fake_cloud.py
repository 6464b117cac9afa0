"""A program: the AWS emulator on a free port, with a made-up API server behind its clusters.

Prints the endpoint and ends when its standard input does. A process of its own, since moto's state is one per process.
"""

from __future__ import annotations

import logging
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.serving import make_server

from local.aws.emulator.emulator import Emulator
from local.aws.emulator.moto_gaps import ec2, missing_operations
from local.control_plane import ApiError

NEVER = "never-ready"
"""Nodes with this label are never ready."""
READY = {"conditions": [{"type": "Ready", "status": "True"}]}


class MadeUpApi:
    """Keeps documents by path; nodes and pods are ready at once."""

    def __init__(self) -> None:
        self.documents: dict[str, dict[str, Any]] = {"/version": {"gitVersion": "v1.35.5"}}

    def get(self, path: str) -> dict[str, Any]:
        if path not in self.documents:
            raise ApiError(404, "NotFound", path)
        return self.documents[path]

    def list(self, path: str, **_: str) -> list[dict[str, Any]]:
        return [document for key, document in self.documents.items() if key.rpartition("/")[0] == path]

    def create(self, path: str, document: dict[str, Any]) -> dict[str, Any]:
        return self.apply(f"{path}/{document['metadata']['name']}", document)

    def apply(self, path: str, document: dict[str, Any], **_: str) -> dict[str, Any]:
        replicas = document.get("spec", {}).get("replicas", 0)
        ready = {} if NEVER in document["metadata"].get("labels", {}) else READY
        self.documents[path] = {**document, "status": {**ready, "readyReplicas": replicas}}
        return self.documents[path]

    replace = apply

    def patch(self, path: str, change: dict[str, Any], **_: str) -> dict[str, Any]:
        document = self.get(path.removesuffix("/status"))
        for part, values in change.items():
            document.setdefault(part, {}).update(values)
        return document

    def delete(self, path: str, **_: str) -> dict[str, Any]:
        return self.documents.pop(path, {})


class MadeUpControlPlane:
    """Runs nothing."""

    def __init__(self) -> None:
        self.endpoint = "https://127.0.0.1:1"
        self.certificate_authority = "made up"
        self.api: Any = MadeUpApi()

    def start(self) -> None:
        """Nothing to start."""

    stop = delete = start

    def define(self, *plurals: str) -> None:
        """Nothing to define."""

    undefine = define

    def as_user(self, token: str) -> Any:
        del token
        return self.api


class Quiet(MotoRequestHandler):
    def log_request(self, *_: Any) -> None:
        """Log nothing."""


def main() -> None:
    logging.basicConfig(level=logging.ERROR)
    emulator = Emulator(Path(tempfile.mkdtemp()), lambda _eks, _cluster, _folder: MadeUpControlPlane())
    ec2.install()
    missing_operations.install()
    emulator.begin()
    server = make_server("127.0.0.1", 0, emulator.application, threaded=True, request_handler=Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdout.write(f"http://127.0.0.1:{server.server_port}\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main()
