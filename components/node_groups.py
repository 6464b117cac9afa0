"""Managed node groups that carry jobs where there is no Karpenter."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.launch_template import launch_template
from components.service_role import ServiceRole, ServiceRoleArgs
from components.workers import POLICIES
from iam import karpenter, names
from spec import nodes
from spec.capacity import CapacitySpec
from spec.nodes import Pool
from spec.place import Place

_BOUNDARY = "//"
# Types with disks of their own keep pods' data on them (awslabs/amazon-eks-ami, nodeadm, "NodeConfig").
_USER_DATA = f"""MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="{_BOUNDARY}"

--{_BOUNDARY}
Content-Type: application/node.eks.aws

apiVersion: node.eks.aws/v1alpha1
kind: NodeConfig
spec:
  instance:
    localStorage:
      strategy: RAID0

--{_BOUNDARY}--
"""


@dataclass(frozen=True, kw_only=True)
class NodeGroupsArgs:
    """Which nodes, how many, and where."""

    spec: CapacitySpec
    """Instance types, numbers and disk."""
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
    after: Sequence[pulumi.Resource]
    """What must be there before the first node."""


@dataclass(frozen=True, kw_only=True)
class _Where:
    zone: str
    subnet_id: pulumi.Input[str]


class NodeGroups(pulumi.ComponentResource):
    """One managed node group for each pool and zone, with the labels and taints of Karpenter's pools.

    One a zone, for a group of several zones is grown by its Auto Scaling group where that likes, not where a job
    needs it. EKS makes the access entry of their role.
    """

    ready: list[pulumi.Output[str]]
    """Ids of the groups, each known once its nodes are there."""

    def __init__(self, name: str, args: NodeGroupsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenancy:index:NodeGroups", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        role = ServiceRole(
            f"{name}-instance",
            ServiceRoleArgs(
                role_name=names.platform_role(args.place.platform, karpenter.WORKER),
                service="ec2.amazonaws.com",
                managed_policy_arns=[f"arn:{args.place.partition}:iam::aws:policy/{policy}" for policy in POLICIES],
            ),
            child,
        )
        self.ready = []
        for pool in nodes.pools(spot=args.spec.spot):
            template = launch_template(
                f"{name}-{pool.name}-launch-template",
                args.place,
                pool.name,
                args.spec.disk_gib,
                child,
                user_data=base64.b64encode(_USER_DATA.encode()).decode(),
            )
            for zone, subnet in zip(args.zones, args.subnet_ids, strict=True):
                group = aws.eks.NodeGroup(
                    f"{name}-{pool.name}-{zone[-1]}",
                    _group(args, pool, _Where(zone=zone, subnet_id=subnet), template, role),
                    # An autoscaler in the cluster may have changed it.
                    pulumi.ResourceOptions(
                        parent=self, depends_on=[role, *args.after], ignore_changes=["scalingConfig.desiredSize"]
                    ),
                )
                self.ready.append(group.id)
        self.register_outputs({})


def _group(
    args: NodeGroupsArgs,
    pool: Pool,
    where: _Where,
    template: aws.ec2.LaunchTemplate,
    role: ServiceRole,
) -> aws.eks.NodeGroupArgs:
    groups = args.spec.node_groups
    return aws.eks.NodeGroupArgs(
        cluster_name=args.cluster_name,
        node_group_name=f"{args.place.platform}-{pool.name}-{where.zone}",
        node_role_arn=role.role.arn,
        subnet_ids=[where.subnet_id],
        ami_type="AL2023_x86_64_STANDARD",
        capacity_type="SPOT" if pool.capacity_type == "spot" else "ON_DEMAND",
        instance_types=list(groups.instance_types),
        labels=pool.labels,
        taints=[
            aws.eks.NodeGroupTaintArgs(key=each.key, value=each.value, effect="NO_SCHEDULE") for each in pool.taints
        ],
        scaling_config=aws.eks.NodeGroupScalingConfigArgs(
            desired_size=groups.min_per_zone, min_size=groups.min_per_zone, max_size=groups.max_per_zone
        ),
        launch_template=aws.eks.NodeGroupLaunchTemplateArgs(id=template.id, version=template.latest_version.apply(str)),
        version=args.kubernetes_version,
    )
