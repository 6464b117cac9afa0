"""Checks parameters against the service model, in the words AWS services use for it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_TEXT_OF_TAGS = r"\p{L}\p{Z}\p{N}_"  # letters, spaces and numbers, in the regular expressions of the models


def violations(shape: Any, value: Any, path: str = "") -> Iterator[str]:
    """Give every violation of the model's constraints, each in the form of AWS's validation messages."""
    if shape.type_name == "structure":
        yield from _structure(shape, value, path)
        return
    for rule in _broken(shape, value):
        yield f"Value{_shown(value)} at '{path}' failed to satisfy constraint: {rule}"
    if shape.type_name == "list":
        for index, item in enumerate(value, 1):
            yield from violations(shape.member, item, f"{path}.{index}.member")
    elif shape.type_name == "map":
        for key, item in value.items():
            yield from violations(shape.key, key, f"{path}.key")
            yield from violations(shape.value, item, f"{path}.{key}.member")


def message(found: list[str]) -> str:
    """Join violations as AWS does: their number, then each."""
    noun = "error" if len(found) == 1 else "errors"
    return f"{len(found)} validation {noun} detected: {'; '.join(found)}"


def _structure(shape: Any, value: dict[str, Any], path: str) -> Iterator[str]:
    prefix = f"{path}." if path else ""
    for name in shape.required_members:
        if name not in value:
            yield f"Value null at '{prefix}{name}' failed to satisfy constraint: Member must not be null"
    for name, item in value.items():
        yield from violations(shape.members[name], item, f"{prefix}{name}")


def _shown(value: Any) -> str:
    return f" '{value}'" if isinstance(value, (str, int)) else ""


def _broken(shape: Any, value: Any) -> Iterator[str]:
    rules: dict[str, Any] = shape.metadata
    yield from _out_of_bounds(rules, *_size(shape, value))
    if shape.type_name == "string":
        if "enum" in rules and value not in rules["enum"]:
            yield f"Member must satisfy enum value set: [{', '.join(rules['enum'])}]"
        if "pattern" in rules and not _fits(rules, value):
            yield f"Member must satisfy regular expression pattern: {rules['pattern']}"


def _fits(rules: dict[str, Any], value: str) -> bool:
    """Match the pattern; what may be empty needs no character, as tag values, though their pattern asks for one."""
    pattern: str = rules["pattern"].replace(_TEXT_OF_TAGS, r"\w\s")
    return (not value and rules.get("min") == 0) or re.fullmatch(pattern, value, re.DOTALL) is not None


def _size(shape: Any, value: Any) -> tuple[str, float | None]:
    if shape.type_name in ("string", "list", "map"):
        return "length", len(value)
    return "value", value if shape.type_name in ("integer", "long", "float", "double") else None


def _out_of_bounds(rules: dict[str, Any], noun: str, size: float | None) -> Iterator[str]:
    if size is not None and "min" in rules and size < rules["min"]:
        yield f"Member must have {noun} greater than or equal to {rules['min']}"
    if size is not None and "max" in rules and size > rules["max"]:
        yield f"Member must have {noun} less than or equal to {rules['max']}"
