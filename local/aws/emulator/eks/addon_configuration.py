"""Configuration values of add-ons: JSON or YAML, checked against the add-on's schema in EKS's words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml
from jsonschema import Draft7Validator

from local.aws.emulator.eks.core import INVALID
from local.aws.emulator.rest_json.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.aws.emulator.eks.addon_catalogue import Addon

_NAMES: dict[Any, str] = {
    dict: "object",
    list: "array",
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "number",
}
_VALIDATOR: Any = Draft7Validator


def parse(text: str | None) -> dict[str, Any]:
    """Read configuration values; nothing is an empty configuration.

    Raises:
        ServiceError: InvalidParameterException, for what is no JSON or YAML object.
    """
    try:
        values: Any = yaml.safe_load(text or "{}")
    except yaml.YAMLError as error:
        raise ServiceError(INVALID, f"ConfigurationValue is not in valid JSON or YAML format: {error}") from error
    if not isinstance(values, dict):
        raise ServiceError(INVALID, "ConfigurationValue is not in valid JSON or YAML format")
    return values  # pyright: ignore[reportUnknownVariableType]


def check(addon: Addon, text: str | None, **fields: str) -> dict[str, Any]:
    """Read configuration values and check them against the schema.

    Raises:
        ServiceError: InvalidParameterException, naming every value that does not fit.
    """
    values = parse(text)
    errors = [line for error in _VALIDATOR(addon.schema).iter_errors(values) for line in _lines(error)]
    if errors:
        message = (
            "ConfigurationValue provided in request is not supported: Json schema validation failed with error: "
            f"[{', '.join(sorted(errors))}]"
        )
        raise ServiceError(INVALID, message, **fields)
    return values


def _lines(error: Any) -> Iterator[str]:
    path = ".".join(["$", *(str(part) for part in error.absolute_path)])
    if error.validator == "additionalProperties":
        for name in sorted(set(error.instance) - set(error.schema.get("properties", {}))):
            yield f"{path}.{name}: is not defined in the schema and the schema does not allow additional properties"
    elif error.validator == "type":
        instance: Any = error.instance
        yield f"{path}: {_NAMES.get(instance.__class__, 'null')} found, {error.validator_value} expected"
    elif error.validator == "enum":
        yield f"{path}: does not have a value in the enumeration {error.validator_value}"
    else:
        yield f"{path}: {error.message}"
