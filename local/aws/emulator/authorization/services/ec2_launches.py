"""What the launch of instances makes, what it uses, and which role it hands to them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from moto.ec2.models import ec2_backends  # pyright: ignore[reportMissingTypeStubs]
from moto.iam.models import iam_backends  # pyright: ignore[reportMissingTypeStubs]

from local.aws.emulator.principals import PARTITION

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from local.aws.emulator.authorization.requests import Place, Rpc

_EC2: Any = ec2_backends
_IAM: Any = iam_backends
_SPECIFICATION = re.compile(r"TagSpecification\.(\d+)\.ResourceType")
_MADE = {
    "CreateFleet": ("fleet", "instance"),
    "CreateLaunchTemplate": ("launch-template",),
    "RunInstances": ("instance", "network-interface", "volume"),
}
"""What each operation makes, whatever it says."""
_USED = {"ImageId": "image", "SecurityGroupId": "security-group", "SubnetId": "subnet"}
"""Parameters, at any depth, that name what an instance is launched from and into."""

Specified = tuple[str, "Mapping[str, str]"]


def tag_specifications(parameters: Mapping[str, Any]) -> list[Specified]:
    """The kinds of resources that a request tags as it makes them, with their tags."""
    found: list[Specified] = []
    for key in sorted(parameters):
        match = _SPECIFICATION.fullmatch(key)
        if match:
            prefix = f"TagSpecification.{match[1]}."
            found.append((str(parameters[key]), tags(parameters, prefix)))
    return found


def tags(parameters: Mapping[str, Any], prefix: str) -> dict[str, str]:
    """The tags at a place of the parameters: `Tag.1.Key`, `Tag.1.Value`."""
    pattern = re.compile(re.escape(prefix) + r"Tag\.(\d+)\.Key")
    found = {key: match[1] for key in parameters if (match := pattern.fullmatch(key))}
    return {
        str(parameters[key]): str(parameters.get(f"{prefix}Tag.{number}.Value", "")) for key, number in found.items()
    }


def made(call: Rpc, specified: Sequence[Specified]) -> list[str]:
    """The kinds of resources that a call makes."""
    if call.operation == "CreateLaunchTemplate":
        return [*_MADE[call.operation]]
    return sorted({*_MADE[call.operation], *(kind for kind, _ in specified)})


def used(call: Rpc, place: Place) -> Iterator[str]:
    """The ARNs of what a call launches from and into; a launch template only names such things and uses none."""
    if call.operation == "CreateLaunchTemplate":
        return
    named = dict.fromkeys(_templates(call, place), "launch-template")
    for key, value in call.parameters.items():
        name = next((part for part in reversed(key.split(".")) if not part.isdigit()), "")
        if name in _USED:
            named[str(value)] = _USED[name]
    for identifier, kind in named.items():
        owner = "" if kind == "image" else place.account  # an image's ARN names no account
        yield f"arn:{PARTITION}:ec2:{place.region}:{owner}:{kind}/{identifier}"


def roles(call: Rpc, place: Place) -> set[str]:
    """The ARNs of the roles that the launched instances get, by their instance profiles."""
    if call.operation == "CreateLaunchTemplate":
        return set()
    profiles = [str(value) for key, value in call.parameters.items() if key.startswith("IamInstanceProfile.")]
    for identifier in _templates(call, place):
        template: Any = _EC2[place.account][place.region].launch_templates.get(identifier)
        data: Mapping[str, Any] = template.latest_version().data if template else {}
        profile: Mapping[str, str] = data.get("IamInstanceProfile") or {}
        profiles += profile.values()
    known: Any = _IAM[place.account][PARTITION].instance_profiles
    names = {profile.rpartition("/")[2] for profile in profiles}
    return {role.arn for each in known.values() if each.name in names for role in each.roles}


def _templates(call: Rpc, place: Place) -> Iterator[str]:
    """The ids of the launch templates that a call names."""
    known: Any = _EC2[place.account][place.region].launch_template_name_to_ids
    for key, value in call.parameters.items():
        name = key.rpartition(".")[2]
        if name == "LaunchTemplateId":
            yield str(value)
        elif name == "LaunchTemplateName":
            yield str(known.get(value, value))
