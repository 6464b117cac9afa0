"""The stand-in of pulumi-resource-aws under the real Pulumi engine, with the unmodified pulumi_aws SDK."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cloud.conftest import Cloud

pytestmark = pytest.mark.cloud

PROGRAM = """
import json
import pulumi
import pulumi_aws as aws

settings = pulumi.Config()
tag = {"Name": settings.get("name") or "first"}
identity = aws.get_caller_identity()
zones = aws.get_availability_zones(state="available")
vpc = aws.ec2.Vpc("vpc", cidr_block="10.20.0.0/16", enable_dns_hostnames=True, tags=tag)
subnet = aws.ec2.Subnet("subnet", vpc_id=vpc.id, cidr_block="10.20.1.0/24", availability_zone=zones.names[0])
trust = aws.iam.get_policy_document(statements=[{
    "actions": ["sts:AssumeRole"],
    "principals": [{"type": "Service", "identifiers": ["ec2.amazonaws.com"]}],
}])
role = aws.iam.Role(
    "role",
    name=settings.get("role"),
    assume_role_policy=trust.json,
    description=pulumi.Output.secret("hidden text"),
    opts=pulumi.ResourceOptions(ignore_changes=["maxSessionDuration"]),
)
policy = aws.iam.RolePolicy("policy", role=role.name, policy=vpc.arn.apply(lambda arn: json.dumps({
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": ["ec2:DescribeVpcs"], "Resource": arn}],
})))
logs = aws.cloudwatch.LogGroup("logs", retention_in_days=settings.get_int("days") or 7)
if settings.get("adopt"):
    aws.cloudwatch.LogGroup(
        "adopted",
        name=settings.get("adopt"),
        retention_in_days=30,
        opts=pulumi.ResourceOptions(import_=settings.get("adopt")),
    )
pulumi.export("account", identity.account_id)
pulumi.export("vpc", vpc.id)
pulumi.export("role", role.name)
pulumi.export("logs", logs.name)
pulumi.export("trust", role.assume_role_policy)
"""


@dataclass(frozen=True)
class Stack:
    """A stack of the program above."""

    cloud: Cloud
    project: Path

    def pulumi(self, *arguments: str, check: bool = True) -> str:
        return self.cloud.pulumi(*arguments, check=check, project=self.project)

    def up(self, *arguments: str, **config: str) -> str:
        settings = [part for name, value in config.items() for part in ("--config", f"standin:{name}={value}")]
        return self.pulumi("up", "--yes", "--skip-preview", *settings, *arguments)

    def outputs(self) -> dict[str, Any]:
        return json.loads(self.pulumi("stack", "output", "--json"))

    def state(self) -> dict[str, Any]:
        resources = json.loads(self.pulumi("stack", "export"))["deployment"].get("resources", [])
        return {each["urn"].rsplit("::", 1)[-1]: each for each in resources if each["type"].startswith("aws:")}


def new_stack(cloud: Cloud, folder: Path, name: str) -> Stack:
    runtime = {"name": "python", "options": {"virtualenv": sys.prefix}}
    (folder / "Pulumi.yaml").write_text(yaml.safe_dump({"name": "standin", "runtime": runtime}))
    (folder / "__main__.py").write_text(PROGRAM)
    stack = Stack(cloud, folder)
    stack.pulumi("stack", "init", name)
    return stack


@pytest.fixture(scope="module")
def stack(cloud: Cloud, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack that is up; tests leave it as the program says."""
    made = new_stack(cloud, tmp_path_factory.mktemp("standin"), "life")
    made.up()
    yield made
    made.pulumi("destroy", "--yes", "--skip-preview")


def test_a_preview_on_an_empty_stack_works(cloud: Cloud, tmp_path: Path) -> None:
    made = new_stack(cloud, tmp_path, "empty")
    printed = made.pulumi("preview")
    assert "+ 6 to create" in printed
    assert "vpc    : [unknown]" in printed
    assert made.state() == {}


def test_the_outputs_are_what_the_cloud_has(stack: Stack) -> None:
    outputs = stack.outputs()
    assert outputs["account"] == "123456789012"
    found = stack.cloud.aws("ec2").describe_vpcs(VpcIds=[outputs["vpc"]])["Vpcs"][0]
    assert found["CidrBlock"] == "10.20.0.0/16"
    role = stack.cloud.aws("iam").get_role(RoleName=outputs["role"])["Role"]
    assert role["AssumeRolePolicyDocument"] == json.loads(outputs["trust"])
    assert outputs["role"].startswith("role-")


def test_a_second_up_changes_nothing(stack: Stack) -> None:
    assert "6 unchanged" in stack.up("--expect-no-changes")


def test_a_refresh_finds_no_drift(stack: Stack) -> None:
    before = stack.state()
    stack.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes")
    after = stack.state()
    for name in before.keys() - {"role"}:  # whose secret is encrypted anew
        for part in ("id", "inputs", "outputs", "modified"):
            assert after[name][part] == before[name][part]
    assert after["role"]["modified"] == before["role"]["modified"]


