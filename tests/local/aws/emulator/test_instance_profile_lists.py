"""ListInstanceProfiles keeps to the path that is asked for: Karpenter takes all it is told of for its own."""

from __future__ import annotations

import json

import pytest

TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


@pytest.fixture
def listed(aws):
    """What the list says of a path, of three profiles with a path each."""
    iam = aws("iam")
    for path, name in (
        ("/", "node"),
        ("/karpenter/us-west-2/emr/1/", "made"),
        ("/karpenter/us-west-2/other/1/", "far"),
    ):
        iam.create_instance_profile(Path=path, InstanceProfileName=name)

    def names(**asked: str) -> set[str]:
        return {each["InstanceProfileName"] for each in iam.list_instance_profiles(**asked)["InstanceProfiles"]}

    return names


@pytest.mark.parametrize(
    ("prefix", "names"),
    [
        ("/karpenter/us-west-2/emr/", {"made"}),
        ("/karpenter/", {"made", "far"}),
        ("/karpenter/us-west-2/gone/", set()),
        ("/", {"node", "made", "far"}),
    ],
)
def test_profiles_of_other_paths_are_not_listed(listed, prefix, names):
    assert listed(PathPrefix=prefix) == names


def test_without_a_path_all_profiles_are_listed(listed):
    assert listed() == {"node", "made", "far"}


@pytest.mark.usefixtures("listed")
def test_a_listed_profile_has_its_role(aws):
    iam = aws("iam")
    iam.create_role(RoleName="worker", AssumeRolePolicyDocument=json.dumps(TRUST))
    iam.add_role_to_instance_profile(InstanceProfileName="made", RoleName="worker")
    (found,) = iam.list_instance_profiles(PathPrefix="/karpenter/us-west-2/emr/")["InstanceProfiles"]
    assert [role["RoleName"] for role in found["Roles"]] == ["worker"]
