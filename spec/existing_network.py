"""A VPC that somebody else made, by plain values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Network
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
    private_cidrs: tuple[str, ...]
    """IPv4 ranges of the subnets of nodes; the control plane and the endpoints have addresses there too."""
    pod_cidrs: tuple[str, ...]
    """IPv4 ranges of the subnets of pods."""
    s3_prefix_list_id: str
    """The prefix list of S3 in the Region, to which the route tables of all subnets have a gateway endpoint."""
    endpoints_security_group_id: str
    """The security group of the VPC's interface endpoints, which pods may reach."""


def check_existing_network(network: ExistingNetworkSpec) -> list[Fault]:
    """What is wrong with a network, each fault under its key."""
    faults = [
        *(fault.within("vpcId") for fault in check_id(network.vpc_id, "vpc")),
        *(fault.within("s3PrefixListId") for fault in check_id(network.s3_prefix_list_id, "pl")),
        *(fault.within("privateCidrs") for fault in check_ranges(network.private_cidrs)),
        *(fault.within("podCidrs") for fault in check_ranges(network.pod_cidrs)),
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


def check_ranges(given: tuple[str, ...]) -> list[Fault]:
    """What keeps texts from being the IPv4 ranges of subnets."""
    why = "policies of tenants name the addresses of nodes, pods and Services"
    allowed = "IPv4 ranges, each with its prefix, and none twice"
    if not given or len(set(given)) != len(given):
        listed = ", ".join(given) or "none"
        return [Fault(given=listed, allowed=allowed, why=why, write="[10.0.0.0/18, 10.0.64.0/18, 10.0.128.0/18]")]
    faults = {index: check_range(cidr) for index, cidr in enumerate(given)}
    return [fault.within(f"[{index}]") for index, found in faults.items() for fault in found]


def check_range(given: str) -> list[Fault]:
    """What keeps a text from being an IPv4 range."""
    try:
        whole = "/" in given and IPv4Network(given).prefixlen
    except ValueError:
        whole = 0
    if not whole:
        why = "policies of tenants name the addresses of nodes, pods and Services"
        return [Fault(given=repr(given), allowed="an IPv4 range with its prefix", why=why, write="10.0.0.0/18")]
    return []


def check_id(given: str, kind: str) -> list[Fault]:
    """What keeps a text from being the id of something of EC2: vpc, subnet, sg (security group), pl (prefix list)."""
    # EC2 User Guide, "Resource IDs": eight hexadecimal digits long ago, seventeen now.
    if re.fullmatch(rf"{kind}-([0-9a-f]{{8}}|[0-9a-f]{{17}})", given):
        return []
    why = "EC2 gives such ids"
    return [
        Fault(
            given=repr(given), allowed=f"{kind}- and 17 hexadecimal digits", why=why, write=f"{kind}-0123456789abcdef0"
        )
    ]
