"""Whom the pods of a tenant may talk to."""

from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_kubernetes as kubernetes

from spec.tenant_network import POLICY_NAME, network_policy


@dataclass(frozen=True, kw_only=True)
class TenantNetworkArgs:
    """Where the pods are."""

    namespace: pulumi.Input[str]
    """Name of the namespace."""


class TenantNetwork(pulumi.ComponentResource):
    """One NetworkPolicy for all pods of a namespace: nobody else comes in, and none reaches its node's credentials.

    The network plugin enforces it. In its mode `standard` a new pod is open until its rules arrive; that no pod gets
    the node's credentials meanwhile rests on the hop limit of the nodes.
    """

    namespace: pulumi.Output[str]
    """The namespace, known once the policy is there."""

    def __init__(self, name: str, args: TenantNetworkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenancy:index:TenantNetwork", name, None, opts)
        document: Any = network_policy()
        policy = kubernetes.networking.v1.NetworkPolicy(
            f"{name}-policy",
            metadata=kubernetes.meta.v1.ObjectMetaArgs(name=POLICY_NAME, namespace=args.namespace),
            spec=document,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.namespace = pulumi.Output.all(args.namespace, policy.urn).apply(lambda values: values[0])
        self.register_outputs({"namespace": self.namespace})
