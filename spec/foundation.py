"""What a person says about the cluster and the buckets of a platform."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Literal

from emr.fault import Fault
from emr.instance_types import check_pod_interfaces, check_vcpus
from spec.admins import NamespaceAdminSpec, check_admins
from spec.retention import check_retention

_MOST_PUBLIC_CIDRS = 40  # EKS User Guide, "View and manage Amazon EKS service quotas": fixed
_WIDEST_PUBLIC_CIDR = 8
_FEWEST_NODES, _MOST_NODES = 2, 450


@dataclass(frozen=True, kw_only=True)
class SystemNodesSpec:
    """The managed node group that carries what the cluster itself needs."""

    instance_type: str = "m6i.xlarge"
    """EC2 instance type, of which pods can have network interfaces of their own; at least the vCPUs of m5.xlarge, which
    the guide's sample job needs."""
    count: int = 3
    """Number of nodes, spread over the zones."""
    disk_gib: int = 50
    """Size of each node's encrypted gp3 disk, in GiB."""


@dataclass(frozen=True, kw_only=True)
class ClusterSpec:
    """The EKS cluster of a platform."""

    kubernetes_version: str = "1.35"
    """Minor version of control plane and nodes; EKS only ever goes to the next one, and never back."""
    support_type: Literal["STANDARD", "EXTENDED"] = "STANDARD"
    """What comes after standard support: EKS upgrades the cluster by itself, or charges for extended support."""
    addons: tuple[str, ...] = ("aws-ebs-csi-driver", "metrics-server", "aws-secrets-store-csi-driver-provider")
    """Add-ons beside those without which no cluster of ours works."""
    public_access_cidrs: tuple[str, ...] = ()
    """Ranges that may reach the API server from outside the VPC; by default none may."""
    open_to_internet: bool = False
    """Whether one of these ranges may be wider than any company's, such as 0.0.0.0/0: it is said twice."""
    emr_access: Literal["awsAuth", "accessEntry"] = "awsAuth"
    """How EMR gets in: an aws-auth entry of ours, or an access entry that EMR makes with the caller's rights."""
    runner: Literal["insideVpc"] | None = None
    """Where the stack is deployed from, if no range may reach the API server from outside: from inside the VPC, or
    from a network that is joined to it."""
    deployer: str | None = None
    """ARN of the IAM role, or user, that deploys the platform: its changes of Kubernetes roles raise no alarm."""
    made_by: Literal["deployer", "other"] = "deployer"
    """Who makes the cluster: EKS lets that one in by itself. Where it is another, the deployer gets an access entry."""
    admins: tuple[str, ...] = ()
    """ARNs of IAM roles that administer the cluster; who makes it does so anyway, and is not named here."""
    namespace_admins: tuple[NamespaceAdminSpec, ...] = ()
    """IAM roles that administer some namespaces, and no others."""
    system_nodes: SystemNodesSpec = SystemNodesSpec()
    """The managed node group of the system."""
    log_retention_days: int = 365
    """Days that the control plane's logs are kept, one of CloudWatch's figures."""
    allow_data_loss: bool = False
    """Whether destroying the stack may take the cluster, its key and its logs; the stack must allow it too."""


def check_cluster(cluster: ClusterSpec) -> list[Fault]:
    """What is wrong with a cluster, each fault under its key."""
    faults = [
        fault.within(f"publicAccessCidrs[{index}]")
        for index, cidr in enumerate(cluster.public_access_cidrs)
        for fault in _check_public_cidr(cidr, cluster.open_to_internet)
    ]
    faults += _check_number_of_cidrs(cluster.public_access_cidrs)
    faults += check_admins(cluster.admins, cluster.namespace_admins, cluster.deployer, cluster.made_by)
    faults += [fault.within("logRetentionDays") for fault in check_retention(cluster.log_retention_days)]
    return faults + [fault.within("systemNodes") for fault in _check_nodes(cluster.system_nodes)]


def _check_number_of_cidrs(cidrs: tuple[str, ...]) -> list[Fault]:
    if len(cidrs) <= _MOST_PUBLIC_CIDRS:
        return []
    return [
        Fault(
            where="publicAccessCidrs",
            given=f"{len(cidrs)} ranges",
            allowed=f"at most {_MOST_PUBLIC_CIDRS}",
            why="EKS takes no more, and cannot be asked to",
            write="wider ranges of your own, or none and a way into the VPC",
        )
    ]


def check_runner(cluster: ClusterSpec) -> list[Fault]:
    """Whether whoever deploys can reach the API server: what is in the cluster is made through it."""
    if cluster.public_access_cidrs or cluster.runner:
        return []
    return [
        Fault(
            where="runner",
            given="nothing, and no publicAccessCidrs",
            allowed="insideVpc, or ranges under publicAccessCidrs",
            why="the API server answers inside the VPC only: from elsewhere, up would wait for the cluster, then fail",
            write="insideVpc, if that is where the stack is deployed from; else publicAccessCidrs: [203.0.113.0/24]",
        )
    ]


def _check_public_cidr(cidr: str, open_to_internet: bool) -> list[Fault]:  # noqa: FBT001 - the setting of that name
    allowed, write = "an IPv4 range of your own", "203.0.113.0/24, your own range"
    try:
        network = ipaddress.IPv4Network(cidr)
    except ValueError as error:
        why = str(error)
    else:
        if network.prefixlen >= _WIDEST_PUBLIC_CIDR or open_to_internet:
            return []
        allowed += f", /{_WIDEST_PUBLIC_CIDR} or narrower; a wider one only with openToInternet: true beside it"
        whole = "the whole internet" if not network.prefixlen else "a large part of the internet"
        why = f"it opens the API server of every tenant to {whole}"
    return [Fault(given=repr(cidr), allowed=allowed, why=why, write=write)]


def _check_nodes(nodes: SystemNodesSpec) -> list[Fault]:
    unfit = check_pod_interfaces(nodes.instance_type) or check_vcpus(nodes.instance_type)
    faults = [fault.within("instanceType") for fault in unfit]
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
