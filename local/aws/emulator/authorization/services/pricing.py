"""Price lists: every action is on everything (Service Authorization Reference, AWS Price List)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.aws.emulator.authorization.asks import Ask

if TYPE_CHECKING:
    from local.aws.emulator.authorization.requests import Place, Rpc

OPERATIONS = frozenset({"GetProducts"})


def asks(call: Rpc, place: Place) -> list[Ask]:  # noqa: ARG001 (the shape of every table)
    """Give what a call asks for."""
    return [Ask(action=f"pricing:{call.operation}", resource="*")]
