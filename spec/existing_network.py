"""A VPC that somebody else made, by plain values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from emr.fault import Fault
from spec.subnets import ZONES

if TYPE_CHECKING:
    from collections.abc import Mapping

_ZONE = re.compile(r"[a-z]")


@dataclass(frozen=True, kw_only=True)
class ExistingNetworkSpec:
    """A VPC with its subnets, ways out and endpoints, which stays as it is."""

    vpc_id: str
    """Id of the VPC; it resolves DNS names and gives hosts names."""
    private_subnet_ids: dict[str, str]
    """Subnets of nodes by the letters of three zones, with a way to AWS's services."""
    pod_subnet_ids: dict[str, str]
    """Subnets of pods by the same letters; they may be those of nodes, if these have addresses enough."""
    endpoints_security_group_id: str
    """The security group of the VPC's interface endpoints, which pods may reach."""


def check_existing_network(network: ExistingNetworkSpec) -> list[Fault]:
    """What is wrong with a network, each fault under its key."""
    faults = [
        *(fault.within("vpcId") for fault in check_id(network.vpc_id, "vpc")),
        *(fault.within("endpointsSecurityGroupId") for fault in check_id(network.endpoints_security_group_id, "sg")),
    ]
    for key, subnets in (("privateSubnetIds", network.private_subnet_ids), ("podSubnetIds", network.pod_subnet_ids)):
        faults += [fault.within(key) for fault in _check_subnets(subnets)]
    if set(network.pod_subnet_ids) != set(network.private_subnet_ids):
        faults.append(
            Fault(
                where="podSubnetIds",
                given=", ".join(network.pod_subnet_ids) or "none",
                allowed=f"the zones of privateSubnetIds: {', '.join(network.private_subnet_ids)}",
                why="a pod gets its address in the zone of its node",
                write="one subnet for each of these zones",
            )
        )
    return faults


def _check_subnets(subnets: Mapping[str, str]) -> list[Fault]:
    faults = [fault.within(zone or "''") for zone, subnet in subnets.items() for fault in check_id(subnet, "subnet")]
    if len(subnets) != ZONES or not all(map(_ZONE.fullmatch, subnets)):
        faults.append(
            Fault(
                given=", ".join(map(repr, subnets)) or "none",
                allowed=f"the letters of {ZONES} different availability zones, with a subnet each",
                why="the platform spreads over three zones, so that losing one leaves two",
                write="{a: subnet-..., b: subnet-..., c: subnet-...}",
            )
        )
    if len(set(subnets.values())) != len(subnets):
        why = "a subnet lies in one zone"
        faults.append(Fault(given="one subnet twice", allowed="each once", why=why, write="the subnet of each zone"))
    return faults


def check_id(given: str, kind: str) -> list[Fault]:
    """What keeps a text from being the id of something of EC2: of a vpc, a subnet, a security group (sg)."""
    # EC2 User Guide, "Resource IDs": eight hexadecimal digits long ago, seventeen now.
    if re.fullmatch(rf"{kind}-([0-9a-f]{{8}}|[0-9a-f]{{17}})", given):
        return []
    why = "EC2 gives such ids"
    return [
        Fault(
            given=repr(given), allowed=f"{kind}- and 17 hexadecimal digits", why=why, write=f"{kind}-0123456789abcdef0"
        )
    ]
