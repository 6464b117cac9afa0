"""What a deployer does with EC2: the network, its endpoints and the template of nodes.

Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon EC2". Ids are EC2's own,
so what is ours is told by its tag: something new must get it with its making, something old must bear it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam.deployer.scope import TAG, Scope, allow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iam.documents import Statement

_MAKING = (
    "AllocateAddress",
    "AuthorizeSecurityGroupEgress",
    "AuthorizeSecurityGroupIngress",
    "CreateFlowLogs",
    "CreateInternetGateway",
    "CreateLaunchTemplate",
    "CreateNatGateway",
    "CreateRouteTable",
    "CreateSecurityGroup",
    "CreateSubnet",
    "CreateVpc",
    "CreateVpcEndpoint",
)
_CHANGING = (
    "AssociateRouteTable",
    "AssociateVpcCidrBlock",
    "AttachInternetGateway",
    "CreateLaunchTemplateVersion",
    "CreateRoute",
    "DeleteFlowLogs",
    "DeleteInternetGateway",
    "DeleteLaunchTemplate",
    "DeleteLaunchTemplateVersions",
    "DeleteNatGateway",
    "DeleteRoute",
    "DeleteRouteTable",
    "DeleteSecurityGroup",
    "DeleteSubnet",
    "DeleteTags",
    "DeleteVpc",
    "DeleteVpcEndpoints",
    "DetachInternetGateway",
    "DisassociateRouteTable",
    "DisassociateVpcCidrBlock",
    "ModifyLaunchTemplate",
    "ModifySecurityGroupRules",
    "ModifySubnetAttribute",
    "ModifyVpcAttribute",
    "ModifyVpcEndpoint",
    "ReleaseAddress",
    "ReplaceRoute",
    "ReplaceRouteTableAssociation",
    "RevokeSecurityGroupEgress",
    "RevokeSecurityGroupIngress",
)
_READING = (
    "DescribeAddresses",
    "DescribeAvailabilityZones",
    "DescribeFlowLogs",
    "DescribeInternetGateways",
    "DescribeLaunchTemplateVersions",
    "DescribeLaunchTemplates",
    "DescribeManagedPrefixLists",
    "DescribeNatGateways",
    "DescribeNetworkAcls",
    "DescribeNetworkInterfaces",
    "DescribePrefixLists",
    "DescribeRouteTables",
    "DescribeSecurityGroupRules",
    "DescribeSecurityGroups",
    "DescribeSubnets",
    "DescribeVpcAttribute",
    "DescribeVpcEndpointServices",
    "DescribeVpcEndpoints",
    "DescribeVpcs",
)


def statements(scope: Scope, subnets: Sequence[str] = ()) -> list[Statement]:
    """The statements about EC2.

    Args:
        scope: the platform.
        subnets: ids of the subnets of nodes, where the network is there already: then security groups and templates
            come to it, and nothing else changes it. Without any the network is the platform's.
    """
    making = [each for each in _MAKING if not subnets or _is_of_nodes(each)]
    changing = [each for each in _CHANGING if not subnets or _is_of_nodes(each)]
    there = [scope.arn("ec2", f"subnet/{subnet}") for subnet in subnets]
    every = scope.arn("ec2", "*/*")
    groups = scope.arn("ec2", "security-group/*")
    template = scope.arn("ec2", "launch-template/*")
    launched = [scope.arn("ec2", f"{kind}/*") for kind in ("instance", "network-interface", "volume")]
    image = f"arn:{scope.partition}:ec2:{scope.region}::image/*"
    own = [scope.arn("ec2", f"{kind}/*") for kind in ("launch-template", "security-group", "subnet")]
    by_template = {"ArnLike": {"ec2:LaunchTemplate": template}, "Bool": {"ec2:IsLaunchTemplateResource": "true"}}
    made_by = {"StringEquals": {"ec2:CreateAction": [*making, "RunInstances"], f"aws:RequestTag/{TAG}": scope.platform}}
    unclaimed = {**scope.tagging, "Null": {f"aws:ResourceTag/{TAG}": "true"}}
    return [
        # Nothing can be described by its ARN: EC2 takes these on every resource only.
        allow("ReadEc2", "ec2", _READING, "*"),
        allow("MakeInEc2", "ec2", making, every, scope.tagging),
        allow("ChangeInEc2", "ec2", [*making, *changing, "CreateTags"], every, scope.tagged),
        allow("TagWithMaking", "ec2", ["CreateTags"], every, made_by),
        # The security group that comes with a VPC is made by nobody, and bears no tag until it is taken over.
        *([] if subnets else [allow("ClaimDefaultGroup", "ec2", ["CreateTags"], groups, unclaimed)]),
        # EKS tries with its caller's rights whether the node group's template can be launched.
        allow("LaunchNodes", "ec2", ["RunInstances"], own, scope.tagged),
        *([allow("LaunchInSubnets", "ec2", ["RunInstances"], there)] if there else []),
        allow("LaunchByTemplate", "ec2", ["RunInstances"], [*launched, image], by_template),
    ]


def _is_of_nodes(operation: str) -> bool:
    return "SecurityGroup" in operation or "LaunchTemplate" in operation or operation == "DeleteTags"
