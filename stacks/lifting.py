"""Plain values of a contract as outputs, so that the next layer cannot tell who made what they name."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, overload

import pulumi

if TYPE_CHECKING:
    from spec.contracts import Foundation, Platform

_TEXT = "Text"


def known(text: str) -> pulumi.Output[str]:
    """A value that is known, as an output."""
    return pulumi.Output.from_input(text)


@overload
def lifted(contract: Foundation[str]) -> Foundation[pulumi.Output[str]]: ...
@overload
def lifted(contract: Platform[str]) -> Platform[pulumi.Output[str]]: ...
def lifted(contract: Foundation[str] | Platform[str]) -> Any:
    """A contract of plain values as one of outputs; what is plain in every contract stays so."""
    values: dict[str, Any] = {}
    for field in fields(contract):
        value: Any = getattr(contract, field.name)
        if field.type == _TEXT:
            value = known(value)
        elif field.type == f"tuple[{_TEXT}, ...]":
            value = tuple(map(known, value))
        elif field.type == f"Mapping[str, {_TEXT}]":
            value = {key: known(text) for key, text in value.items()}
        values[field.name] = value
    return type(contract)(**values)
