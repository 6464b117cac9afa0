"""What a role's session may do that launches instances: Karpenter's controller with its own policy."""

from __future__ import annotations

import json
from typing import Any

import pytest

from iam import karpenter

SCOPE = karpenter.ClusterScope(platform="emr", account="123456789012", region="us-west-2")
TAGS = {"kubernetes.io/cluster/emr": "owned", "eks:eks-cluster-name": "emr", "karpenter.sh/nodepool": "executors"}
NODE_ROLE = "emr-worker"


def listed(tags: dict[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


@pytest.fixture
def controller(session: Any) -> Any:
    return session(*karpenter.controller(SCOPE)["Statement"], name="emr-karpenter")


@pytest.fixture
def node_profile(aws: Any) -> str:
    """An instance profile with the role of the nodes."""
    statement = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    role = karpenter.names.platform_role("emr", karpenter.WORKER)
    aws("iam").create_role(RoleName=role, AssumeRolePolicyDocument=trust)
    aws("iam").create_instance_profile(InstanceProfileName=role)
    aws("iam").add_role_to_instance_profile(InstanceProfileName=role, RoleName=role)
    return role


def template(ec2: Any, name: str, tags: dict[str, str], profile: str = "") -> str:
    data: dict[str, Any] = {"ImageId": "ami-12345678"}
    if profile:
        data["IamInstanceProfile"] = {"Name": profile}
    specified = [{"ResourceType": "launch-template", "Tags": listed(tags)}] if tags else []
    made = ec2.create_launch_template(LaunchTemplateName=name, LaunchTemplateData=data, TagSpecifications=specified)
    return made["LaunchTemplate"]["LaunchTemplateId"]


def fleet(ec2: Any, identifier: str, tags: dict[str, str], subnet: str) -> Any:
    specification = {"LaunchTemplateId": identifier, "Version": "$Latest"}
    return ec2.create_fleet(
        Type="instant",
        LaunchTemplateConfigs=[
            {
                "LaunchTemplateSpecification": specification,
                "Overrides": [{"InstanceType": "m5.large", "SubnetId": subnet}],
            }
        ],
        TargetCapacitySpecification={"TotalTargetCapacity": 1, "DefaultTargetCapacityType": "on-demand"},
        TagSpecifications=[{"ResourceType": kind, "Tags": listed(tags)} for kind in ("fleet", "instance", "volume")],
    )


def test_what_it_makes_must_bear_the_clusters_tags(controller: Any, refused: Any) -> None:
    ec2 = controller("ec2")
    template(ec2, "mine", TAGS)
    for tags in ({}, TAGS | {"kubernetes.io/cluster/emr": "shared"}, TAGS | {"eks:eks-cluster-name": "other"}):
        code, message = refused(template, ec2=ec2, name="other", tags=tags)
        assert (code, "perform: ec2:CreateLaunchTemplate on resource: " in message) == ("UnauthorizedOperation", True)


def test_what_it_ends_must_bear_them_too(aws: Any, controller: Any, refused: Any) -> None:
    theirs = template(aws("ec2"), "theirs", TAGS | {"kubernetes.io/cluster/emr": "other"})
    mine = template(aws("ec2"), "mine", TAGS)
    ec2 = controller("ec2")
    assert refused(ec2.delete_launch_template, LaunchTemplateId=theirs)[0] == "UnauthorizedOperation"
    assert refused(ec2.delete_launch_template, LaunchTemplateName="theirs")[0] == "UnauthorizedOperation"
    ec2.delete_launch_template(LaunchTemplateId=mine)


def test_a_fleet_hands_only_the_nodes_role_to_instances(
    aws: Any, controller: Any, node_profile: str, network: Any, refused: Any
) -> None:
    ec2, subnet = controller("ec2"), network["subnets"][0]
    mine = template(aws("ec2"), "mine", TAGS, node_profile)
    (instance,) = fleet(ec2, mine, TAGS, subnet)["Instances"]
    assert (
        refused(fleet, ec2=ec2, identifier=mine, tags={"karpenter.sh/nodepool": "x"}, subnet=subnet)[0]
        == "UnauthorizedOperation"
    )
    aws("iam").create_instance_profile(InstanceProfileName="other")
    aws("iam").add_role_to_instance_profile(InstanceProfileName="other", RoleName="emr-karpenter")
    others = template(aws("ec2"), "others", TAGS, "other")
    code, message = refused(fleet, ec2=ec2, identifier=others, tags=TAGS, subnet=subnet)
    assert (code, "perform: iam:PassRole on resource: arn:aws:iam::" in message) == ("UnauthorizedOperation", True)
    untagged = template(aws("ec2"), "untagged", {}, node_profile)
    code, message = refused(fleet, ec2=ec2, identifier=untagged, tags=TAGS, subnet=subnet)
    assert (code, f":launch-template/{untagged}" in message) == ("UnauthorizedOperation", True)
    stranger = aws("ec2").run_instances(ImageId="ami-1", MinCount=1, MaxCount=1)["Instances"][0]["InstanceId"]
    ids = list(instance["InstanceIds"])
    assert refused(ec2.terminate_instances, InstanceIds=[*ids, stranger])[0] == "UnauthorizedOperation"
    tag = [{"Key": "Name", "Value": "n"}]
    ec2.create_tags(Resources=ids, Tags=tag)
    assert refused(ec2.create_tags, Resources=[stranger], Tags=tag)[0] == "UnauthorizedOperation"
    assert refused(ec2.create_tags, Resources=ids, Tags=listed({"team": "x"}))[0] == "UnauthorizedOperation"
    ec2.terminate_instances(InstanceIds=ids)


def test_it_finds_what_it_needs_and_nothing_else(aws: Any, controller: Any, refused: Any) -> None:
    ec2, ssm = controller("ec2"), controller("ssm")
    ec2.describe_subnets()
    ec2.describe_spot_price_history(InstanceTypes=["m5.large"], ProductDescriptions=["Linux/UNIX"], MaxResults=5)
    assert "knows no action for ec2:DeleteVpc" in refused(ec2.delete_vpc, VpcId="vpc-1")[1]
    aws("ssm").put_parameter(Name="/own", Value="x", Type="String")
    found = ssm.get_parameter(
        Name="/aws/service/eks/optimized-ami/1.35/amazon-linux-2023/x86_64/standard/recommended/image_id"
    )
    (image,) = ec2.describe_images(ImageIds=[found["Parameter"]["Value"]])["Images"]
    assert image["Architecture"] == "x86_64"
    assert refused(ssm.get_parameter, Name="/own")[0] == "AccessDeniedException"
    assert refused(controller("iam").get_instance_profile, InstanceProfileName="x")[0] == "AccessDenied"
    assert controller("iam").list_instance_profiles()["InstanceProfiles"] == []


def test_it_reads_its_queue_only(aws: Any, controller: Any, refused: Any) -> None:
    mine = aws("sqs").create_queue(QueueName=karpenter.queue_name("emr"))["QueueUrl"]
    other = aws("sqs").create_queue(QueueName="other")["QueueUrl"]
    sqs = controller("sqs")
    aws("sqs").send_message(QueueUrl=mine, MessageBody="x")
    assert sqs.get_queue_url(QueueName=karpenter.queue_name("emr"))["QueueUrl"] == mine
    (message,) = sqs.receive_message(QueueUrl=mine)["Messages"]
    sqs.delete_message(QueueUrl=mine, ReceiptHandle=message["ReceiptHandle"])
    assert refused(sqs.receive_message, QueueUrl=other)[0] == "AccessDeniedException"
    assert refused(sqs.send_message, QueueUrl=mine, MessageBody="x")[0] == "AccessDeniedException"


def test_it_learns_prices(controller: Any, session: Any, refused: Any) -> None:
    asked = {"ServiceCode": "AmazonEC2", "Filters": []}
    assert controller("pricing").get_products(**asked)["PriceList"]
    assert refused(session(name="nobody")("pricing").get_products, **asked)[0] == "AccessDeniedException"
