"""The managed node group that carries what a cluster itself needs."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws
import pulumi_eks as eks

from components.launch_template import launch_template
from components.service_role import ServiceRole, ServiceRoleArgs
from components.workers import POLICIES
from iam import names
from spec.foundation import SystemNodesSpec
from spec.place import Place


@dataclass(frozen=True, kw_only=True)
class SystemNodesArgs:
    """What the nodes are like, and where they go."""

    spec: SystemNodesSpec
    """Instance type, number and disk."""
    kubernetes_version: str
    """Minor version of Kubernetes, that of the control plane."""
    place: Place
    """Platform, account and Region."""
    cluster: eks.Cluster
    """The cluster they join; EKS makes the access entry of their role."""
    subnet_ids: Sequence[pulumi.Input[str]]
    """Subnets of the nodes, one a zone."""
    network: Sequence[pulumi.Resource]
    """The add-ons without which a node never becomes ready; nodes come after them and go before them."""


class SystemNodes(pulumi.ComponentResource):
    """A managed node group on a launch template of ours.

    The template that pulumi-eks would make lets pods reach the instance's credentials (hop limit 2) and leaves the
    disk unencrypted.
    """

    ready: pulumi.Output[str]
    """URN of the node group, known once its nodes are there."""

    def __init__(self, name: str, args: SystemNodesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenancy:index:SystemNodes", name, None, opts)
        role = ServiceRole(
            f"{name}-instance",
            ServiceRoleArgs(
                role_name=names.platform_role(args.place.platform, "node"),
                service="ec2.amazonaws.com",
                managed_policy_arns=[f"arn:{args.place.partition}:iam::aws:policy/{policy}" for policy in POLICIES],
            ),
            pulumi.ResourceOptions(parent=self),
        )
        template = launch_template(
            f"{name}-launch-template",
            args.place,
            "system",
            args.spec.disk_gib,
            pulumi.ResourceOptions(parent=self),
        )
        group = eks.ManagedNodeGroup(
            f"{name}-nodes",
            cluster=args.cluster,
            node_role_arn=role.role.arn,
            subnet_ids=args.subnet_ids,
            ami_type="AL2023_x86_64_STANDARD",
            instance_types=[args.spec.instance_type],
            scaling_config=aws.eks.NodeGroupScalingConfigArgs(
                desired_size=args.spec.count, min_size=args.spec.count, max_size=args.spec.count
            ),
            launch_template=aws.eks.NodeGroupLaunchTemplateArgs(
                id=template.id, version=template.latest_version.apply(str)
            ),
            version=args.kubernetes_version,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[role, *args.network]),
        )
        self.ready = group.urn
        self.register_outputs({})
