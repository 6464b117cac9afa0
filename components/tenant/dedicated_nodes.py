"""Nodes that are one tenant's alone."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from components.node_pool import NodePool, NodePoolArgs
from spec import nodes
from spec.capacity import CapacitySpec
from spec.tenant import TenantSpec


@dataclass(frozen=True, kw_only=True)
class DedicatedNodesArgs:
    """Whose nodes, and which."""

    tenant: TenantSpec
    """The tenant, placed `dedicated`."""
    spec: CapacitySpec
    """Instance types, and the limits of each of its pools."""
    zones: Sequence[str]
    """Names of the availability zones."""
    node_class: pulumi.Input[str]
    """Name of the EC2NodeClass, known once Karpenter can act on it."""


class DedicatedNodes(pulumi.ComponentResource):
    """A tenant's own NodePools, of drivers and of executors.

    Their taint keeps the pods of others off; that its own pods stay on them is what the guard of admission sees to.
    """

    ready: pulumi.Output[str]
    """Known, as an empty text, once its pods can get nodes; what waits for it goes before the nodes do."""

    def __init__(self, name: str, args: DedicatedNodesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenancy:index:DedicatedNodes", name, None, opts)
        made = [
            NodePool(
                f"{name}-{pool.purpose}",
                NodePoolArgs(
                    pool=pool,
                    limits=args.spec.dedicated,
                    instance_types=args.spec.instance_types,
                    zones=args.zones,
                    node_class=args.node_class,
                ),
                pulumi.ResourceOptions(parent=self),
            ).name
            for pool in nodes.pools(spot=args.spec.spot, tenant=args.tenant.name)
        ]
        self.ready = pulumi.Output.all(*made).apply(lambda _: "")
        self.register_outputs({})
