"""Two tenants whose pods talk to each other."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws


@dataclass(frozen=True, kw_only=True)
class PeeringArgs:
    """Whose pods they are."""

    one: str
    """A tenant."""
    one_group_id: pulumi.Input[str]
    """Its own security group."""
    other: str
    """Another tenant; each names the other in its file."""
    other_group_id: pulumi.Input[str]
    """That one's own security group."""


class Peering(pulumi.ComponentResource):
    """Rules by which the groups of two tenants admit each other, on all ports.

    Their NetworkPolicies say the same. On one node, pods of unlike groups do not reach each other all the same:
    amazon-vpc-cni-k8s, README, POD_SECURITY_GROUP_ENFORCING_MODE.
    """

    def __init__(self, name: str, args: PeeringArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenancy:index:Peering", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        both = ((args.one, args.one_group_id, args.other, args.other_group_id),)
        both += ((args.other, args.other_group_id, args.one, args.one_group_id),)
        for tenant, group, peer, peers_group in both:
            aws.vpc.SecurityGroupIngressRule(
                f"{name}-into-{tenant}",
                security_group_id=group,
                referenced_security_group_id=peers_group,
                ip_protocol="-1",
                description=f"Pods of tenant {peer}",
                opts=child,
            )
            aws.vpc.SecurityGroupEgressRule(
                f"{name}-out-of-{tenant}",
                security_group_id=group,
                referenced_security_group_id=peers_group,
                ip_protocol="-1",
                description=f"Pods of tenant {peer}",
                opts=child,
            )
        self.register_outputs({})
