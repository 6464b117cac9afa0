"""The nodes that carry jobs, whoever makes them."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from components.karpenter import Karpenter, KarpenterArgs
from components.node_class import NodeClass, NodeClassArgs
from components.node_groups import NodeGroups, NodeGroupsArgs
from components.node_pool import NodePool, NodePoolArgs
from components.service_linked_role import ServiceLinkedRole, ServiceLinkedRoleArgs
from components.workers import Workers, WorkersArgs
from spec import nodes
from spec.capacity import CapacitySpec
from spec.place import Place

_SPOT = "spot.amazonaws.com"


@dataclass(frozen=True, kw_only=True)
class CapacityArgs:
    """What nodes there are to be, and where."""

    spec: CapacitySpec
    """Who makes the nodes, and which."""
    place: Place
    """Platform, account and Region."""
    kubernetes_version: str
    """Minor version of Kubernetes, that of the control plane."""
    cluster_name: pulumi.Input[str]
    """Name of the EKS cluster, known once its add-ons and system nodes are there."""
    subnet_ids: Sequence[pulumi.Input[str]]
    """Private subnets, one a zone."""
    zones: Sequence[str]
    """Names of the availability zones, in the same order."""
    security_group_id: pulumi.Input[str]
    """The security group that EKS made for control plane and nodes."""
    isolated: bool
    """Whether the VPC has no NAT."""
    mirror: str | None = None
    """Registry and path under which images of other registries are copied; by default nowhere."""


class Capacity(pulumi.ComponentResource):
    """Karpenter with its node class and pools, or managed node groups with the same labels and taints."""

    node_class: pulumi.Output[str]
    """Name of the EC2NodeClass, known once Karpenter can act on it; empty where node groups carry the jobs."""
    ready: pulumi.Output[str]
    """Known, as an empty text, once pods can get nodes; what waits for it goes before the nodes do."""

    def __init__(self, name: str, args: CapacityArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenancy:index:Capacity", name, None, opts)
        spot = ServiceLinkedRole(
            f"{name}-spot", ServiceLinkedRoleArgs(aws_service_name=_SPOT), pulumi.ResourceOptions(parent=self)
        )
        if args.spec.by == "karpenter":
            self.node_class = self._karpenter(name, args, spot)
            made = self._pools(name, args)
        else:
            self.node_class = pulumi.Output.from_input("")
            made = NodeGroups(
                f"{name}-groups",
                NodeGroupsArgs(
                    spec=args.spec,
                    place=args.place,
                    kubernetes_version=args.kubernetes_version,
                    cluster_name=args.cluster_name,
                    subnet_ids=args.subnet_ids,
                    zones=args.zones,
                    after=[spot],
                ),
                pulumi.ResourceOptions(parent=self),
            ).ready
        self.ready = pulumi.Output.all(*made).apply(lambda _: "")
        self.register_outputs({"nodeClass": self.node_class})

    def _karpenter(self, name: str, args: CapacityArgs, spot: ServiceLinkedRole) -> pulumi.Output[str]:
        child = pulumi.ResourceOptions(parent=self)
        workers = Workers(f"{name}-workers", WorkersArgs(place=args.place, cluster_name=args.cluster_name), child)
        controller = Karpenter(
            f"{name}-karpenter",
            KarpenterArgs(
                spec=args.spec,
                place=args.place,
                cluster_name=args.cluster_name,
                isolated=args.isolated,
                mirror=args.mirror,
            ),
            child,
        )
        return NodeClass(
            f"{name}-node",
            NodeClassArgs(
                spec=args.spec,
                place=args.place,
                kubernetes_version=args.kubernetes_version,
                instance_profile=workers.instance_profile,
                subnet_ids=args.subnet_ids,
                security_group_id=args.security_group_id,
                after=[controller, spot],
            ),
            child,
        ).node_class

    def _pools(self, name: str, args: CapacityArgs) -> list[pulumi.Output[str]]:
        limits = {nodes.DRIVERS: args.spec.drivers, nodes.EXECUTORS: args.spec.executors}
        return [
            NodePool(
                f"{name}-{pool.name}",
                NodePoolArgs(
                    pool=pool,
                    limits=limits[pool.purpose],
                    instance_types=args.spec.instance_types,
                    zones=args.zones,
                    node_class=self.node_class,
                ),
                pulumi.ResourceOptions(parent=self),
            ).name
            for pool in nodes.pools(spot=args.spec.spot)
        ]
