"""What a VPC has besides its subnets: further ranges, flow logs, the security group that comes with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from local.aws.providers.aws.rows import Call, Read, Row, Special, Wait
from local.aws.providers.aws.tables.ec2 import arn, tagging
from local.aws.providers.aws.tables.ec2_security import blocks, change_rules, revoke_all_rules

if TYPE_CHECKING:
    from collections.abc import Mapping

CIDR_ASSOCIATION: Final = Row(
    type="aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation",
    service="ec2",
    create=Call(operation="AssociateVpcCidrBlock"),
    id="CidrBlockAssociation.AssociationId",
    reads=(
        Read(
            operation="DescribeVpcs",
            request={"Filters": [{"Name": "cidr-block-association.association-id", "Values": ["{id}"]}]},
            path="Vpcs[0].CidrBlockAssociationSet[?AssociationId=='{id}'] | [0]",
        ),
        Read(
            operation="DescribeVpcs",
            request={"Filters": [{"Name": "cidr-block-association.association-id", "Values": ["{id}"]}]},
            path="Vpcs[0].VpcId",
            into="vpcId",
        ),
    ),
    delete=Call(operation="DisassociateVpcCidrBlock", request={"AssociationId": "{id}"}),
    without=frozenset({"ipv4IpamPoolId", "ipv4NetmaskLength"}),
    wait=Wait(
        status="CidrBlockState.State",
        ready=frozenset({"associated"}),
        failed=frozenset({"failed"}),
        gone=frozenset({"disassociated"}),
        reason="CidrBlockState.StatusMessage",
    ),
)

FLOW_LOG: Final = Row(
    type="aws:ec2/flowLog:FlowLog",
    service="ec2",
    create=Call(
        operation="CreateFlowLogs",
        request={"ResourceIds": ["{vpcId}"], "ResourceType": "VPC"},
        only=frozenset(
            {
                "iamRoleArn",
                "logDestination",
                "logDestinationType",
                "logFormat",
                "maxAggregationInterval",
                "trafficType",
                "vpcId",
            },
        ),
    ),
    id="FlowLogIds[0]",
    reads=(Read(operation="DescribeFlowLogs", request={"FlowLogIds": ["{id}"]}, path="FlowLogs[0]"),),
    delete=Call(operation="DeleteFlowLogs", request={"FlowLogIds": ["{id}"]}),
    names={"iamRoleArn": "DeliverLogsPermissionArn"},
    paths={"vpcId": "ResourceId"},
    computed=arn("vpc-flow-log"),
    defaults={"logDestinationType": "cloud-watch-logs", "maxAggregationInterval": 600},
    tags=tagging("vpc-flow-log"),
)


def default_group(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Give the request that finds the security group which EC2 made with a VPC."""
    values = {"vpc-id": inputs["vpcId"], "group-name": "default"}
    return {"Filters": [{"Name": name, "Values": [value]} for name, value in values.items()]}


DEFAULT_SECURITY_GROUP: Final = Row(
    type="aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
    service="ec2",
    # Nothing is made: pulumi-aws takes the group over and empties it.
    create=Call(operation="DescribeSecurityGroups", only=frozenset({"vpcId"}), build=default_group),
    id="SecurityGroups[0].GroupId",
    reads=(Read(operation="DescribeSecurityGroups", request={"GroupIds": ["{id}"]}, path="SecurityGroups[0]"),),
    updates=(
        change_rules("ingress", "AuthorizeSecurityGroupIngress", "RevokeSecurityGroupIngress"),
        change_rules("egress", "AuthorizeSecurityGroupEgress", "RevokeSecurityGroupEgress"),
    ),
    delete=None,
    names={"name": "GroupName"},
    specials={
        "ingress": Special(from_api=blocks("IpPermissions")),
        "egress": Special(from_api=blocks("IpPermissionsEgress")),
    },
    computed=arn("security-group"),
    settings=frozenset({"revokeRulesOnDelete"}),
    tags=tagging("security-group"),
    after_create=revoke_all_rules,
)

ROWS: Final = (CIDR_ASSOCIATION, FLOW_LOG, DEFAULT_SECURITY_GROUP)
