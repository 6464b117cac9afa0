"""What a person says about the network and the cluster of a platform."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Literal

from emr.fault import Fault
from spec.retention import check_retention
from spec.subnets import ZONES, check_cidr

_ZONE = re.compile(r"[a-z]")
_INSTANCE_TYPE = re.compile(r"[a-z][a-z0-9-]*\.[a-z0-9-]+")
_FEWEST_NODES, _MOST_NODES = 2, 450


@dataclass(frozen=True, kw_only=True)
class NetworkSpec:
    """The VPC of a platform."""

    cidr: str = "10.0.0.0/16"
    """Private IPv4 range, /16 to /20; it cannot be changed later."""
    zones: tuple[str, ...] = ("a", "b", "c")
    """Letters of three availability zones of the Region."""
    nat: Literal["none", "single", "perZone"] = "perZone"
    """NAT gateways: one a zone, one for all zones, or no way to the internet at all."""


@dataclass(frozen=True, kw_only=True)
class SystemNodesSpec:
    """The managed node group that carries what the cluster itself needs."""

    instance_type: str = "m6i.xlarge"
    """EC2 instance type; at least the vCPUs of m5.xlarge, which the guide's sample job needs."""
    count: int = 3
    """Number of nodes, spread over the zones."""
    disk_gib: int = 50
    """Size of each node's encrypted gp3 disk, in GiB."""


@dataclass(frozen=True, kw_only=True)
class ClusterSpec:
    """The EKS cluster of a platform."""

    public_access_cidrs: tuple[str, ...] = ()
    """Ranges that may reach the API server from outside the VPC; by default none may."""
    emr_access: Literal["awsAuth", "accessEntry"] = "awsAuth"
    """How EMR gets in: an aws-auth entry of ours, or an access entry that EMR makes with the caller's rights."""
    system_nodes: SystemNodesSpec = SystemNodesSpec()
    """The managed node group of the system."""
    log_retention_days: int = 365
    """Days that the control plane's logs are kept, one of CloudWatch's figures."""
    allow_data_loss: bool = False
    """Whether destroying the stack may take the cluster, its key and its logs; the stack must allow it too."""


@dataclass(frozen=True, kw_only=True)
class StorageSpec:
    """The platform's own buckets: job logs, and what jobs are started from."""

    allow_data_loss: bool = False
    """Whether destroying the stack may take the buckets and their objects; the stack must allow it too."""


def check_network(network: NetworkSpec) -> list[Fault]:
    """What is wrong with a network, each fault under its key."""
    faults = [fault.within("cidr") for fault in check_cidr(network.cidr)]
    letters = network.zones
    if len(set(letters)) != ZONES or len(letters) != ZONES or not all(map(_ZONE.fullmatch, letters)):
        faults.append(
            Fault(
                where="zones",
                given=", ".join(map(repr, letters)) or "none",
                allowed=f"the letters of {ZONES} different availability zones",
                why="the platform spreads over three zones, so that losing one leaves two",
                write="[a, b, c]",
            )
        )
    return faults


def check_cluster(cluster: ClusterSpec) -> list[Fault]:
    """What is wrong with a cluster, each fault under its key."""
    faults = [
        fault.within(f"publicAccessCidrs[{index}]")
        for index, cidr in enumerate(cluster.public_access_cidrs)
        for fault in _check_public_cidr(cidr)
    ]
    faults += [fault.within("logRetentionDays") for fault in check_retention(cluster.log_retention_days)]
    return faults + [fault.within("systemNodes") for fault in _check_nodes(cluster.system_nodes)]


def _check_public_cidr(cidr: str) -> list[Fault]:
    write = "203.0.113.0/24, your own range"
    try:
        network = ipaddress.IPv4Network(cidr)
    except ValueError as error:
        why = str(error)
    else:
        if network.prefixlen:
            return []
        why = "it opens the API server of every tenant to the whole internet"
    return [Fault(given=repr(cidr), allowed="an IPv4 range of your own", why=why, write=write)]


def _check_nodes(nodes: SystemNodesSpec) -> list[Fault]:
    faults: list[Fault] = []
    if not _INSTANCE_TYPE.fullmatch(nodes.instance_type):
        faults.append(
            Fault(
                where="instanceType",
                given=repr(nodes.instance_type),
                allowed="an EC2 instance type: family, dot, size",
                why="EC2 knows no other form",
                write="m6i.xlarge",
            )
        )
    if not _FEWEST_NODES <= nodes.count <= _MOST_NODES:
        faults.append(
            Fault(
                where="count",
                given=str(nodes.count),
                allowed=f"{_FEWEST_NODES} to {_MOST_NODES}",
                why="DNS needs two nodes to survive the loss of one, and a managed node group has at most 450",
                write=str(max(_FEWEST_NODES, min(nodes.count, _MOST_NODES))),
            )
        )
    smallest_disk = 20
    if nodes.disk_gib < smallest_disk:
        faults.append(
            Fault(
                where="diskGib",
                given=str(nodes.disk_gib),
                allowed=f"{smallest_disk} or more",
                why="the node's image and the images of EMR need that much",
                write=str(smallest_disk),
            )
        )
    return faults
