"""The HTTPS server that the API server calls back: token reviews, access reviews, pod admission."""

from __future__ import annotations

import json
import logging
import ssl
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from local.control_plane.pki import Pki

Document = dict[str, Any]
_STOP_SECONDS = 0.1  # how long it may take until a request to stop is seen
_log = logging.getLogger(__name__)


class _Handler(BaseHTTPRequestHandler):
    """Hands the document posted to a path to that path's reviewer and returns its answer."""

    protocol_version = "HTTP/1.1"  # keeps connections, which spares a handshake per question
    disable_nagle_algorithm = True  # headers and body are two writes; Nagle would hold back the second

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        reviewer = cast("WebhookServer", self.server).reviewers.get(self.path.partition("?")[0])
        if reviewer is None:
            self.send_error(404)
            return
        answer = json.dumps(reviewer(json.loads(body))).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class's name)
        """Log nothing: there is a question for every request to the API server."""


class WebhookServer(ThreadingHTTPServer):
    """Serves on 127.0.0.1 with the cluster's server certificate; a thread a connection."""

    daemon_threads = True

    def __init__(self, pki: Pki, port: int, reviewers: Mapping[str, Callable[[Document], Document]]) -> None:
        """Bind `port`; `reviewers` maps a path to the function that answers the document posted there."""
        self.reviewers = reviewers
        super().__init__(("127.0.0.1", port), _Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pki.certificate("server"), pki.key("server"))
        # The handshake happens at the first read, in the connection's own thread, and cannot stop others.
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self._thread = threading.Thread(target=self.serve_forever, args=(_STOP_SECONDS,), name="webhooks", daemon=True)

    def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002 (the base's signature)
        """Log what goes wrong with a connection; clients that hang up are no event."""
        if not isinstance(sys.exception(), ConnectionError | ssl.SSLError):
            _log.exception("a question of the API server could not be answered")

    def start(self) -> None:
        """Begin to serve."""
        self._thread.start()

    def stop(self) -> None:
        """Stop serving and give the port back."""
        self.shutdown()
        self._thread.join()
        self.server_close()
