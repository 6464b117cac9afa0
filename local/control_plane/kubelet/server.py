"""Answers the API server when it asks for a container's log (`kubectl logs`)."""

from __future__ import annotations

import contextlib
import logging
import ssl
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from local.control_plane.kubelet import logs
from local.control_plane.kubelet.configuration import API_SERVER

if TYPE_CHECKING:
    from collections.abc import Iterable

    from local.control_plane.kubelet.configuration import Configuration
    from local.control_plane.kubelet.kubelet import Kubelet

LOG = logging.getLogger(__name__)
_SIMULATED = b"This container is simulated by the embedded cloud: nothing runs for it, so it writes no log.\n"
_SECONDS = 30


def serve(configuration: Configuration, kubelet: Kubelet) -> None:
    """Serve on the configured port in a thread of its own."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(configuration.serving_certificate, configuration.serving_key)
    context.load_verify_locations(configuration.authority)
    context.verify_mode = ssl.CERT_REQUIRED
    server = _Server(("127.0.0.1", configuration.port), _Handler)
    server.kubelet = kubelet
    # The handshake is for the request's own thread: a client that dawdles must not keep others waiting.
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, name="server", daemon=True).start()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    kubelet: Kubelet

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Note a client that went away or has no certificate; no more is to be done."""
        del request
        LOG.info("a request from %s ended early", client_address)


class _Handler(BaseHTTPRequestHandler):
    timeout = _SECONDS
    server: _Server  # type: ignore[assignment]

    def do_GET(self) -> None:
        """Answer `/containerLogs/<namespace>/<pod>/<container>` (kubelet's server)."""
        connection: Any = self.connection
        subject = [pair for part in connection.getpeercert()["subject"] for pair in part]
        if ("commonName", API_SERVER) not in subject:  # which has judged who asked it
            self.send_error(HTTPStatus.FORBIDDEN)
            return
        url = urlsplit(self.path)
        match url.path.split("/")[1:]:
            case ["containerLogs", namespace, pod, container]:
                self._log(namespace, pod, container, dict(parse_qsl(url.query)))
            case _:
                self.send_error(HTTPStatus.NOT_FOUND)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the base class names it)
        """Log nothing of requests in order."""

    def _log(self, namespace: str, pod: str, container: str, query: dict[str, str]) -> None:
        try:
            options = logs.Options.from_query(query)
        except ValueError as error:
            self._answer(HTTPStatus.BAD_REQUEST, [str(error).encode()])
            return
        life = self.server.kubelet.life(namespace, pod)
        if life is None or not life.runs_for_real(container):
            self._answer(HTTPStatus.OK, [_SIMULATED])
            return
        path = life.log(container, previous=options.previous)
        if not path.exists():
            which = "previous terminated container" if options.previous else "container"
            text = f'{which} "{container}" in pod "{pod}" has no log: it has not been started\n'
            self._answer(HTTPStatus.BAD_REQUEST, [text.encode()])
            return
        self._answer(HTTPStatus.OK, logs.read(path, options, lambda: life.is_running(container)))

    def _answer(self, status: HTTPStatus, content: Iterable[bytes]) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/plain")
        self.end_headers()
        with contextlib.suppress(ConnectionError, ssl.SSLError):  # whoever followed has seen enough
            for part in content:
                self.wfile.write(part)
