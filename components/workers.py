"""As what the nodes that carry jobs act in AWS, and how the cluster knows them."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.service_role import ServiceRole, ServiceRoleArgs
from iam import karpenter, names
from spec.place import Place

# The network plugin has a role of its own: pods that reach the nodes' credentials move no addresses with them.
POLICIES = ("AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly")
"""The managed policies of every node: to join, and to pull images."""


@dataclass(frozen=True, kw_only=True)
class WorkersArgs:
    """Whose nodes they are."""

    place: Place
    """Platform, account and Region."""
    cluster_name: pulumi.Input[str]
    """Name of the EKS cluster that they join."""


class Workers(pulumi.ComponentResource):
    """The role of nodes that Karpenter launches, its instance profile, and the access entry by which they join."""

    instance_profile: pulumi.Output[str]
    """Name of the instance profile, known once nodes with it can do their work and join."""

    def __init__(self, name: str, args: WorkersArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenancy:index:Workers", name, None, opts)
        role_name = names.platform_role(args.place.platform, karpenter.WORKER)
        role = ServiceRole(
            f"{name}-instance",
            ServiceRoleArgs(
                role_name=role_name,
                service="ec2.amazonaws.com",
                managed_policy_arns=[f"arn:{args.place.partition}:iam::aws:policy/{policy}" for policy in POLICIES],
            ),
            pulumi.ResourceOptions(parent=self),
        )
        profile = aws.iam.InstanceProfile(
            f"{name}-profile",
            name=role_name,
            role=role.role.name,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[role]),
        )
        # EKS makes the entry of a managed node group's role, and of no other.
        entry = aws.eks.AccessEntry(
            f"{name}-entry",
            cluster_name=args.cluster_name,
            principal_arn=role.role.arn,
            type="EC2_LINUX",
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.instance_profile = pulumi.Output.all(profile.name, entry.id).apply(lambda known: known[0])
        self.register_outputs({"instanceProfile": self.instance_profile})
