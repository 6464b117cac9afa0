"""Options of the components: which are handled, and what is said about those that are not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pulumi import InputPropertiesError
from pulumi.errors import InputPropertyErrorDetails

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


def refusal(message: str) -> InputPropertiesError:
    """An error that the engine shows with this message and nothing around it."""
    return InputPropertiesError(message, [])  # without a list the SDK's server fails at its own answer


def refuse(component: str, faults: Mapping[str, str]) -> None:
    """Refuse options, each with its reason; without faults all is well.

    Raises:
        InputPropertiesError: there are faults.
    """
    if faults:
        errors = [InputPropertyErrorDetails(property_path=name, reason=reason) for name, reason in faults.items()]
        raise InputPropertiesError(f"{component}: the embedded cloud cannot do this", errors)


def unhandled(inputs: Mapping[str, Any], handled: Collection[str]) -> dict[str, str]:
    """The options that are not handled, with the reason."""
    return {name: f"the embedded cloud does not handle the option {name}" for name in inputs if name not in handled}
