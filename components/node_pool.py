"""Nodes of one kind that Karpenter launches as pods need them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_kubernetes as kubernetes

from spec import nodes
from spec.capacity import PoolSpec
from spec.nodes import Pool

_KARPENTER = "karpenter.sh"
_OF_AWS = "karpenter.k8s.aws"


@dataclass(frozen=True, kw_only=True)
class NodePoolArgs:
    """What kind of nodes, and how many."""

    pool: Pool
    """Name, labels and taints."""
    limits: PoolSpec
    """How much all its nodes may have together."""
    instance_types: Sequence[str]
    """EC2 instance types, or families."""
    zones: Sequence[str]
    """Names of the availability zones; a job stays in one by the node selector of its pod templates."""
    node_class: pulumi.Input[str]
    """Name of the EC2NodeClass, known once Karpenter can act on it."""


class NodePool(pulumi.ComponentResource):
    """A NodePool whose disruptions never evict a driver.

    Nodes of drivers go only when they are empty: they do not expire, for expiry evicts whatever is there, and what
    has drifted from its NodePool stays until its last driver has ended. Nodes of executors go when they are empty, a
    few at a time when they have drifted, and after a week, so that no image stays in use for ever; draining one takes
    half an hour at most. None is emptied to save money: Spark would compute again what was lost.

    Source: Karpenter documentation, "Disruption" (expiration is forceful, budgets hold for the rest).
    """

    name: pulumi.Output[str]
    """Name of the NodePool, known once it can launch nodes."""

    def __init__(self, name: str, args: NodePoolArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenancy:index:NodePool", name, None, opts)
        made = kubernetes.apiextensions.CustomResource(
            f"{name}-pool",
            api_version=f"{_KARPENTER}/v1",
            kind="NodePool",
            metadata=kubernetes.meta.v1.ObjectMetaArgs(
                name=args.pool.name, annotations={"pulumi.com/waitFor": "condition=Ready"}
            ),
            spec={
                "template": {"metadata": {"labels": args.pool.labels}, "spec": _node(args)},
                "disruption": _DISRUPTION[args.pool.purpose],
                "limits": {"cpu": args.limits.cpu, "memory": args.limits.memory},
            },
            # Deleting it ends its nodes, which is done when the last one has drained.
            opts=pulumi.ResourceOptions(parent=self, custom_timeouts=pulumi.CustomTimeouts(delete="1h")),
        )
        self.name = made.urn.apply(lambda _: args.pool.name)
        self.register_outputs({"name": self.name})


_DISRUPTION: dict[str, dict[str, Any]] = {
    nodes.DRIVERS: {
        "consolidationPolicy": "WhenEmpty",
        "consolidateAfter": "5m",
        "budgets": [{"nodes": "0", "reasons": ["Drifted"]}, {"nodes": "20%", "reasons": ["Empty"]}],
    },
    nodes.EXECUTORS: {
        "consolidationPolicy": "WhenEmpty",
        "consolidateAfter": "1m",
        "budgets": [{"nodes": "10%", "reasons": ["Drifted"]}, {"nodes": "50%", "reasons": ["Empty"]}],
    },
}
_LIFE: dict[str, dict[str, str]] = {
    nodes.DRIVERS: {"expireAfter": "Never"},
    nodes.EXECUTORS: {"expireAfter": "168h", "terminationGracePeriod": "30m"},
}


def _node(args: NodePoolArgs) -> dict[str, Any]:
    by_type = any("." in each for each in args.instance_types)
    kind = "node.kubernetes.io/instance-type" if by_type else f"{_OF_AWS}/instance-family"
    wanted = {
        f"{_KARPENTER}/capacity-type": [args.pool.capacity_type],
        kind: list(args.instance_types),
        # Bare metal has none: it takes long to start, and no pod needs it.
        f"{_OF_AWS}/instance-hypervisor": ["nitro"],
        "kubernetes.io/arch": ["amd64"],
        "kubernetes.io/os": ["linux"],
        "topology.kubernetes.io/zone": list(args.zones),
    }
    taints = [{"key": each.key, "value": each.value, "effect": each.effect} for each in args.pool.taints]
    return {
        "nodeClassRef": {"group": _OF_AWS, "kind": "EC2NodeClass", "name": args.node_class},
        "requirements": [{"key": key, "operator": "In", "values": values} for key, values in wanted.items()],
        **({"taints": taints} if taints else {}),
        **_LIFE[args.pool.purpose],
    }
