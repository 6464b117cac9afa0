"""Finds the operation that a method and a path mean, and binds a request to the operation's input."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote

from local.aws.emulator.rest_json.errors import ServiceError

if TYPE_CHECKING:
    from botocore.model import OperationModel, ServiceModel, Shape


@dataclass(frozen=True, kw_only=True)
class HttpRequest:
    """The part of an HTTP request that the protocol looks at."""

    method: str
    """HTTP method in capitals."""
    path: str
    """Path as sent, still percent-encoded: an ARN in a path segment holds encoded slashes."""
    query: str
    """Query string as sent."""
    body: bytes
    """Body as sent."""


class Routes:
    """The URI templates of a service model."""

    def __init__(self, model: ServiceModel) -> None:
        self._templates: list[tuple[str, list[str], OperationModel]] = []
        for name in model.operation_names:
            operation = model.operation_model(name)
            template: str = operation.http["requestUri"]
            self._templates.append((operation.http["method"], template.strip("/").split("/"), operation))

    def find(self, request: HttpRequest) -> tuple[OperationModel, dict[str, str]]:
        """Give the operation and the values of the labels in its path.

        Raises:
            ServiceError: UnknownOperationException, if the service has none such.
        """
        segments = [unquote(segment) for segment in request.path.strip("/").split("/")]
        for method, template, operation in self._templates:
            if method != request.method or len(template) != len(segments):
                continue
            pairs = list(zip(template, segments, strict=True))
            if all(part.startswith("{") or part == segment for part, segment in pairs):
                return operation, {p.strip("{}"): s for p, s in pairs if p.startswith("{")}
        raise ServiceError("UnknownOperationException", f"{request.method} {request.path}")


def bind(operation: OperationModel, labels: dict[str, str], request: HttpRequest) -> dict[str, Any]:
    """Gather path, query and body into the one parameter document that the operation's input describes.

    Raises:
        ServiceError: SerializationException, when the body is no JSON object or a value has another type.
    """
    shape = operation.input_shape
    if shape is None:
        return {}
    query = parse_qs(request.query, keep_blank_values=True)
    body = _body(request.body)
    params: dict[str, Any] = {}
    members: dict[str, Any] = shape.members  # pyright: ignore[reportAttributeAccessIssue]
    for name, member in members.items():
        wire: str = member.serialization.get("name", name)
        location = member.serialization.get("location")
        if location == "uri":
            params[name] = labels[wire]
        elif location == "querystring":
            if wire in query:
                params[name] = _from_query(member, query[wire])
        elif body.get(wire) is not None:
            params[name] = _typed(member, body[wire], name)
    return params


def _body(content: bytes) -> dict[str, Any]:
    if not content:
        return {}
    try:
        document: Any = json.loads(content)
    except ValueError as error:
        raise ServiceError("SerializationException", f"The body is no JSON: {error}") from error
    if not isinstance(document, dict):
        raise ServiceError("SerializationException", "The body is no JSON object")
    return document  # pyright: ignore[reportUnknownVariableType]


def _from_query(shape: Shape, values: list[str]) -> Any:
    if shape.type_name == "list":
        return values
    text = values[-1]
    try:
        if shape.type_name in ("integer", "long"):
            return int(text)
        if shape.type_name == "boolean":
            return {"true": True, "false": False}[text.lower()]
        if shape.type_name == "timestamp":
            moment = datetime.fromisoformat(text)
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, KeyError) as error:
        raise ServiceError("SerializationException", f"{text} is no {shape.type_name}") from error
    return text


_JSON_TYPES: dict[str, tuple[type, ...]] = {
    "structure": (dict,),
    "map": (dict,),
    "list": (list,),
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "long": (int,),
    "float": (int, float),
    "double": (int, float),
    "timestamp": (int, float, str),
}


def _typed(shape: Any, value: Any, path: str) -> Any:
    """Check JSON types all the way down and drop what the model does not know, as the services do."""
    _check_type(shape, value, path)
    if shape.type_name == "structure":
        return {
            name: _typed(member, value[member.serialization.get("name", name)], f"{path}.{name}")
            for name, member in shape.members.items()
            if value.get(member.serialization.get("name", name)) is not None
        }
    if shape.type_name == "list":
        return [_typed(shape.member, item, f"{path}.{n}") for n, item in enumerate(value, 1)]
    if shape.type_name == "map":
        return {key: _typed(shape.value, item, f"{path}.{key}") for key, item in value.items()}
    if shape.type_name == "timestamp":
        return datetime.fromisoformat(value) if isinstance(value, str) else datetime.fromtimestamp(value, UTC)
    return value


def _check_type(shape: Any, value: Any, path: str) -> None:
    fits = isinstance(value, _JSON_TYPES[shape.type_name])
    if not fits or (isinstance(value, bool) and shape.type_name != "boolean"):
        raise ServiceError("SerializationException", f"{path} must be a {shape.type_name}")
