"""STS. AssumeRole and AssumeRoleWithWebIdentity judge their caller themselves, together with the role's trust.

Source: Service Authorization Reference, "Actions, resources, and condition keys for AWS Security Token Service".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.aws.emulator.authorization.asks import Ask

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.aws.emulator.authorization.requests import Place, Rpc

OPERATIONS = frozenset({"GetCallerIdentity"})
BECOMING = frozenset({"AssumeRole", "AssumeRoleWithWebIdentity"})
"""Operations by which a caller becomes a role."""


def asks(call: Rpc, place: Place) -> list[Ask]:  # noqa: ARG001 (the shape of every table)
    """Nothing: GetCallerIdentity needs no permission (STS API reference)."""
    return []


def becoming(call: Rpc) -> Iterator[Ask]:
    """What an operation by which a caller becomes a role asks for, of whoever stands between."""
    role = str(call.parameters.get("RoleArn", ""))
    yield Ask(action=f"sts:{call.operation}", resource=role)
    if "Tags.member.1.Key" in call.parameters:
        yield Ask(action="sts:TagSession", resource=role)
