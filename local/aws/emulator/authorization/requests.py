"""A call as the tables see it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a call is made."""

    account: str
    """Account of the caller, twelve digits."""
    region: str
    """Region of the call."""

    def arn(self, service: str, resource: str) -> str:
        """The ARN of a resource of the caller's account in the Region."""
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"


@dataclass(frozen=True, kw_only=True)
class RestRequest:
    """An HTTP request of a service whose operations are told apart by method, path and query."""

    method: str
    """In capitals."""
    path: str
    """Decoded."""
    query: Mapping[str, str]
    """Decoded."""
    headers: Mapping[str, str]
    """Names in lower case."""
    body: Callable[[], bytes]
    """Reads the body, which the service reads again; only for what is short."""


@dataclass(frozen=True, kw_only=True)
class Rpc:
    """A call of the JSON and query protocols."""

    operation: str
    """Name of the operation in the service model."""
    parameters: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Its input."""


def parameters_of(body: bytes, *, is_json: bool) -> dict[str, Any]:
    """The input of a call, from its body; empty for a body that cannot be read, which the service will refuse."""
    try:
        if not is_json:
            return dict(parse_qsl(body.decode()))
        document: Any = json.loads(body or b"{}")
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}  # pyright: ignore[reportUnknownVariableType]
