"""IAM, as far as programs that launch instances call it: instance profiles, and the role that goes into one.

Source: Service Authorization Reference, "Actions, resources, and condition keys for AWS Identity and Access
Management"; IAM User Guide, "Grant a user permissions to pass a role to an AWS service".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from moto.iam.models import iam_backends  # pyright: ignore[reportMissingTypeStubs]

from local.aws.emulator.authorization.asks import Ask
from local.aws.emulator.principals import PARTITION

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from local.aws.emulator.authorization.requests import Place, Rpc

_IAM: Any = iam_backends
PROFILE = frozenset(
    {
        "AddRoleToInstanceProfile",
        "CreateInstanceProfile",
        "DeleteInstanceProfile",
        "GetInstanceProfile",
        "RemoveRoleFromInstanceProfile",
        "TagInstanceProfile",
        "UntagInstanceProfile",
    }
)
"""Operations on an instance profile."""
OPERATIONS = PROFILE | {"GetRole", "ListInstanceProfiles"}
_TAG = re.compile(r"Tags\.member\.(\d+)\.Key")


def asks(call: Rpc, place: Place) -> Iterator[Ask]:
    """Give what a call asks for."""
    action, parameters = f"iam:{call.operation}", call.parameters
    backend: Any = _IAM[place.account][PARTITION]
    if call.operation == "ListInstanceProfiles":
        yield Ask(action=action, resource="*")
        return
    if call.operation == "GetRole":
        yield Ask(action=action, resource=_role(backend, place, str(parameters.get("RoleName", "*"))))
        return
    name = str(parameters.get("InstanceProfileName", "*"))
    found = next((each for each in backend.instance_profiles.values() if each.name == name), None)
    path = str(parameters.get("Path", "/"))
    arn = found.arn if found else f"arn:{PARTITION}:iam::{place.account}:instance-profile{path}{name}"
    held: Mapping[str, str] = found.tags if found else {}
    context = {f"aws:ResourceTag/{key}": value for key, value in _plain(held).items()} | _of_request(parameters)
    yield Ask(action=action, resource=arn, context=context)
    if call.operation == "CreateInstanceProfile" and _of_request(parameters):
        yield Ask(action="iam:TagInstanceProfile", resource=arn, context=context)
    if call.operation == "AddRoleToInstanceProfile":
        role = _role(backend, place, str(parameters.get("RoleName", "*")))
        yield Ask(action="iam:PassRole", resource=role, context={"iam:PassedToService": "ec2.amazonaws.com"})


def _role(backend: Any, place: Place, name: str) -> str:
    found = next((role.arn for role in backend.roles.values() if role.name == name), None)
    return str(found or f"arn:{PARTITION}:iam::{place.account}:role/{name}")


def _plain(tags: Mapping[str, Any]) -> dict[str, str]:
    """Tags as moto keeps them, by key: some with key and value once more."""
    return {key: value["Value"] if isinstance(value, dict) else str(value) for key, value in tags.items()}


def _of_request(parameters: Mapping[str, Any]) -> dict[str, Any]:
    numbers = [match[1] for key in parameters if (match := _TAG.fullmatch(key))]
    given = {
        str(parameters[f"Tags.member.{n}.Key"]): str(parameters.get(f"Tags.member.{n}.Value", "")) for n in numbers
    }
    keys: dict[str, Any] = {f"aws:RequestTag/{key}": value for key, value in given.items()}
    return keys | {"aws:TagKeys": list(given)} if given else {}
