"""Security groups and their rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.local.aws.providers.aws.samples.sample import Sample
from tests.local.aws.providers.aws.world import World

if TYPE_CHECKING:
    from collections.abc import Callable


def _rule(direction: str, name: str, one: Callable[[World], str], other: Callable[[World], str]) -> Sample:
    rule = {"ipProtocol": "tcp", "fromPort": 443, "toPort": 444, "description": "one"}
    return Sample(
        f"aws:vpc/securityGroup{direction}Rule:SecurityGroup{direction}Rule",
        lambda world: {"securityGroupId": world.group(), name: one(world), **rule, "tags": {"a": "1"}},
        lambda world: {
            name: other(world),
            "fromPort": 80,
            "toPort": 81,
            "ipProtocol": "udp",
            "description": "two",
        },
        case=f"by {name}",
    )


_BLOCK = {"protocol": "tcp", "fromPort": 443, "toPort": 443}
_RULES = [
    each
    for direction in ("Ingress", "Egress")
    for each in (
        _rule(direction, "cidrIpv4", lambda _: "10.0.0.0/8", lambda _: "10.0.0.0/9"),
        _rule(direction, "cidrIpv6", lambda _: "fd00::/8", lambda _: "fd00::/9"),
        _rule(direction, "prefixListId", lambda world: world.prefix_lists[0], lambda world: world.prefix_lists[1]),
        _rule(direction, "referencedSecurityGroupId", World.group, World.group),
    )
]
SAMPLES = [
    Sample(
        "aws:ec2/securityGroup:SecurityGroup",
        lambda world: {
            "vpcId": world.vpc,
            "name": world.name(),
            "description": "for a test",
            "ingress": [{**_BLOCK, "cidrBlocks": ["10.0.0.0/8"], "self": True, "description": "in"}],
            "egress": [
                {"protocol": "-1", "fromPort": 0, "toPort": 0, "cidrBlocks": ["0.0.0.0/0"]},
                {**_BLOCK, "prefixListIds": [world.prefix_lists[0]]},
            ],
            "revokeRulesOnDelete": True,
            "tags": {"a": "1"},
        },
        lambda world: {
            "ingress": [{**_BLOCK, "securityGroups": [world.group()]}],
            "egress": [{**_BLOCK, "ipv6CidrBlocks": ["fd00::/8"]}],
        },
    ),
    *_RULES,
]
