"""A stack that comes up on an empty account and goes again: what it makes, leaves, and may call.

Its file says twice that data may go. It comes up and goes once, for all tests of this file.
"""

from __future__ import annotations

import json
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from local import stack
from local.folder import Folder
from tests.cloud.conftest import Cloud, running_cloud

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.cloud

OF_THE_ACCOUNT = {f"AWSServiceRoleFor{each}" for each in ("AmazonEMRContainers", "AmazonEKS", "EC2Spot")}


REASONS = {
    "sts:GetCallerIdentity": "takes no permission (STS API reference)",
    **dict.fromkeys(
        ("s3:GET", "s3:HEAD", "s3:PUT", "s3:DELETE", "s3:POST"),
        "S3's calls are counted by HTTP method; the stand-in's S3 operations are compared one by one elsewhere",
    ),
}
"""Calls that no statement names, with the reason."""
ACTIONS = {"monitoring": "cloudwatch"}
"""Prefixes of IAM actions that differ from the name under which a service signs."""


Leftovers = dict[str, list[str]]


@dataclass(frozen=True, kw_only=True)
class Life:
    """What was seen of a stack's life."""

    empty: Leftovers
    """What the account held before."""
    preview: str
    """What a preview of the empty stack printed."""
    previewed: Leftovers
    """What the account held then."""
    up: Leftovers
    """What it held once the stack was up."""
    gone: Leftovers
    """What it held once the stack was destroyed."""
    clusters: list[str]
    """Clusters that the embedded cloud still kept."""
    made: set[str]
    """The calls of `up` and `destroy`."""
    allowed: set[str]
    """The actions that the stack's own output allows its deployer."""


def leftovers(cloud: Cloud) -> dict[str, list[str]]:
    """All that an account holds beside what AWS puts there itself, by kind."""
    ec2, iam = cloud.aws("ec2"), cloud.aws("iam")
    vpcs = [vpc["VpcId"] for vpc in ec2.describe_vpcs()["Vpcs"] if not vpc["IsDefault"]]
    default = [vpc["VpcId"] for vpc in ec2.describe_vpcs()["Vpcs"] if vpc["IsDefault"]]
    roles = [role["RoleName"] for role in iam.list_roles()["Roles"]]
    groups = ec2.describe_security_groups()["SecurityGroups"]
    keys = [key["KeyId"] for key in cloud.aws("kms").list_keys()["Keys"]]
    described = [cloud.aws("kms").describe_key(KeyId=key)["KeyMetadata"] for key in keys]
    gateways = ec2.describe_nat_gateways()["NatGateways"]
    virtual = cloud.aws("emr-containers").list_virtual_clusters()["virtualClusters"]
    eks = cloud.aws("eks")
    clusters = eks.list_clusters()["clusters"]
    identities = [eks.list_pod_identity_associations(clusterName=name)["associations"] for name in clusters]
    return {
        "vpcs": vpcs,
        "subnets": [s["SubnetId"] for s in ec2.describe_subnets()["Subnets"] if s["VpcId"] not in default],
        "groups": [group["GroupName"] for group in groups if group["VpcId"] not in default],
        "addresses": [address["AllocationId"] for address in ec2.describe_addresses()["Addresses"]],
        "gateways": [gateway["NatGatewayId"] for gateway in gateways if gateway["State"] != "deleted"],
        "templates": [t["LaunchTemplateName"] for t in ec2.describe_launch_templates()["LaunchTemplates"]],
        "roles": [role for role in roles if role not in OF_THE_ACCOUNT],
        "providers": [p["Arn"] for p in iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]],
        "keys": [key["KeyId"] for key in described if key["KeyState"] != "PendingDeletion"],
        "logs": [group["logGroupName"] for group in cloud.aws("logs").describe_log_groups()["logGroups"]],
        "buckets": [bucket["Name"] for bucket in cloud.aws("s3").list_buckets()["Buckets"]],
        "trails": [trail["Name"] for trail in cloud.aws("cloudtrail").list_trails()["Trails"]],
        "filters": [each["filterName"] for each in cloud.aws("logs").describe_metric_filters()["metricFilters"]],
        "alarms": [alarm["AlarmName"] for alarm in cloud.aws("cloudwatch").describe_alarms()["MetricAlarms"]],
        "topics": [topic["TopicArn"] for topic in cloud.aws("sns").list_topics()["Topics"]],
        "queues": cloud.aws("sqs").list_queues().get("QueueUrls", []),
        "rules": [rule["Name"] for rule in cloud.aws("events").list_rules()["Rules"]],
        "profiles": [p["InstanceProfileName"] for p in iam.list_instance_profiles()["InstanceProfiles"]],
        "identities": [each["associationId"] for found in identities for each in found],
        "clusters": clusters,
        "virtual clusters": [v["id"] for v in virtual if v["state"] != "TERMINATED"],
    }


def calls(cloud: Cloud) -> dict[str, int]:
    """How often each action was asked for."""
    with urllib.request.urlopen(f"{cloud.endpoint}/_local/calls") as reply:  # noqa: S310 - of the emulator here
        counted: dict[str, dict[str, int]] = json.load(reply)
    return {
        f"{ACTIONS.get(service, service)}:{operation}": number
        for service, operations in counted.items()
        for operation, number in operations.items()
    }


def made(cloud: Cloud, *command: str) -> set[str]:
    """The actions for which a command of Pulumi asks, beside what else is asked for in this file."""
    before = calls(cloud)
    cloud.pulumi(*command, "--yes", "--skip-preview", "--stack", stack.STACK)
    return {action for action, number in calls(cloud).items() if number > before.get(action, 0)}


def allowed(cloud: Cloud) -> set[str]:
    printed = cloud.pulumi("stack", "output", "foundation", "--json", "--stack", stack.STACK)
    documents = [json.loads(text) for text in json.loads(printed)["deployerPolicies"]]
    return {
        action
        for document in documents
        for statement in document["Statement"]
        if statement["Effect"] == "Allow"
        for action in statement["Action"]
    }


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory, lifeline: int) -> Iterator[Life]:
    for cloud in running_cloud(Folder(tmp_path_factory.mktemp("life")), lifeline):
        empty = leftovers(cloud)
        stack.select(cloud.shell)
        preview = cloud.pulumi("preview", "--stack", stack.STACK)
        previewed = leftovers(cloud)
        coming = made(cloud, "up")
        up, rights = leftovers(cloud), allowed(cloud)
        going = made(cloud, "destroy")
        yield Life(
            empty=empty,
            preview=preview,
            previewed=previewed,
            up=up,
            gone=leftovers(cloud),
            clusters=[str(each) for each in (cloud.folder.path / "clusters").glob("*")],
            made=coming | going,
            allowed=rights,
        )


def test_a_preview_of_an_empty_stack_makes_nothing(life: Life) -> None:
    assert "to create" in life.preview
    assert life.previewed == life.empty


def test_a_destroyed_stack_leaves_no_trace(life: Life) -> None:
    assert life.up != life.empty
    assert life.gone == life.empty
    assert life.clusters == []


def test_every_call_of_up_and_destroy_is_allowed_to_the_deployer(life: Life) -> None:
    assert {"eks:CreateCluster", "eks:DeleteCluster", "ec2:CreateVpc", "iam:CreateServiceLinkedRole"} <= life.made
    assert life.made - life.allowed - REASONS.keys() == set()


def test_every_reason_is_one_of_a_call_that_is_made_and_not_allowed(life: Life) -> None:
    assert not REASONS.keys() & life.allowed
    assert REASONS.keys() - life.made <= {"s3:POST", "sts:GetCallerIdentity"}
