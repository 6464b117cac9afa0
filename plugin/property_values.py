"""Property values as the engine sends them, and as plain Python values.

A value not known yet arrives as a distinguished text, a secret as a mapping with a signature
(pulumi/provider.proto, and `pulumi.runtime.rpc`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, cast

from google.protobuf import json_format, struct_pb2
from pulumi.runtime import rpc

UNKNOWN = rpc.UNKNOWN
"""Stands for a value that only an `up` will bring."""

# Part of the protocol between the engine and its plugins, the same in every SDK.
_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 (marks a secret, is none)
_OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
_UNKNOWNS = frozenset(
    {
        UNKNOWN,
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # a truth value
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",  # a number
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # a list
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # a mapping
    }
)


@dataclass(frozen=True, kw_only=True)
class Properties:
    """The properties of one message."""

    values: dict[str, Any]
    """Plain values, whole numbers as int; `UNKNOWN` where nothing is known yet."""
    secrets: frozenset[str] = frozenset()
    """The properties that are secret or hold a secret."""


def decode(struct: struct_pb2.Struct) -> Properties:
    """The properties in a message; a property without a value (null) is left out."""
    document: dict[str, Any] = json_format.MessageToDict(struct)
    return Properties(
        values={key: _plain(value) for key, value in document.items() if value is not None},
        secrets=frozenset(key for key, value in document.items() if _holds_secret(value)),
    )


def encode(values: Mapping[str, Any], secrets: Collection[str] = ()) -> struct_pb2.Struct:
    """The message for these properties; those named in `secrets` are marked as secret as a whole."""
    struct = struct_pb2.Struct()
    struct.update(
        {
            key: {_SIGNATURE: _SECRET, "value": value} if key in secrets else value
            for key, value in values.items()
            if value is not None
        }
    )
    return struct


def holds_unknown(value: Any) -> bool:
    """Whether the value, or anything in it, is not known yet."""
    if isinstance(value, Mapping):
        return any(holds_unknown(inner) for inner in cast("Mapping[str, Any]", value).values())
    if isinstance(value, list):
        return any(holds_unknown(inner) for inner in cast("list[Any]", value))
    return value == UNKNOWN


def _plain(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_plain(inner) for inner in cast("list[Any]", value)]
    if not isinstance(value, dict):
        return UNKNOWN if value in _UNKNOWNS else value
    document = cast("dict[str, Any]", value)
    if document.get(_SIGNATURE) == _SECRET:
        return _plain(document.get("value"))
    if document.get(_SIGNATURE) == _OUTPUT:
        return _plain(document.get("value", UNKNOWN))
    return {key: _plain(inner) for key, inner in document.items() if inner is not None}


def _holds_secret(value: Any) -> bool:
    if isinstance(value, list):
        return any(_holds_secret(inner) for inner in cast("list[Any]", value))
    if not isinstance(value, dict):
        return False
    document = cast("dict[str, Any]", value)
    marked = document.get(_SIGNATURE) == _SECRET or (
        document.get(_SIGNATURE) == _OUTPUT and document.get("secret") is True
    )
    return marked or any(_holds_secret(inner) for inner in document.values())
