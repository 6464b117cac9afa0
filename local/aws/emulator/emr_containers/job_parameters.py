"""Parameters of job templates (EMR on EKS Development Guide, "Defining job template parameters").

A template holds `${name}` where a value is given when a run starts. AWS publishes no words for what is wrong with
parameters, nor what it makes of a placeholder without a parameter: both are ours.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from local.aws.emulator.emr_containers.state import INVALID
from local.aws.emulator.rest_json.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from local.aws.emulator.emr_containers.state import Document

_PLACEHOLDER = re.compile(r"\$\{([.\-_#A-Za-z0-9]+)\}")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


def check_template(data: Document) -> None:
    """Refuse a placeholder without a parameter, and a default that is not of the parameter's type.

    Raises:
        ServiceError: ValidationException.
    """
    declared: Document = data.get("parameterConfiguration", {})
    for name in _placeholders({key: value for key, value in data.items() if key != "parameterConfiguration"}):
        if name not in declared:
            raise ServiceError(INVALID, f"The placeholder ${{{name}}} has no entry in parameterConfiguration.")
    for name, parameter in declared.items():
        if "defaultValue" in parameter:
            _check_type(name, parameter, parameter["defaultValue"])


def fill(data: Document, given: Mapping[str, str]) -> Document:
    """The data of a template with every placeholder replaced.

    Raises:
        ServiceError: ValidationException, for a parameter that is unknown, missing or not of its type.
    """
    declared: Document = data.get("parameterConfiguration", {})
    unknown = sorted(set(given) - set(declared))
    if unknown:
        known = ", ".join(sorted(declared)) or "none"
        raise ServiceError(INVALID, f"Job template parameters {', '.join(unknown)} are not known; it has: {known}.")
    values: dict[str, str] = {}
    for name, parameter in declared.items():
        if name not in given and "defaultValue" not in parameter:
            raise ServiceError(INVALID, f"Job template parameter {name} is missing and has no default value.")
        value: str = given[name] if name in given else parameter["defaultValue"]
        _check_type(name, parameter, value)
        values[name] = value
    return {key: _filled(value, values) for key, value in data.items() if key != "parameterConfiguration"}


def _check_type(name: str, parameter: Document, value: str) -> None:
    if parameter.get("type") == "NUMBER" and not _NUMBER.fullmatch(value):
        raise ServiceError(INVALID, f"Job template parameter {name} is of type NUMBER, and {value} is no number.")


def _placeholders(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield from _PLACEHOLDER.findall(value)
    elif isinstance(value, dict):
        for item in value.items():  # pyright: ignore[reportUnknownVariableType]
            yield from _placeholders(item)
    elif isinstance(value, (list, tuple)):
        for item in value:  # pyright: ignore[reportUnknownVariableType]
            yield from _placeholders(item)


def _filled(value: Any, values: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return _PLACEHOLDER.sub(lambda found: values[found[1]], value)
    if isinstance(value, dict):
        return {_filled(k, values): _filled(v, values) for k, v in value.items()}  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, list):
        return [_filled(item, values) for item in value]  # pyright: ignore[reportUnknownVariableType]
    return value
