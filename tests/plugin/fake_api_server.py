"""An API server with one ConfigMap, and EKS's description of its cluster, as far as the plugin's tests need them."""

from __future__ import annotations

import base64
import datetime as dt
import ipaddress
import json
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.plugin.fake_emr import service_error

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class FakeApiServer:
    """An API server over TLS that knows one ConfigMap, versions and conflicts."""

    def __init__(self, folder: Path) -> None:
        self.config_map: dict[str, Any] | None = None
        self.version = 0
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self.interfere: list[Callable[[], None]] = []
        self.failure: tuple[int, dict[str, Any]] | None = None
        self.authority = _certificate(folder)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "both.pem")
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        threading.Thread(target=self._server.serve_forever, args=[0.05], daemon=True).start()
        self.cluster: dict[str, Any] = {
            "name": "prod",
            "status": "ACTIVE",
            "endpoint": f"https://127.0.0.1:{self._server.server_port}",
            "certificateAuthority": {"data": base64.b64encode(self.authority.encode()).decode()},
            "accessConfig": {"authenticationMode": "API_AND_CONFIG_MAP"},
        }

    def describe_cluster(self, *, name: str) -> dict[str, Any]:
        """EKS's side."""
        if name != "prod":
            raise service_error("ResourceNotFoundException")
        return {"cluster": self.cluster}

    def put(self, text: str | None) -> None:
        """Write as somebody else would."""
        self.version += 1
        data = {} if text is None else {"mapRoles": text}
        self.config_map = {"metadata": {"name": "aws-auth"}, "data": data | {"mapUsers": "# people\n[]\n"}}

    @property
    def text(self) -> str:
        assert self.config_map is not None
        return self.config_map["data"]["mapRoles"]

    def answer(self, method: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if method != "GET" and self.interfere:
            self.interfere.pop(0)()
        if self.failure:
            return self.failure
        if method == "POST":
            if self.config_map is not None:
                return 409, {"message": "already exists"}
            self.config_map, self.version = body, self.version + 1
        if self.config_map is None:
            return 404, {"message": "not found"}
        if method == "PATCH":
            if body["metadata"]["resourceVersion"] != str(self.version):
                return 409, {"message": "conflict"}
            self.config_map["data"].update(body["data"])
            self.version += 1
        seen = self.config_map | {"metadata": {"resourceVersion": str(self.version)}}
        return 200, seen

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def _serve(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                body = json.loads(self.rfile.read(length)) if length else {}
                fake.asked.append((self.command, self.path, dict(self.headers)))
                status, answer = fake.answer(self.command, body)
                content = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_PATCH = _serve  # noqa: N815

            def log_message(self, *_: Any) -> None:
                pass

        return Handler


def _certificate(folder: Path) -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kubernetes")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "both.pem").write_bytes(private + certificate)
    return certificate.decode()
