"""The forms of property values, told apart in a way that the type checker follows."""

from __future__ import annotations

from typing import Any, TypeGuard


def is_object(value: Any) -> TypeGuard[dict[str, Any]]:
    """Say whether the value has named parts."""
    return isinstance(value, dict)


def is_list(value: Any) -> TypeGuard[list[Any]]:
    """Say whether the value is a list."""
    return isinstance(value, list)
