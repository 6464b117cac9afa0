"""Reads calls off the WSGI environment, and leaves it as it was."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from local.aws.emulator.authorization.requests import RestRequest, Rpc, parameters_of

if TYPE_CHECKING:
    from collections.abc import Mapping


def is_json(environ: Mapping[str, Any]) -> bool:
    """Whether a call speaks one of the JSON protocols."""
    return "HTTP_X_AMZ_TARGET" in environ


def rpc(environ: dict[str, Any], operation: str) -> Rpc:
    """A call of the JSON and query protocols."""
    return Rpc(operation=operation, parameters=parameters_of(body_of(environ), is_json=is_json(environ)))


def rest_request(environ: dict[str, Any]) -> RestRequest:
    """A call of the REST protocols. WSGI hands the bytes of a path over as Latin-1 (PEP 3333)."""
    headers = {
        name.removeprefix("HTTP_").replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_") and isinstance(value, str)
    }
    return RestRequest(
        method=environ["REQUEST_METHOD"],
        path=environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace"),
        query=dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True)),
        headers=headers,
        body=lambda: body_of(environ),
    )


def body_of(environ: dict[str, Any]) -> bytes:
    """The body, which whoever comes next can read again."""
    if environ.get("CONTENT_LENGTH"):
        body: bytes = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    elif environ.get("wsgi.input_terminated"):
        body = environ["wsgi.input"].read()
    else:
        body = b""
    environ["wsgi.input"] = io.BytesIO(body)
    return body
