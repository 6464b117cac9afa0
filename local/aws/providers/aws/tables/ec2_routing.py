"""Ways in and out of a network: gateways, addresses, route tables, routes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from local.aws.providers.aws.rows import Action, Call, Read, Row, Special, Wait, Work
from local.aws.providers.aws.tables.ec2 import arn, tagging

if TYPE_CHECKING:
    from collections.abc import Mapping

_ROUTE: Final = {
    "cidrBlock": "DestinationCidrBlock",
    "gatewayId": "GatewayId",
    "natGatewayId": "NatGatewayId",
}
"""What is handled of a route in a route table's own list, as properties and as members."""


def attach(work: Work, olds: Mapping[str, Any], news: Mapping[str, Any]) -> None:
    """Move an internet gateway from one VPC to another; either may be none."""
    if olds.get("vpcId"):
        work.api("DetachInternetGateway", InternetGatewayId=work.id, VpcId=olds["vpcId"])
    if news.get("vpcId"):
        work.api("AttachInternetGateway", InternetGatewayId=work.id, VpcId=news["vpcId"])


def detach(work: Work) -> None:
    """Take an internet gateway off its VPC, as pulumi-aws does before it deletes it."""
    for attachment in (work.live() or {}).get("Attachments", []):
        work.api("DetachInternetGateway", InternetGatewayId=work.id, VpcId=attachment["VpcId"])


def routes_from_api(live: dict[str, Any]) -> list[dict[str, str]]:
    """Give the routes that were made by someone: neither the VPC's own nor propagated ones."""
    made = [route for route in live.get("Routes", []) if route.get("Origin") == "CreateRoute"]
    return [{name: route[found] for name, found in _ROUTE.items() if route.get(found)} for route in made]


def _requests(properties: Mapping[str, Any]) -> list[dict[str, str]]:
    routes: list[dict[str, str]] = properties.get("routes") or []
    return [{_ROUTE[name]: value for name, value in route.items() if value} for route in routes]


def change_routes(work: Work, olds: Mapping[str, Any], news: Mapping[str, Any]) -> None:
    """Make a route table's own list of routes what it should be."""
    old, new = _requests(olds), _requests(news)
    for route in old:
        if route not in new:
            destination = route["DestinationCidrBlock"]
            work.api("DeleteRoute", RouteTableId=work.id, DestinationCidrBlock=destination)
    for route in new:
        if route not in old:
            work.api("CreateRoute", RouteTableId=work.id, **route)


INTERNET_GATEWAY: Final = Row(
    type="aws:ec2/internetGateway:InternetGateway",
    service="ec2",
    create=Call(operation="CreateInternetGateway"),
    id="InternetGateway.InternetGatewayId",
    reads=(
        Read(
            operation="DescribeInternetGateways",
            request={"InternetGatewayIds": ["{id}"]},
            path="InternetGateways[0]",
        ),
    ),
    updates=(Action(covers=frozenset({"vpcId"}), run=attach),),
    delete=Call(operation="DeleteInternetGateway", request={"InternetGatewayId": "{id}"}),
    paths={"vpcId": "Attachments[0].VpcId"},
    computed=arn("internet-gateway"),
    tags=tagging("internet-gateway"),
    before_delete=detach,
)

EIP: Final = Row(
    type="aws:ec2/eip:Eip",
    service="ec2",
    create=Call(operation="AllocateAddress"),
    id="AllocationId",
    reads=(Read(operation="DescribeAddresses", request={"AllocationIds": ["{id}"]}, path="Addresses[0]"),),
    delete=Call(operation="ReleaseAddress", request={"AllocationId": "{id}"}),
    names={"privateIp": "PrivateIpAddress"},
    computed=arn("elastic-ip"),
    without=frozenset(
        {"address", "customerOwnedIpv4Pool", "ipamPoolId", "networkBorderGroup", "publicIpv4Pool"},
    ),
    tags=tagging("elastic-ip"),
)

