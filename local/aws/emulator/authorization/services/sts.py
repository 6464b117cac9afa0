"""STS. AssumeRole judges its caller itself, together with the role's trust."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local.aws.emulator.authorization.asks import Ask
    from local.aws.emulator.authorization.requests import Place, Rpc

OPERATIONS = frozenset({"GetCallerIdentity"})


def asks(call: Rpc, place: Place) -> list[Ask]:  # noqa: ARG001 (the shape of every table)
    """Nothing: GetCallerIdentity needs no permission (STS API reference)."""
    return []
