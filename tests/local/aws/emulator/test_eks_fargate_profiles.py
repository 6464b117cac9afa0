from __future__ import annotations

import pytest

from tests.local.aws.emulator.conftest import trust

NAME = {"clusterName": "emr", "fargateProfileName": "emr-risk"}


@pytest.fixture
def parameters(aws, cluster, network):
    policy = trust("eks-fargate-pods.amazonaws.com")
    role = aws("iam").create_role(RoleName="pods", AssumeRolePolicyDocument=policy)["Role"]["Arn"]
    return {
        **NAME,
        "clusterName": cluster["name"],
        "podExecutionRoleArn": role,
        "subnets": network["subnets"][:2],
        "selectors": [{"namespace": "risk"}],
        "tags": {"a": "1"},
    }


@pytest.fixture
def make(aws, world, parameters):
    def run(**more):
        made = aws("eks").create_fargate_profile(**(parameters | more))["fargateProfile"]
        world.settle()
        return made

    return run


def test_a_profile_becomes_active_and_its_role_may_come_in(aws, make, parameters):
    made = make()
    assert made["status"] == "CREATING"
    found = aws("eks").describe_fargate_profile(**NAME)["fargateProfile"]
    assert found["status"] == "ACTIVE"
    assert {key: found[key] for key in ("selectors", "subnets", "tags")} == {
        key: parameters[key] for key in ("selectors", "subnets", "tags")
    }
    assert found["fargateProfileArn"].startswith("arn:aws:eks:us-west-2:123456789012:fargateprofile/emr/emr-risk/")
    assert aws("eks").list_fargate_profiles(clusterName="emr")["fargateProfileNames"] == ["emr-risk"]
    entry = aws("eks").describe_access_entry(clusterName="emr", principalArn=parameters["podExecutionRoleArn"])
    assert entry["accessEntry"]["type"] == "FARGATE_LINUX"


def test_a_deleted_profile_leaves_nothing(aws, world, make):
    make()
    aws("eks").delete_fargate_profile(**NAME)
    world.settle()
    assert aws("eks").list_fargate_profiles(clusterName="emr")["fargateProfileNames"] == []
    assert not any("pods" in arn for arn in aws("eks").list_access_entries(clusterName="emr")["accessEntries"])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"podExecutionRoleArn": "arn:aws:iam::123456789012:role/node"}, "Misconfigured PodExecutionRole"),
        ({"subnets": ["subnet-none"]}, "does not exist"),
        ({"selectors": []}, "selectors"),
        ({"selectors": [{"namespace": f"a{n}"} for n in range(6)]}, "selectors"),
    ],
)
def test_what_eks_refuses_is_refused(aws, parameters, refused, change, said):
    code, message = refused(aws("eks").create_fargate_profile, **(parameters | change))
    assert code == "InvalidParameterException"
    assert said in message


def test_a_subnet_with_a_way_to_an_internet_gateway_is_refused(aws, parameters, refused, network):
    ec2 = aws("ec2")
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=network["vpc"])
    table = ec2.create_route_table(VpcId=network["vpc"])["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    ec2.associate_route_table(RouteTableId=table, SubnetId=parameters["subnets"][1])
    code, message = refused(aws("eks").create_fargate_profile, **parameters)
    assert (code, parameters["subnets"][1] in message) == ("InvalidParameterException", True)
    assert "not a private subnet" in message


def test_the_eleventh_profile_of_a_cluster_is_one_too_many(make, refused, aws, parameters):
    for number in range(10):
        make(fargateProfileName=f"p{number}")
    code, _ = refused(aws("eks").create_fargate_profile, **(parameters | {"fargateProfileName": "p10"}))
    assert code == "ResourceLimitExceededException"


def test_a_cluster_with_a_profile_stays(aws, make, refused):
    make()
    assert refused(aws("eks").delete_cluster, name="emr")[0] == "ResourceInUseException"
