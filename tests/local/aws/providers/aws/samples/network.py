"""Networks and the ways out of them."""

from __future__ import annotations

from tests.local.aws.providers.aws.samples.sample import Sample
from tests.local.aws.providers.aws.world import document

TAGS = {"a": "1", "b": "2"}
SAMPLES = [
    Sample(
        "aws:ec2/vpc:Vpc",
        lambda _: {
            "cidrBlock": "10.1.0.0/16",
            "enableDnsSupport": True,
            "enableDnsHostnames": True,
            "enableNetworkAddressUsageMetrics": True,
            "instanceTenancy": "default",
            "tags": TAGS,
        },
        lambda _: {
            "enableDnsSupport": False,
            "enableDnsHostnames": False,
            "enableNetworkAddressUsageMetrics": False,
        },
    ),
    Sample(
        "aws:ec2/subnet:Subnet",
        lambda world: {
            "vpcId": world.vpc,
            "cidrBlock": world.cidr(),
            "availabilityZone": "us-west-2b",
            "mapPublicIpOnLaunch": True,
            "assignIpv6AddressOnCreation": False,
            "tags": TAGS,
        },
        lambda _: {"mapPublicIpOnLaunch": False, "assignIpv6AddressOnCreation": True},
    ),
    Sample(
        "aws:ec2/subnet:Subnet",
        lambda world: {"vpcId": world.vpc, "cidrBlock": world.cidr(), "availabilityZoneId": "usw2-az1"},
        case="by zone id",
    ),
    Sample(
        "aws:ec2/internetGateway:InternetGateway",
        lambda world: {"vpcId": world.ec2.create_vpc(CidrBlock="10.2.0.0/16")["Vpc"]["VpcId"], "tags": TAGS},
        lambda world: {"vpcId": world.ec2.create_vpc(CidrBlock="10.2.0.0/16")["Vpc"]["VpcId"]},
    ),
    Sample("aws:ec2/internetGateway:InternetGateway", lambda _: {}, case="detached"),
    Sample("aws:ec2/eip:Eip", lambda _: {"domain": "vpc", "tags": TAGS}),
    Sample(
        "aws:ec2/natGateway:NatGateway",
        lambda world: {
            "subnetId": world.subnet(),
            "allocationId": world.address(),
            "connectivityType": "public",
            "tags": TAGS,
        },
    ),
    Sample(
        "aws:ec2/routeTable:RouteTable",
        lambda world: {
            "vpcId": world.vpc,
            "routes": [
                {"cidrBlock": "0.0.0.0/0", "gatewayId": world.internet_gateway},
                {"cidrBlock": "192.168.0.0/16", "natGatewayId": world.nat_gateway},
            ],
            "tags": TAGS,
        },
        lambda world: {
            "routes": [
                {"cidrBlock": "0.0.0.0/0", "natGatewayId": world.nat_gateway},
                {"cidrBlock": "192.168.0.0/17", "natGatewayId": world.nat_gateway},
            ],
        },
    ),
    Sample(
        "aws:ec2/route:Route",
        lambda world: {
            "routeTableId": world.route_table(),
            "destinationCidrBlock": "0.0.0.0/0",
            "gatewayId": world.internet_gateway,
        },
        lambda world: {"gatewayId": world.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]},
        case="to internet",
    ),
    Sample(
        "aws:ec2/route:Route",
        lambda world: {
            "routeTableId": world.route_table(),
            "destinationCidrBlock": "0.0.0.0/0",
            "natGatewayId": world.nat_gateway,
        },
        lambda world: {
            "natGatewayId": world.ec2.create_nat_gateway(SubnetId=world.subnet(), AllocationId=world.address())[
                "NatGateway"
            ]["NatGatewayId"],
        },
        case="to NAT",
    ),
    Sample(
        "aws:ec2/routeTableAssociation:RouteTableAssociation",
        lambda world: {"routeTableId": world.route_table(), "subnetId": world.subnet()},
    ),
    Sample(
        "aws:ec2/vpcEndpoint:VpcEndpoint",
        lambda world: {
            "vpcId": world.vpc,
            "serviceName": "com.amazonaws.us-west-2.s3",
            "vpcEndpointType": "Gateway",
            "routeTableIds": [world.route_table(), world.route_table()],
            "policy": document(Principal="*"),
            "tags": TAGS,
        },
        lambda world: {"routeTableIds": [world.route_table()], "policy": document("s3:*", Principal="*")},
        case="gateway",
    ),
    Sample(
        "aws:ec2/vpcEndpoint:VpcEndpoint",
        lambda world: {
            "vpcId": world.vpc,
            "serviceName": "com.amazonaws.us-west-2.sts",
            "vpcEndpointType": "Interface",
            "subnetIds": [world.subnet(), world.subnet("us-west-2b")],
            "securityGroupIds": [world.group()],
            "privateDnsEnabled": True,
        },
        lambda world: {
            "subnetIds": [world.subnet("us-west-2c")],
            "securityGroupIds": [world.group()],
            "privateDnsEnabled": False,
        },
        case="interface",
    ),
    Sample(
        "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation",
        lambda world: {
            "vpcId": world.ec2.create_vpc(CidrBlock="10.3.0.0/16")["Vpc"]["VpcId"],
            "cidrBlock": "100.64.0.0/16",
        },
    ),
    Sample(
        "aws:ec2/flowLog:FlowLog",
        lambda world: {
            "vpcId": world.ec2.create_vpc(CidrBlock="10.4.0.0/16")["Vpc"]["VpcId"],
            "trafficType": "ALL",
            "logDestinationType": "cloud-watch-logs",
            "logDestination": world.log_group(),
            "iamRoleArn": world.role("vpc-flow-logs.amazonaws.com")["Arn"],
            "maxAggregationInterval": 60,
            "logFormat": "${version} ${pkt-srcaddr} ${pkt-dstaddr} ${action}",
            "tags": TAGS,
        },
    ),
    Sample(
        "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
        lambda world: {
            "vpcId": world.ec2.create_vpc(CidrBlock="10.5.0.0/16")["Vpc"]["VpcId"],
            "ingress": [{"protocol": "tcp", "fromPort": 443, "toPort": 443, "cidrBlocks": ["10.0.0.0/8"]}],
            "egress": [{"protocol": "-1", "fromPort": 0, "toPort": 0, "cidrBlocks": ["0.0.0.0/0"]}],
            "revokeRulesOnDelete": False,
            "tags": TAGS,
        },
        lambda _: {
            "ingress": [{"protocol": "tcp", "fromPort": 80, "toPort": 80, "self": True}],
            "egress": [{"protocol": "-1", "fromPort": 0, "toPort": 0, "cidrBlocks": ["10.0.0.0/8"]}],
        },
        adopts=True,
        stays=True,
    ),
]
