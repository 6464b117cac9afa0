"""Property values as they travel between the Pulumi engine and a provider.

The engine sends `google.protobuf.Struct`s in which a secret is an object with a marker key and an unknown
value (not known before an update) is one of eight reserved strings (pulumi/sdk, resource/plugin/rpc.go).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from google.protobuf.struct_pb2 import NULL_VALUE, ListValue, Struct, Value

from local.aws.providers.aws.forms import is_list, is_object

_MARKER: Final = "4dabf18193072939515e22adb298388d"
_SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - the protocol's word for "this is a secret"
_UNKNOWN: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
_UNKNOWNS: Final = frozenset(
    {
        _UNKNOWN,
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # bool
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",  # number
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # array
        "030794c1-ac77-496b-92df-f27374a8bd58",  # asset
        "e48ece36-62e2-4504-bad9-02848725956a",  # archive
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # object
    },
)


class Unknown:
    """A value that is not known before an update."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()


@dataclass(frozen=True)
class Secret:
    """A value that must not be shown and that the engine keeps encrypted."""

    value: Any

    def __repr__(self) -> str:
        return "Secret(...)"


def decode(struct: Struct) -> dict[str, Any]:
    """Give the struct's properties; unknowns become `UNKNOWN`, secrets `Secret`, absent (null) ones are dropped."""
    fields = {name: _decode(value) for name, value in struct.fields.items()}
    return {name: value for name, value in fields.items() if value is not None}


def _decode(value: Value) -> Any:  # noqa: PLR0911 - one for each form on the wire
    kind = value.WhichOneof("kind")
    if kind == "string_value":
        return UNKNOWN if value.string_value in _UNKNOWNS else value.string_value
    if kind == "number_value":
        number = value.number_value
        return int(number) if number.is_integer() else number
    if kind == "bool_value":
        return value.bool_value
    if kind == "list_value":
        return [_decode(element) for element in value.list_value.values]
    if kind == "struct_value":
        marker = value.struct_value.fields.get(_MARKER)
        if marker is not None and marker.string_value == _SECRET:
            return Secret(_decode(value.struct_value.fields["value"]))
        return decode(value.struct_value)
    return None


def encode(properties: dict[str, Any]) -> Struct:
    """Give the properties as a struct, the inverse of `decode`."""
    return Struct(fields={name: _encode(value) for name, value in properties.items()})


def _encode(value: Any) -> Value:  # noqa: PLR0911 - one for each form on the wire
    if isinstance(value, Secret):
        fields = {_MARKER: Value(string_value=_SECRET), "value": _encode(value.value)}
        return Value(struct_value=Struct(fields=fields))
    if isinstance(value, Unknown):
        return Value(string_value=_UNKNOWN)
    if value is None:
        return Value(null_value=NULL_VALUE)
    if isinstance(value, bool):
        return Value(bool_value=value)
    if isinstance(value, (int, float)):
        return Value(number_value=value)
    if isinstance(value, str):
        return Value(string_value=value)
    if is_object(value):
        return Value(struct_value=encode(value))
    if is_list(value):
        return Value(list_value=ListValue(values=[_encode(element) for element in value]))
    raise TypeError(f"a property cannot hold a {type(value).__name__}")


def plain(value: Any) -> Any:
    """Give the value without the wrappers of its secrets."""
    if isinstance(value, Secret):
        return plain(value.value)
    if is_object(value):
        return {key: plain(element) for key, element in value.items()}
    if is_list(value):
        return [plain(element) for element in value]
    return value


def contains(value: Any, kind: type) -> bool:
    """Say whether the value is or holds an instance of `kind` (`Secret` or `Unknown`)."""
    if isinstance(value, kind):
        return True
    if isinstance(value, Secret):
        return contains(value.value, kind)
    if is_object(value):
        return any(contains(element, kind) for element in value.values())
    return is_list(value) and any(contains(element, kind) for element in value)


def mark(value: Any, pattern: Any) -> Any:
    """Wrap as secret in `value` what is secret in `pattern`; where their structures differ, wrap the whole."""
    if not contains(pattern, Secret) or isinstance(value, Secret) or value is None:
        return value
    if is_object(pattern) and is_object(value):
        return {key: mark(element, pattern.get(key)) for key, element in value.items()}
    if is_list(pattern) and is_list(value) and len(pattern) == len(value):
        return [mark(element, like) for element, like in zip(value, pattern, strict=True)]
    return Secret(value)


def secret_texts(value: Any, *, within: bool = False) -> set[str]:
    """Give every text and number inside the secrets of the value, so that messages can leave them out."""
    if isinstance(value, Secret):
        return secret_texts(value.value, within=True)
    if is_object(value):
        return set[str]().union(*(secret_texts(element, within=within) for element in value.values()))
    if is_list(value):
        return set[str]().union(*(secret_texts(element, within=within) for element in value))
    if within and isinstance(value, (str, int, float)) and not isinstance(value, bool):
        return {str(value)}
    return set()
