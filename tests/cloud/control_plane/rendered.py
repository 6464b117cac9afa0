"""What the program renders, as an API server takes it."""

from __future__ import annotations

from typing import Any


def document(inputs: Any) -> Any:
    """The recorder's values with whole numbers whole again: the engine's protocol knows only one kind of number."""
    if isinstance(inputs, dict):
        return {key: document(value) for key, value in inputs.items()}
    if isinstance(inputs, list):
        return [document(value) for value in inputs]
    return int(inputs) if isinstance(inputs, float) and inputs.is_integer() else inputs
