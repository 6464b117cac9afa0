"""Results by the naming rule: from what the API answered to the properties of the SDK's result class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.aws.providers.aws import sdk, shapes
from local.aws.providers.aws.conversion import Converter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.aws.providers.aws.invokes import Call


def result(
    call: Call,
    token: str,
    answered: tuple[str, str, str],
    raw: Mapping[str, Any],
    names: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Give the properties of a function's result that an object holds.

    `answered` says where the object is from: service, operation, path in its output.
    """
    service, operation, path = answered
    shape = shapes.at(call.models.output(service, operation), path)
    converter = Converter(names or {})
    properties: dict[str, Any] = {}
    for name, kind in sdk.result_type(token).items():
        found = shapes.member(shape, converter.names.get(name, name), kind)
        if found is not None and raw.get(found) is not None:
            properties[name] = converter.from_api(shape.members[found], kind, raw[found], name)
    return properties
