"""Fargate for one tenant's pods."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.service_role import ServiceRole, ServiceRoleArgs
from iam import names, trust
from spec.place import Place
from spec.tenant import TenantSpec

_POLICY = "AmazonEKSFargatePodExecutionRolePolicy"


@dataclass(frozen=True, kw_only=True)
class FargateArgs:
    """Whose pods they are, and where they run."""

    tenant: TenantSpec
    """The tenant, placed `fargate`."""
    place: Place
    """Platform, account and Region."""
    cluster_name: pulumi.Input[str]
    """Name of the EKS cluster."""
    eks_cluster: str
    """The same name, as the execution role's trust has it before there is a cluster."""
    subnet_ids: Sequence[pulumi.Input[str]]
    """Ids of private subnets, known once endpoints lead out of them: Fargate takes no public ones."""


class Fargate(pulumi.ComponentResource):
    """A Fargate profile that takes every pod of the tenant's namespace, and the role that pulls their images.

    The role is the node's, not the job's: pods never hold its credentials. Every profile counts against the quota of
    its cluster. EKS itself lets the role into the cluster, by an access entry of type FARGATE_LINUX.
    Source: EKS User Guide, "Amazon EKS Pod execution IAM role" (policy, trust and its condition on the profile).
    """

    ready: pulumi.Output[str]
    """Known, as an empty text, once its pods are taken; what waits for it goes before the profile does."""

    def __init__(self, name: str, args: FargateArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenancy:index:Fargate", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        place, profile_name = args.place, names.fargate_profile(args.place.platform, args.tenant.name)
        profiles = f"arn:{place.partition}:eks:{place.region}:{place.account}:fargateprofile"
        execution = ServiceRole(
            f"{name}-execution",
            ServiceRoleArgs(
                role_name=names.fargate_role(place.platform, args.tenant.name),
                service=trust.FARGATE,
                managed_policy_arns=[f"arn:{place.partition}:iam::aws:policy/{_POLICY}"],
                condition={"ArnLike": {"aws:SourceArn": f"{profiles}/{args.eks_cluster}/{profile_name}/*"}},
            ),
            child,
        )
        profile = aws.eks.FargateProfile(
            f"{name}-profile",
            cluster_name=args.cluster_name,
            fargate_profile_name=profile_name,
            pod_execution_role_arn=execution.role.arn,
            subnet_ids=list(args.subnet_ids),
            selectors=[aws.eks.FargateProfileSelectorArgs(namespace=args.tenant.namespace)],
            tags=args.tenant.tags,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[execution]),
        )
        self.ready = profile.urn.apply(lambda _: "")
        self.register_outputs({})
