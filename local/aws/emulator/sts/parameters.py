"""The parameters of a request in the query protocol, checked against the service model."""

from __future__ import annotations

import functools
from typing import Any
from urllib.parse import parse_qsl

from botocore.loaders import Loader
from botocore.model import ServiceModel

from local.aws.emulator.rest_json.validation import message, violations
from local.aws.emulator.sts.errors import invalid_parameter


def read(operation: str, form: str) -> dict[str, Any]:
    """Read the form of an operation of STS.

    Raises:
        StsError: ValidationError, with everything that the model does not allow.
    """
    pairs = dict(parse_qsl(form, keep_blank_values=True))
    shape: Any = _model().operation_model(operation).input_shape
    parameters = _structure(shape, pairs, "")
    found = list(violations(shape, parameters))
    if found:
        raise invalid_parameter(message(found))
    return parameters


def _structure(shape: Any, pairs: dict[str, str], prefix: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, member in shape.members.items():
        value = _value(member, pairs, f"{prefix}{name}")
        if value is not None:
            found[name] = value
    return found


def _value(shape: Any, pairs: dict[str, str], path: str) -> Any:
    """A parameter; None if the request does not have it. Lists are numbered: `Tags.member.1.Key`."""
    if shape.type_name == "list":
        items: list[Any] = []
        while any(key == at or key.startswith(f"{at}.") for at in [f"{path}.member.{len(items) + 1}"] for key in pairs):
            items.append(_value(shape.member, pairs, f"{path}.member.{len(items) + 1}"))
        return items or None
    if shape.type_name == "structure":
        return _structure(shape, pairs, f"{path}.")
    text = pairs.get(path)
    if text is None or shape.type_name != "integer":
        return text
    try:
        return int(text)
    except ValueError as error:
        raise invalid_parameter(f"Value '{text}' at '{path}' is no integer") from error


@functools.cache
def _model() -> ServiceModel:
    return ServiceModel(Loader().load_service_model("sts", "service-2"))
