"""Parameter Store, as far as programs read it.

Sources: Service Authorization Reference, "Actions, resources, and condition keys for AWS Systems Manager"; Systems
Manager User Guide, "Calling AMI public parameters": AWS's own parameters belong to no account.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.aws.emulator.authorization.asks import Ask

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.aws.emulator.authorization.requests import Place, Rpc

OPERATIONS = frozenset({"GetParameter", "GetParameters", "GetParametersByPath"})


def asks(call: Rpc, place: Place) -> Iterator[Ask]:
    """Give what a call asks for, a parameter or path each."""
    parameters = call.parameters
    names = parameters.get("Names") or [parameters.get("Name") or parameters.get("Path") or "*"]
    for name in map(str, names):
        yield Ask(action=f"ssm:{call.operation}", resource=_arn(name, place))


def _arn(name: str, place: Place) -> str:
    if name.startswith("arn:"):
        return name
    plain = name.partition(":")[0].lstrip("/")
    owner = "" if plain.startswith("aws/service/") else place.account
    return f"arn:aws:ssm:{place.region}:{owner}:parameter/{plain}"
