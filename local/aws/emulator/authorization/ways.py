"""Which way a call of a cluster's pod takes to a service: through a VPC endpoint, or through NAT.

Sources: AWS PrivateLink guide, "Access an AWS service using an interface VPC endpoint" (private DNS) and "Gateway
endpoints" (routing). Only where names and routes lead is looked at: that an endpoint's security group and zones let
the pods in is not.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local.aws.emulator.authorization.layers import statements
from local.aws.emulator.eks import addon_configuration, network

if TYPE_CHECKING:
    from iam.evaluation import Document
    from local.aws.emulator.eks.state import Cluster

_NAMES = {"ecr": "ecr.api", "pricing": "pricing.api"}
_EVERYWHERE = "0.0.0.0/0"


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """A VPC endpoint that a call goes through."""

    id: str
    """Its id, `vpce-...`."""
    vpc: str
    """Id of the VPC it is in."""
    gateway: bool
    """Whether it is a gateway, else an interface."""
    policy: Document
    """Its policy; one that allows everything unless somebody wrote another."""

    @property
    def keys(self) -> dict[str, str]:
        """The condition keys that tell the way (IAM User Guide, "AWS global condition context keys")."""
        return {"aws:SourceVpc": self.vpc, "aws:SourceVpce": self.id}

    @property
    def names_resources(self) -> bool:
        """Whether its policy speaks of particular resources, so that a call is judged only with its own known."""
        return any(each.get("Resource") not in ("*", ["*"]) for each in statements(self.policy))


class NoWayError(Exception):
    """Neither an endpoint nor NAT leads from a subnet to a service."""


def through(cluster: Cluster, service: str, region: str) -> Endpoint | None:
    """The endpoint that a call of a pod goes through; None for one that leaves by NAT.

    Pods of all subnets count as one: what the strictest of their subnets means to a call, it means to all.

    Args:
        cluster: whose pod calls.
        service: signing name of the service.
        region: Region of the call.

    Raises:
        NoWayError: some pods could not make the call at all.
    """
    vpc: str = cluster.document["resourcesVpcConfig"]["vpcId"]
    offered = _offered(cluster, vpc, service, region)
    interface = next((each for each in offered if _is_interface(each)), None)
    if interface is not None:
        return _endpoint(interface)
    found: Any = None
    for subnet in pod_subnets(cluster):
        table = _route_table(cluster, vpc, subnet)
        gateway = next((each for each in offered if table.id in each.route_table_ids), None)
        if gateway is None and not any(route.destination_cidr_block == _EVERYWHERE for route in table.routes):
            raise NoWayError(
                f"Nothing leads from {subnet} to {service} in {region}: {vpc} has no VPC endpoint for it there, and "
                "no NAT. On AWS this call would time out."
            )
        found = found or gateway
    return _endpoint(found) if found else None


def pod_subnets(cluster: Cluster) -> list[str]:
    """Ids of the subnets from which pods speak: those of custom networking, else the nodes', else the cluster's."""
    values = addon_configuration.parse(cluster.addons.get("vpc-cni", {}).get("configurationValues"))
    configured: dict[str, Any] = values.get("eniConfig") or {}
    if configured.get("create"):
        return sorted({each["id"] for each in configured["subnets"].values()})
    nodes = {subnet for group in cluster.node_groups.values() for subnet in group.document["subnets"]}
    return sorted(nodes or cluster.document["resourcesVpcConfig"]["subnetIds"])


def _offered(cluster: Cluster, vpc: str, service: str, region: str) -> list[Any]:
    """The endpoints of a VPC that stand for a service; interfaces only if they answer to its usual name."""
    name = f"com.amazonaws.{region}.{_NAMES.get(service, service)}"
    return [
        each
        for each in network.ec2(cluster.key.account, cluster.key.region).describe_vpc_endpoints(None)
        if (each.vpc_id, each.service_name, each.state) == (vpc, name, "available")
        and (not _is_interface(each) or each.private_dns_enabled)
    ]


def _is_interface(endpoint: Any) -> bool:
    return str(endpoint.vpc_endpoint_type).lower() == "interface"


def _endpoint(found: Any) -> Endpoint:
    return Endpoint(
        id=found.id, vpc=found.vpc_id, gateway=not _is_interface(found), policy=json.loads(found.policy_document)
    )


def _route_table(cluster: Cluster, vpc: str, subnet: str) -> Any:
    """The route table of a subnet: its own, else the VPC's main one."""
    # A copy: other requests make and delete tables meanwhile.
    tables: list[Any] = list(network.ec2(cluster.key.account, cluster.key.region).route_tables.values())
    own = [table for table in tables if subnet in list(table._associations.values())]  # noqa: SLF001 - moto's own state
    return own[0] if own else next(table for table in tables if table.vpc_id == vpc and table.main_association_id)
