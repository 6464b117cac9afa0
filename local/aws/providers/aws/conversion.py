"""Property values in the form of the API's shapes, and back, by the rule that `shapes` states."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from local.aws.providers.aws import shapes
from local.aws.providers.aws.forms import is_list, is_object
from local.aws.providers.aws.sdk import Kind
from local.aws.providers.aws.shapes import Shape, UnfittingError
from local.aws.providers.aws.wire import Unknown

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Converter:
    """Converts values; it knows the exceptions to the naming rule."""

    names: Mapping[str, str] = field(default_factory=dict[str, str])
    """Members by the path of their property, as `networkInterfaces.securityGroups`, where the rule finds none."""

    def _member(self, shape: Shape, path: str, name: str, kind: Kind) -> str | None:
        return shapes.member(shape, self.names.get(f"{path}.{name}", name), kind)

    def to_api(self, shape: Shape, kind: Kind, value: Any, path: str) -> Any:
        """Give a property's value in the form of the API's shape; raise `UnfittingError` where that is impossible."""
        if isinstance(value, Unknown):
            return value
        if shape.type_name == "structure":
            return self._to_structure(shape, kind, value, path)
        if shape.type_name == "list":
            pair = shapes.pair(shape.member)
            if pair is not None and is_object(value):
                return [{pair[0]: key, pair[1]: element} for key, element in value.items()]
            elements = value if is_list(value) else [value]
            return [self.to_api(shape.member, kind.item or kind, element, path) for element in elements]
        if shape.type_name == "map":
            if not is_object(value):
                raise UnfittingError(path, "a map of names to values is expected")
            item = kind.item or Kind("string")
            return {key: self.to_api(shape.value, item, element, path) for key, element in value.items()}
        return _to_scalar(shape, value, path)

    def _to_structure(self, shape: Shape, kind: Kind, value: Any, path: str) -> Any:
        if is_list(value):
            if len(value) > 1:
                raise UnfittingError(path, f"at most one element is allowed, {len(value)} are given")
            return self._to_structure(shape, kind.item or kind, value[0] if value else {}, path)
        if not is_object(value):
            inner = shapes.only_member(shape)
            if inner is None:
                raise UnfittingError(path, f"an object is expected, not a {type(value).__name__}")
            return {inner: self.to_api(shape.members[inner], kind, value, path)}
        result: dict[str, Any] = {}
        for key, element in value.items():
            inner_kind = kind.fields.get(key)
            name = inner_kind and self._member(shape, path, key, inner_kind)
            if inner_kind is None or name is None:
                raise UnfittingError(f"{path}.{key}", "unhandled")
            result[name] = self.to_api(shape.members[name], inner_kind, element, f"{path}.{key}")
        return result

    def from_api(  # noqa: PLR0911 - one for each kind
        self, shape: Shape, kind: Kind, raw: Any, path: str
    ) -> Any:
        """Give what the API answered in the form of the SDK's type; what the SDK has no property for is left out."""
        if raw is None:
            return None
        if kind.form == "object":
            if is_list(raw):
                return self.from_api(shape.member, kind, raw[0], path) if raw else None
            return self._from_structure(shape, kind, raw, path)
        if kind.form == "list" and kind.item is not None:
            return self._from_list(shape, kind, kind.item, raw, path)
        if kind.form == "map" and kind.item is not None:
            if is_list(raw):
                key, value = shapes.pair(shape.member) or ("Key", "Value")
                return {element[key]: element.get(value, "") for element in raw}
            return {key: self.from_api(shape.value, kind.item, element, path) for key, element in raw.items()}
        return self._from_scalar(shape, kind, raw, path)

    def _from_structure(self, shape: Shape, kind: Kind, raw: dict[str, Any], path: str) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for name, inner in kind.fields.items():
            found = self._member(shape, path, name, inner)
            if found is not None and raw.get(found) is not None:
                result[name] = self.from_api(shape.members[found], inner, raw[found], f"{path}.{name}")
        return result

    def _from_list(self, shape: Shape, kind: Kind, item: Kind, raw: Any, path: str) -> list[Any]:
        if is_object(raw):
            inner = shapes.only_member(shape)
            if inner is not None and shape.members[inner].type_name == "list":
                return self.from_api(shape.members[inner], kind, raw.get(inner, []), path)
            return [self.from_api(shape, item, raw, path)]
        element_shape = shape.member if shape.type_name == "list" else shape
        return [self.from_api(element_shape, item, element, path) for element in raw]

    def _from_scalar(self, shape: Shape, kind: Kind, raw: Any, path: str) -> Any:
        if is_object(raw):
            inner = shapes.only_member(shape)
            # botocore has parsed IAM's policy documents; Pulumi has them as text.
            return json.dumps(raw) if inner is None else self.from_api(shape.members[inner], kind, raw.get(inner), path)
        if isinstance(raw, dt.datetime):
            return raw.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
        if kind.form == "boolean":
            return raw if isinstance(raw, bool) else str(raw).lower() == "true"
        if kind.form == "integer":
            return int(raw)
        if kind.form == "number":
            return float(raw)
        return _text(raw)


def _text(raw: Any) -> str:
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    return str(raw).lower() if isinstance(raw, bool) else str(raw)


def _to_scalar(shape: Shape, value: Any, path: str) -> Any:
    if is_object(value) or is_list(value):
        raise UnfittingError(path, f"a single value is expected, not a {type(value).__name__}")
    try:
        if shape.type_name in ("integer", "long"):
            return int(value)
        if shape.type_name in ("float", "double"):
            return float(value)
    except ValueError:
        raise UnfittingError(path, f"a number is expected, not {value!r}") from None
    if shape.type_name == "boolean":
        if str(value).lower() not in ("true", "false"):
            raise UnfittingError(path, f"true or false is expected, not {value!r}")
        return str(value).lower() == "true"
    if shape.type_name == "string":
        return str(value).lower() if isinstance(value, bool) else str(value)
    return value