NAT_GATEWAY: Final = Row(
    type="aws:ec2/natGateway:NatGateway",
    service="ec2",
    create=Call(operation="CreateNatGateway"),
    id="NatGateway.NatGatewayId",
    reads=(Read(operation="DescribeNatGateways", request={"NatGatewayIds": ["{id}"]}, path="NatGateways[0]"),),
    delete=Call(operation="DeleteNatGateway", request={"NatGatewayId": "{id}"}),
    paths={
        "allocationId": "NatGatewayAddresses[0].AllocationId",
        "associationId": "NatGatewayAddresses[0].AssociationId",
        "networkInterfaceId": "NatGatewayAddresses[0].NetworkInterfaceId",
        "privateIp": "NatGatewayAddresses[0].PrivateIp",
        "publicIp": "NatGatewayAddresses[0].PublicIp",
    },
    defaults={"connectivityType": "public"},
    without=frozenset(
        {
            "availabilityMode",
            "availabilityZoneAddresses",
            "secondaryAllocationIds",
            "secondaryPrivateIpAddressCount",
            "secondaryPrivateIpAddresses",
            "vpcId",
        },
    ),
    tags=tagging("natgateway"),
    wait=Wait(
        status="State",
        ready=frozenset({"available"}),
        failed=frozenset({"failed"}),
        gone=frozenset({"deleted"}),
        reason="FailureMessage",
    ),
)

ROUTE_TABLE: Final = Row(
    type="aws:ec2/routeTable:RouteTable",
    service="ec2",
    create=Call(operation="CreateRouteTable"),
    id="RouteTable.RouteTableId",
    reads=(Read(operation="DescribeRouteTables", request={"RouteTableIds": ["{id}"]}, path="RouteTables[0]"),),
    updates=(Action(covers=frozenset({"routes"}), run=change_routes),),
    delete=Call(operation="DeleteRouteTable", request={"RouteTableId": "{id}"}),
    specials={"routes": Special(from_api=routes_from_api, fields=frozenset(_ROUTE))},
    computed=arn("route-table"),
    tags=tagging("route-table"),
)

ROUTE: Final = Row(
    type="aws:ec2/route:Route",
    service="ec2",
    create=Call(operation="CreateRoute"),
    id="{routeTableId}_{destinationCidrBlock}",
    reads=(
        Read(
            operation="DescribeRouteTables",
            request={"RouteTableIds": ["{routeTableId}"]},
            path="RouteTables[0].Routes[?DestinationCidrBlock=='{destinationCidrBlock}'] | [0]",
        ),
    ),
    updates=(
        Call(
            operation="ReplaceRoute",
            request={"RouteTableId": "{routeTableId}", "DestinationCidrBlock": "{destinationCidrBlock}"},
            whole=True,
        ),
    ),
    delete=Call(
        operation="DeleteRoute",
        request={"RouteTableId": "{routeTableId}", "DestinationCidrBlock": "{destinationCidrBlock}"},
    ),
    computed={"routeTableId": "{routeTableId}"},
    without=frozenset(
        {
            "carrierGatewayId",
            "coreNetworkArn",
            "destinationIpv6CidrBlock",
            "destinationPrefixListId",
            "egressOnlyGatewayId",
            "localGatewayId",
            "networkInterfaceId",
            "odbNetworkArn",
            "transitGatewayId",
            "vpcEndpointId",
            "vpcPeeringConnectionId",
        },
    ),
    identity=frozenset({"routeTableId", "destinationCidrBlock"}),
)

ROUTE_TABLE_ASSOCIATION: Final = Row(
    type="aws:ec2/routeTableAssociation:RouteTableAssociation",
    service="ec2",
    create=Call(operation="AssociateRouteTable"),
    id="AssociationId",
    reads=(
        Read(
            operation="DescribeRouteTables",
            request={"Filters": [{"Name": "association.route-table-association-id", "Values": ["{id}"]}]},
            path="RouteTables[0].Associations[?RouteTableAssociationId=='{id}'] | [0]",
        ),
    ),
    delete=Call(operation="DisassociateRouteTable", request={"AssociationId": "{id}"}),
    without=frozenset({"gatewayId"}),
    identity=frozenset({"subnetId"}),
)

ROWS: Final = (INTERNET_GATEWAY, EIP, NAT_GATEWAY, ROUTE_TABLE, ROUTE, ROUTE_TABLE_ASSOCIATION)