def test_secrets_are_encrypted_in_the_state(stack: Stack) -> None:
    role = stack.state()["role"]
    assert "hidden text" not in json.dumps(stack.state())
    assert role["inputs"]["description"].keys() == {"4dabf18193072939515e22adb298388d", "ciphertext"}
    assert role["outputs"]["description"].keys() == {"4dabf18193072939515e22adb298388d", "ciphertext"}


def test_changes_behind_the_stack_are_shown_and_undone(stack: Stack) -> None:
    outputs, aws = stack.outputs(), stack.cloud.aws
    aws("ec2").modify_vpc_attribute(VpcId=outputs["vpc"], EnableDnsHostnames={"Value": False})
    aws("ec2").create_tags(Resources=[outputs["vpc"]], Tags=[{"Key": "late", "Value": "1"}])
    aws("logs").put_retention_policy(logGroupName=outputs["logs"], retentionInDays=30)
    document = outputs["trust"].replace("ec2.amazonaws.com", "eks.amazonaws.com")
    aws("iam").update_assume_role_policy(RoleName=outputs["role"], PolicyDocument=document)
    shown = stack.pulumi("refresh", "--preview-only", "--diff")
    for expected in (
        "~ enableDnsHostnames: true => false",
        "+ late",
        "~ retentionInDays: 7 => 30",
        "~ assumeRolePolicy",
    ):
        assert expected in shown
    assert "~ 3 to update" in stack.pulumi("preview", "--refresh")
    stack.up("--refresh")
    assert aws("logs").describe_log_groups()["logGroups"][0]["retentionInDays"] == 7
    attribute = aws("ec2").describe_vpc_attribute(VpcId=outputs["vpc"], Attribute="enableDnsHostnames")
    assert attribute["EnableDnsHostnames"]["Value"] is True
    stack.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes")


def test_an_ignored_change_is_left_alone(stack: Stack) -> None:
    role = stack.outputs()["role"]
    iam = stack.cloud.aws("iam")
    iam.update_role(RoleName=role, Description="hidden text", MaxSessionDuration=7200)
    stack.up("--refresh")
    assert iam.get_role(RoleName=role)["Role"]["MaxSessionDuration"] == 7200


def test_what_was_deleted_by_hand_is_made_again(stack: Stack) -> None:
    logs = stack.outputs()["logs"]
    stack.cloud.aws("logs").delete_log_group(logGroupName=logs)
    printed = stack.up("--refresh")
    assert "+ 1 created" in printed
    names = [each["logGroupName"] for each in stack.cloud.aws("logs").describe_log_groups()["logGroups"]]
    assert stack.outputs()["logs"] in names


def test_an_update_changes_in_place_and_a_new_name_replaces(stack: Stack) -> None:
    vpc, role = stack.outputs()["vpc"], stack.outputs()["role"]
    printed = stack.up(days="14", name="second", role="of-my-own")
    assert "~ 2 updated" in printed
    assert "+-2 replaced" in printed
    outputs = stack.outputs()
    assert (outputs["vpc"], outputs["role"]) == (vpc, "of-my-own")
    tags = stack.cloud.aws("ec2").describe_vpcs(VpcIds=[vpc])["Vpcs"][0]["Tags"]
    assert tags == [{"Key": "Name", "Value": "second"}]
    roles = [each["RoleName"] for each in stack.cloud.aws("iam").list_roles()["Roles"]]
    assert role not in roles


def test_what_exists_is_imported(stack: Stack) -> None:
    logs = stack.cloud.aws("logs")
    logs.create_log_group(logGroupName="/by/hand")
    logs.put_retention_policy(logGroupName="/by/hand", retentionInDays=30)
    printed = stack.up(adopt="/by/hand")
    assert "= 1 imported" in printed
    assert "6 unchanged" in printed
    assert "updated" not in printed.partition("Resources:")[2]
    assert "7 unchanged" in stack.up("--expect-no-changes", adopt="/by/hand")


def test_an_existing_name_is_an_error_that_says_so(cloud: Cloud, tmp_path: Path) -> None:
    statement = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    cloud.aws("iam").create_role(RoleName="taken", AssumeRolePolicyDocument=document)
    made = new_stack(cloud, tmp_path, "taken")
    printed = made.pulumi("up", "--yes", "--skip-preview", "--config", "standin:role=taken", check=False)
    assert 'CreateRole aws:iam/role:Role "role": EntityAlreadyExists: Role with name taken already exists.' in printed
    assert "role" not in made.state()
    made.pulumi("destroy", "--yes", "--skip-preview")


def test_destroy_leaves_nothing(cloud: Cloud, tmp_path: Path) -> None:
    def everything() -> list[Any]:
        return [
            sorted(each["VpcId"] for each in cloud.aws("ec2").describe_vpcs()["Vpcs"]),
            sorted(each["SubnetId"] for each in cloud.aws("ec2").describe_subnets()["Subnets"]),
            sorted(each["RoleName"] for each in cloud.aws("iam").list_roles()["Roles"]),
            sorted(each["logGroupName"] for each in cloud.aws("logs").describe_log_groups()["logGroups"]),
        ]

    before = everything()
    made = new_stack(cloud, tmp_path, "gone")
    made.up()
    assert everything() != before
    made.pulumi("destroy", "--yes", "--skip-preview")
    assert everything() == before
    assert made.state() == {}
