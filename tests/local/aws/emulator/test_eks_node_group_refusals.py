from __future__ import annotations

import pytest

from local.aws.emulator.eks.instance_types import branches, figures
from local.aws.emulator.eks.instances import taint


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"scalingConfig": {"minSize": 2, "maxSize": 3, "desiredSize": 1}},
            "Minimum capacity 2 can't be greater than desired size 1",
        ),
        (
            {"scalingConfig": {"minSize": 0, "maxSize": 3, "desiredSize": 4}},
            "Desired capacity 4 can't be greater than max size 3",
        ),
        ({"instanceTypes": ["m5.enormous"]}, "The following supplied instance types do not exist: [m5.enormous]"),
        ({"subnets": ["subnet-0"]}, "The subnet ID 'subnet-0' does not exist"),
        ({"nodeRole": "arn:aws:iam::123456789012:role/none"}, "The role with name none cannot be found."),
        (
            {"instanceTypes": ["m6g.large"], "amiType": "AL2023_x86_64_STANDARD"},
            "[m6g.large] is not a valid instance type for requested amiType AL2023_x86_64_STANDARD",
        ),
        ({"tags": {"aws:x": "y"}}, "Tag keys must not begin with aws:, which is reserved for AWS use: aws:x"),
    ],
)
@pytest.mark.usefixtures("cluster")
def test_what_eks_refuses_is_refused_in_its_words(aws, network, refused, options, message):
    parameters = {
        "clusterName": "emr",
        "nodegroupName": "system",
        "subnets": network["subnets"],
        "nodeRole": network["node_role"],
        **options,
    }
    assert refused(aws("eks").create_nodegroup, **parameters) == ("InvalidParameterException", message)
    assert aws("eks").list_nodegroups(clusterName="emr")["nodegroups"] == []


@pytest.mark.usefixtures("cluster")
def test_ec2_must_be_able_to_assume_the_node_role(aws, network, refused):
    role = network["cluster_role"]
    assert refused(
        aws("eks").create_nodegroup, clusterName="emr", nodegroupName="x", subnets=network["subnets"], nodeRole=role
    )[1] == (
        "Following required service principals [ec2.amazonaws.com] were not found in the trust relationships of "
        f"nodeRole {role}"
    )


@pytest.mark.usefixtures("cluster")
def test_a_launch_template_must_exist_and_leaves_no_room_for_a_disk_size(aws, network, refused):
    aws("ec2").create_launch_template(LaunchTemplateName="template", LaunchTemplateData={"InstanceType": "m5.xlarge"})
    common = {
        "clusterName": "emr",
        "nodegroupName": "x",
        "subnets": network["subnets"],
        "nodeRole": network["node_role"],
    }
    create = aws("eks").create_nodegroup
    assert refused(create, **common, launchTemplate={"name": "none"})[1].startswith(
        "Launch template details can't be found."
    )
    assert refused(create, **common, launchTemplate={"name": "template", "version": "9"})[1].startswith(
        "Launch template details"
    )
    assert "Disk size" in refused(create, **common, launchTemplate={"name": "template"}, diskSize=30)[1]
    assert "both" in refused(create, **common, launchTemplate={"name": "template"}, instanceTypes=["m5.large"])[1]


def test_instance_types_have_the_figures_of_ec2():
    assert figures("m5.xlarge", "c").max_pods == 58
    assert figures("m6g.large", "c").architecture == "arm64"
    assert (figures("r5.4xlarge", "c").cpu, figures("r5.4xlarge", "c").memory_gib) == (16, 128)


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("m5.large", 9),
        ("c6i.xlarge", 18),
        ("r5.2xlarge", 38),
        ("m7g.8xlarge", 54),
        ("m5.24xlarge", 107),
        ("t3.large", 0),
        ("m4.large", 0),
    ],
)
def test_branch_interfaces_follow_family_and_size(name, count):
    assert branches(name) == count


def test_taints_are_written_as_kubernetes_writes_them():
    assert taint({"key": "a", "effect": "PREFER_NO_SCHEDULE"}) == {
        "key": "a",
        "value": "",
        "effect": "PreferNoSchedule",
    }
