"""What EKS looks up and makes in the VPC of a cluster, in moto's EC2."""

from __future__ import annotations

import ipaddress
import random
from typing import TYPE_CHECKING, Any

from moto.ec2.models import ec2_backends as _ec2_backends  # pyright: ignore[reportMissingTypeStubs]

from local.aws.emulator.eks.core import INVALID
from local.aws.emulator.rest_json.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from local.aws.emulator.eks.state import Cluster, ClusterKey

_BACKENDS: Any = _ec2_backends
_RESERVED_FIRST = 4  # network, router, DNS, future use (VPC User Guide, "Subnet CIDR blocks")
_TEN = ipaddress.ip_network("10.0.0.0/8")
_LEAST_ZONES = 2


def ec2(account: str, region: str) -> Any:
    """Moto's EC2."""
    return _BACKENDS[account][region]


def subnets(key: ClusterKey, ids: Iterable[str]) -> list[Any]:
    """Find subnets.

    Raises:
        ServiceError: InvalidParameterException, naming one that does not exist.
    """
    known = {subnet.id: subnet for subnet in ec2(key.account, key.region).describe_subnets()}
    for subnet_id in ids:
        if subnet_id not in known:
            raise ServiceError(INVALID, f"The subnet ID '{subnet_id}' does not exist", clusterName=key.name)
    return [known[subnet_id] for subnet_id in ids]


def cluster_vpc(key: ClusterKey, subnet_ids: list[str]) -> str:
    """The VPC of a cluster's subnets, which must lie in one VPC and at least two zones.

    Raises:
        ServiceError: InvalidParameterException.
    """
    found = subnets(key, subnet_ids)
    if len({subnet.availability_zone for subnet in found}) < _LEAST_ZONES:
        message = "Subnets specified must be in at least two different AZs"
        raise ServiceError(INVALID, message, clusterName=key.name)
    vpcs = {subnet.vpc_id for subnet in found}
    if len(vpcs) > 1:
        message = f"Subnets specified must be in one VPC, not in {', '.join(sorted(vpcs))}"
        raise ServiceError(INVALID, message, clusterName=key.name)
    return str(vpcs.pop())


def check_security_groups(key: ClusterKey, ids: Iterable[str], vpc: str) -> None:
    """Refuse security groups that do not exist in the cluster's VPC."""
    known = {group.id for group in ec2(key.account, key.region).describe_security_groups() if group.vpc_id == vpc}
    for group in ids:
        if group not in known:
            message = f"The security group '{group}' does not exist in VPC '{vpc}'"
            raise ServiceError(INVALID, message, clusterName=key.name)


def service_range(key: ClusterKey, vpc: str) -> str:
    """The range of Service addresses that EKS chooses: the one the VPC's own range does not touch."""
    blocks = [
        ipaddress.ip_network(association["cidr_block"])
        for association in ec2(key.account, key.region).get_vpc(vpc).get_cidr_block_association_set()
    ]
    return "172.20.0.0/16" if any(block.overlaps(_TEN) for block in blocks) else "10.100.0.0/16"


def make_cluster_security_group(key: ClusterKey, vpc: str) -> str:
    """Make the cluster security group: its members may talk to each other (EKS User Guide, sec-group-reqs)."""
    backend = ec2(key.account, key.region)
    name = f"eks-cluster-sg-{key.name}-{random.SystemRandom().randrange(10**8, 10**10)}"
    description = "EKS created security group applied to ENI that is attached to EKS Control Plane master nodes, "
    description += "as well as any managed workloads."
    tags = {"Name": name, f"kubernetes.io/cluster/{key.name}": "owned", "aws:eks:cluster-name": key.name}
    group = backend.create_security_group(name, description, vpc_id=vpc, tags=tags)
    backend.authorize_security_group_ingress(
        group.id, "-1", None, None, [], source_groups=[{"GroupId": group.id}], vpc_id=vpc
    )
    return str(group.id)


def delete_cluster_security_group(cluster: Cluster) -> None:
    """Delete the cluster security group with its own rules; one that others refer to stays, as in a VPC."""
    backend = ec2(cluster.key.account, cluster.key.region)
    group_id = cluster.document["resourcesVpcConfig"]["clusterSecurityGroupId"]
    groups = [g for vpc in backend.groups.values() for g in vpc.values()]
    group = next((g for g in groups if g.id == group_id), None)
    if group is None:
        return
    referring = {
        other.id for other in groups for rule in other.ingress_rules if rule.source_group.get("GroupId") == group_id
    }
    if referring <= {group_id}:
        group.ingress_rules.clear()
        backend.delete_security_group(group_id=group_id)


def free_address(subnet: Any, taken: Collection[str]) -> str:
    """A private address of a subnet that no node has."""
    network = ipaddress.ip_network(subnet.cidr_block)
    for offset in random.SystemRandom().sample(
        range(_RESERVED_FIRST, network.num_addresses - 1),
        k=min(network.num_addresses - 1 - _RESERVED_FIRST, len(taken) + 1),
    ):
        address = str(network[offset])
        if address not in taken:
            return address
    raise ServiceError(INVALID, f"Subnet {subnet.id} has no free addresses")
