"""The provider's functions on the emulated cloud."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pulumi.runtime.proto import provider_pb2

from tests.local.aws.providers.aws.driver import Engine, refused

if TYPE_CHECKING:
    from tests.local.aws.providers.aws.world import World

pytestmark = pytest.mark.cloud
proto: Any = provider_pb2

ROLE, VPC, SUBNET = "aws:iam/role:Role", "aws:ec2/vpc:Vpc", "aws:ec2/subnet:Subnet"
BUCKET, LOGS, GROUP = "aws:s3/bucket:Bucket", "aws:cloudwatch/logGroup:LogGroup", "aws:eks/nodeGroup:NodeGroup"


def test_functions_answer(engine: Engine) -> None:
    identity = engine.invoke("aws:index/getCallerIdentity:getCallerIdentity")
    assert (identity["accountId"], identity["arn"]) == ("123456789012", "arn:aws:iam::123456789012:user/deployer")
    assert engine.invoke("aws:index/getPartition:getPartition")["partition"] == "aws"
    assert engine.invoke("aws:index/getRegion:getRegion")["description"] == "US West (Oregon)"
    assert engine.invoke("aws:index/getDefaultTags:getDefaultTags")["tags"] == {"platform": "test"}
    zones = engine.invoke("aws:index/getAvailabilityZones:getAvailabilityZones", state="available")
    assert zones["names"][:3] == ["us-west-2a", "us-west-2b", "us-west-2c"]
    assert len(zones["zoneIds"]) == len(zones["names"])
    excluded = engine.invoke("aws:index/getAvailabilityZones:getAvailabilityZones", excludeNames=["us-west-2a"])
    assert excluded["names"][0] == "us-west-2b"


def test_functions_find_networks(engine: Engine, world: World) -> None:
    subnet = world.subnet()
    vpc = engine.invoke("aws:ec2/getVpc:getVpc", id=world.vpc)
    assert (vpc["cidrBlock"], vpc["enableDnsSupport"], vpc["default"]) == ("10.64.0.0/16", True, False)
    found = engine.invoke("aws:ec2/getSubnet:getSubnet", id=subnet)
    assert (found["vpcId"], found["availabilityZone"]) == (world.vpc, "us-west-2a")
    filters = [{"name": "vpc-id", "values": [world.vpc]}]
    assert subnet in engine.invoke("aws:ec2/getSubnets:getSubnets", filters=filters)["ids"]
    _, message = refused(engine.invoke, "aws:ec2/getVpc:getVpc", tags={"no": "such"})
    assert "no VPC matches" in message
    _, message = refused(engine.invoke, "aws:ec2/getVpc:getVpc")
    assert "VPCs match; say more" in message
    listed = engine.invoke("aws:ec2/getManagedPrefixList:getManagedPrefixList", name="com.amazonaws.us-west-2.s3")
    assert (
        listed["entries"][0]["cidr"]
        in engine.invoke("aws:ec2/getPrefixList:getPrefixList", name="com.amazonaws.us-west-2.s3")["cidrBlocks"]
    )


def test_functions_find_clusters(engine: Engine, world: World) -> None:
    cluster = engine.invoke("aws:eks/getCluster:getCluster", name=world.cluster)
    assert cluster["vpcConfig"]["vpcId"] == world.vpc
    assert cluster["identities"][0]["oidcs"][0]["issuer"].startswith("https://oidc.eks.us-west-2.amazonaws.com/id/")
    assert cluster["certificateAuthorities"][0]["data"]
    assert cluster["accessConfigs"][0]["authenticationMode"] == "API_AND_CONFIG_MAP"
    token = "aws:eks/getAddonVersion:getAddonVersion"
    newest = engine.invoke(token, addonName="coredns", kubernetesVersion="1.35", mostRecent=True)
    default = engine.invoke(token, addonName="coredns", kubernetesVersion="1.35")
    assert newest["version"].startswith("v1.")
    assert default["version"].startswith("v1.")
    _, message = refused(engine.invoke, token, addonName="none", kubernetesVersion="1.35")
    assert "none" in message
