"""Networks: VPCs, subnets, endpoints; and what all rows of EC2 share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from local.aws.providers.aws.rows import Action, Call, Read, Row, Tagging, Wait, Work

if TYPE_CHECKING:
    from collections.abc import Mapping


def tagging(resource_type: str) -> Tagging:
    """Give how EC2 tags a resource of the type."""
    return Tagging(
        tag="CreateTags",
        untag="DeleteTags",
        request={"Resources": ["{id}"]},
        resource_type=resource_type,
    )


def arn(resource: str) -> Mapping[str, str]:
    """Give the ARN that EC2's answers leave out (Service Authorization Reference, Amazon EC2)."""
    return {"arn": f"arn:{{partition}}:ec2:{{region}}:{{account}}:{resource}/{{id}}"}


def of_vpc(name: str, *more: str) -> list[dict[str, object]]:
    """Give the filters that find the part of a VPC which AWS makes with it."""
    values = {"vpc-id": "{id}", name: more[0]}
    return [{"Name": key, "Values": [value]} for key, value in values.items()]


def attribute(name: str) -> Read:
    """Give the read of an attribute that DescribeVpcs does not tell."""
    return Read(operation="DescribeVpcAttribute", request={"VpcId": "{id}", "Attribute": name})


def add_and_remove(operation: str, identifier: str, members: str) -> Action:
    """Give how a set is changed by an operation that has `Add` and `Remove` before its name."""
    name = members[0].lower() + members[1:]

    def run(work: Work, olds: Mapping[str, Any], news: Mapping[str, Any]) -> None:
        old, new = set(olds.get(name) or ()), set(news.get(name) or ())
        change = {f"Add{members}": sorted(new - old), f"Remove{members}": sorted(old - new)}
        said = {key: value for key, value in change.items() if value}
        if said:
            work.api(operation, **{identifier: work.id}, **said)

    return Action(covers=frozenset({name}), run=run)


VPC: Final = Row(
    type="aws:ec2/vpc:Vpc",
    service="ec2",
    create=Call(operation="CreateVpc"),
    id="Vpc.VpcId",
    reads=(
        Read(operation="DescribeVpcs", request={"VpcIds": ["{id}"]}, path="Vpcs[0]"),
        attribute("enableDnsSupport"),
        attribute("enableDnsHostnames"),
        attribute("enableNetworkAddressUsageMetrics"),
        Read(
            operation="DescribeSecurityGroups",
            request={"Filters": of_vpc("group-name", "default")},
            path="SecurityGroups[0].GroupId",
            into="defaultSecurityGroupId",
        ),
        Read(
            operation="DescribeRouteTables",
            request={"Filters": of_vpc("association.main", "true")},
            path="RouteTables[0].RouteTableId",
            into="mainRouteTableId",
        ),
        Read(
            operation="DescribeNetworkAcls",
            request={"Filters": of_vpc("default", "true")},
            path="NetworkAcls[0].NetworkAclId",
            into="defaultNetworkAclId",
        ),
    ),
    updates=(Call(operation="ModifyVpcAttribute", request={"VpcId": "{id}"}, each=True),),
    delete=Call(operation="DeleteVpc", request={"VpcId": "{id}"}),
    computed={**arn("vpc"), "defaultRouteTableId": "{mainRouteTableId}"},
    defaults={"enableDnsSupport": True, "instanceTenancy": "default"},
    without=frozenset(
        {
            "ipv4IpamPoolId",
            "ipv4NetmaskLength",
            "ipv6CidrBlock",
            "ipv6CidrBlockNetworkBorderGroup",
            "ipv6IpamPoolId",
            "ipv6NetmaskLength",
        },
    ),
    tags=tagging("vpc"),
)

SUBNET: Final = Row(
    type="aws:ec2/subnet:Subnet",
    service="ec2",
    create=Call(operation="CreateSubnet"),
    id="Subnet.SubnetId",
    reads=(Read(operation="DescribeSubnets", request={"SubnetIds": ["{id}"]}, path="Subnets[0]"),),
    updates=(Call(operation="ModifySubnetAttribute", request={"SubnetId": "{id}"}, each=True),),
    delete=Call(operation="DeleteSubnet", request={"SubnetId": "{id}"}),
    computed=arn("subnet"),
    defaults={"assignIpv6AddressOnCreation": False, "mapPublicIpOnLaunch": False},
    without=frozenset(
        {
            "customerOwnedIpv4Pool",
            "enableDns64",
            "enableLniAtDeviceIndex",
            "enableResourceNameDnsARecordOnLaunch",
            "enableResourceNameDnsAaaaRecordOnLaunch",
            "ipv4IpamPoolId",
            "ipv4NetmaskLength",
            "ipv6CidrBlock",
            "ipv6IpamPoolId",
            "ipv6Native",
            "ipv6NetmaskLength",
            "mapCustomerOwnedIpOnLaunch",
            "outpostArn",
            "privateDnsHostnameTypeOnLaunch",
        },
    ),
    tags=tagging("subnet"),
)

VPC_ENDPOINT: Final = Row(
    type="aws:ec2/vpcEndpoint:VpcEndpoint",
    service="ec2",
    create=Call(operation="CreateVpcEndpoint"),
    id="VpcEndpoint.VpcEndpointId",
    reads=(
        Read(operation="DescribeVpcEndpoints", request={"VpcEndpointIds": ["{id}"]}, path="VpcEndpoints[0]"),
        Read(
            operation="DescribeManagedPrefixLists",
            request={"Filters": [{"Name": "prefix-list-name", "Values": ["{ServiceName}"]}]},
            path="PrefixLists[0].PrefixListId",
            into="prefixListId",
        ),
    ),
    updates=(
        add_and_remove("ModifyVpcEndpoint", "VpcEndpointId", "RouteTableIds"),
        add_and_remove("ModifyVpcEndpoint", "VpcEndpointId", "SubnetIds"),
        add_and_remove("ModifyVpcEndpoint", "VpcEndpointId", "SecurityGroupIds"),
        Call(
            operation="ModifyVpcEndpoint",
            request={"VpcEndpointId": "{id}"},
            only=frozenset({"policy", "privateDnsEnabled"}),
        ),
    ),
    delete=Call(operation="DeleteVpcEndpoints", request={"VpcEndpointIds": ["{id}"]}),
    names={"policy": "PolicyDocument"},
    paths={"securityGroupIds": "Groups[].GroupId", "dnsEntries": "DnsEntries"},
    computed=arn("vpc-endpoint"),
    defaults={"vpcEndpointType": "Gateway"},
    without=frozenset(
        {
            "dnsOptions",
            "ipAddressType",
            "resourceConfigurationArn",
            "serviceNetworkArn",
            "serviceRegion",
            "subnetConfigurations",
        },
    ),
    tags=tagging("vpc-endpoint"),
    wait=Wait(
        status="State",
        ready=frozenset({"available", "pendingAcceptance"}),
        failed=frozenset({"failed", "rejected", "expired"}),
        gone=frozenset({"deleted"}),
    ),
)

ROWS: Final = (VPC, SUBNET, VPC_ENDPOINT)
