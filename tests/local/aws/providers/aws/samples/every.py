"""At least one resource for every row of the tables, and for each of its properties another value.

Together the samples of a row give every property that the row handles, so that none is claimed and never tried.
"""

from __future__ import annotations

from tests.local.aws.providers.aws.samples import (
    audit,
    clusters,
    identity,
    launch,
    messages,
    network,
    security,
    storage,
)

NEEDED = {
    "aws:ec2/vpc:Vpc": {"cidrBlock"},
    "aws:ec2/subnet:Subnet": {"cidrBlock"},
    "aws:ec2/eip:Eip": {"domain"},
    "aws:ec2/natGateway:NatGateway": {"subnetId", "allocationId"},
    "aws:ec2/route:Route": {"destinationCidrBlock", "gatewayId", "natGatewayId"},
    "aws:ec2/routeTableAssociation:RouteTableAssociation": {"subnetId"},
    "aws:ec2/vpcEndpoint:VpcEndpoint": {"serviceName", "vpcEndpointType"},
    "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation": {"cidrBlock"},
    "aws:ec2/flowLog:FlowLog": {"vpcId", "trafficType", "logDestination", "iamRoleArn"},
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": {"vpcId"},
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": {
        "cidrIpv4",
        "cidrIpv6",
        "prefixListId",
        "referencedSecurityGroupId",
        "fromPort",
        "toPort",
    },
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": {
        "cidrIpv4",
        "cidrIpv6",
        "prefixListId",
        "referencedSecurityGroupId",
        "fromPort",
        "toPort",
    },
    "aws:ec2/securityGroup:SecurityGroup": {"vpcId"},
    "aws:ssm/parameter:Parameter": {"value"},
    "aws:cloudwatch/eventRule:EventRule": {"eventPattern", "scheduleExpression"},
    "aws:cloudwatch/eventTarget:EventTarget": {"eventBusName"},
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": {"rules"},
    "aws:eks/fargateProfile:FargateProfile": {"subnetIds"},
}
"""What a resource must be given in practice though the SDK requires less."""

SAMPLES = [
    *network.SAMPLES,
    *security.SAMPLES,
    *launch.SAMPLES,
    *identity.SAMPLES,
    *storage.SAMPLES,
    *audit.SAMPLES,
    *messages.SAMPLES,
    *clusters.SAMPLES,
]
