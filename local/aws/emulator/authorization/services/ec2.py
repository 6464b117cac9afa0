"""EC2, as far as Karpenter's controller calls it: describing, and the making and ending of instances.

Sources: Service Authorization Reference, "Actions, resources, and condition keys for Amazon EC2"; EC2 User Guide,
"Example policies to control access to the Amazon EC2 API" (launching instances, tagging on creation). All tags that a
request gives to what it makes are request tags of each thing it makes; AWS keeps them apart by the kind of resource.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from moto.ec2.models import ec2_backends  # pyright: ignore[reportMissingTypeStubs]

from local.aws.emulator.authorization.asks import Ask
from local.aws.emulator.authorization.services import ec2_launches

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from local.aws.emulator.authorization.requests import Place, Rpc

_EC2: Any = ec2_backends
DESCRIBING = frozenset(
    {
        "DescribeAvailabilityZones",
        "DescribeCapacityReservations",
        "DescribeImages",
        "DescribeInstanceStatus",
        "DescribeInstanceTypeOfferings",
        "DescribeInstanceTypes",
        "DescribeInstances",
        "DescribeLaunchTemplateVersions",
        "DescribeLaunchTemplates",
        "DescribePlacementGroups",
        "DescribeSecurityGroups",
        "DescribeSpotPriceHistory",
        "DescribeSubnets",
        "DescribeTags",
        "DescribeVpcs",
    }
)
"""Operations that EC2 judges by no resource."""
MAKING = frozenset({"CreateFleet", "CreateLaunchTemplate", "RunInstances"})
"""Operations that make things, and tag them."""
ENDING = {"DeleteLaunchTemplate": "LaunchTemplateId", "TerminateInstances": "InstanceId"}
"""Operations on things by their ids, with the parameter that names them."""
OPERATIONS = DESCRIBING | MAKING | ENDING.keys() | {"CreateTags"}
_KINDS = {"i": "instance", "lt": "launch-template", "eni": "network-interface", "sg": "security-group", "vol": "volume"}
"""Kinds of resources whose ids begin otherwise than their ARNs' last part."""


def asks(call: Rpc, place: Place) -> Iterator[Ask]:
    """Give what a call asks for."""
    action = f"ec2:{call.operation}"
    if call.operation in DESCRIBING:
        yield Ask(action=action, resource="*")
    elif call.operation == "CreateTags":
        context = of_request(ec2_launches.tags(call.parameters, ""))
        for identifier in every(call.parameters, "ResourceId"):
            yield _ask(action, identifier, place, context)
    elif call.operation in ENDING:
        for identifier in every(call.parameters, ENDING[call.operation]) or [_by_name(call, place)]:
            yield _ask(action, identifier, place, {})
    else:
        yield from _making(call, place)


def _making(call: Rpc, place: Place) -> Iterator[Ask]:
    specified = ec2_launches.tag_specifications(call.parameters)
    given = {key: value for _, own in specified for key, value in own.items()}
    for resource in ec2_launches.made(call, specified):
        arn = place.arn("ec2", f"{resource}/*")
        yield Ask(action=f"ec2:{call.operation}", resource=arn, context=of_request(given))
    for arn in ec2_launches.used(call, place):
        yield Ask(action=f"ec2:{call.operation}", resource=arn, context=of_resource(arn, place))
    for kind, own in specified:
        if own:
            context = of_request(own) | {"ec2:CreateAction": call.operation}
            yield Ask(action="ec2:CreateTags", resource=place.arn("ec2", f"{kind}/*"), context=context)
    for role in ec2_launches.roles(call, place):
        yield Ask(action="iam:PassRole", resource=role, context={"iam:PassedToService": "ec2.amazonaws.com"})


def _ask(action: str, identifier: str, place: Place, context: Mapping[str, Any]) -> Ask:
    arn = place.arn("ec2", f"{kind_of(identifier)}/{identifier}")
    return Ask(action=action, resource=arn, context={**of_resource(arn, place), **context})


def _by_name(call: Rpc, place: Place) -> str:
    """The id of a launch template that a call names; the name itself for one that does not exist."""
    name = str(call.parameters.get("LaunchTemplateName", "*"))
    known: Any = _EC2[place.account][place.region].launch_template_name_to_ids
    return str(known.get(name, name))


def kind_of(identifier: str) -> str:
    """The kind of resource that an id is of, as ARNs name it."""
    prefix = identifier.rpartition("-")[0]
    return _KINDS.get(prefix, prefix) or "*"


def every(parameters: Mapping[str, Any], name: str) -> list[str]:
    """The values of a parameter, which may be a list: `InstanceId.1`, `InstanceId.2`."""
    pattern = re.compile(re.escape(name) + r"(\.\d+)?")
    return [str(value) for key, value in parameters.items() if pattern.fullmatch(key)]


def of_request(given: Mapping[str, str]) -> dict[str, Any]:
    """The condition keys of the tags in a request."""
    keys: dict[str, Any] = {f"aws:RequestTag/{key}": value for key, value in given.items()}
    return keys | {"aws:TagKeys": list(given)} if given else keys


def of_resource(arn: str, place: Place) -> dict[str, Any]:
    """The condition keys of the tags that a resource has."""
    known: Any = _EC2[place.account][place.region].tags.get(arn.rpartition("/")[2], {})
    found: dict[str, str] = {str(key): str(value) for key, value in known.items()}
    return {f"{prefix}:ResourceTag/{key}": value for key, value in found.items() for prefix in ("aws", "ec2")}
