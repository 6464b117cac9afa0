"""A VPC without NAT and its endpoints, by the real engine: up, unchanged, refreshed, changed, destroyed."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from local.folder import CHECKOUT, Folder
from tests.cloud.conftest import Cloud, running_cloud

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.cloud

PROGRAM = """
import json
import pulumi
import pulumi_aws as aws
from components.network import Network, NetworkArgs
from components.vpc_endpoints import VpcEndpoints, VpcEndpointsArgs
from iam.documents import render
from iam.endpoints import without_virtual_cluster
from iam.keys import logs_key
from spec.network import NetworkSpec
from spec.place import Place

settings = pulumi.Config()
place = Place(platform="alone", account="123456789012", region="us-west-2")
spec = NetworkSpec(
    nat="none",
    endpoints=tuple(json.loads(settings.get("endpoints") or "[]")),
    persistent_ui=settings.get("ui") != "off",
)
policy = render(logs_key(partition=place.partition, account=place.account, region=place.region))
key = aws.kms.Key("key", deletion_window_in_days=7, policy=policy)
network = Network("network", NetworkArgs(spec=spec, place=place, retain=False, key_arn=key.arn))
cluster = "arn:aws:emr-containers:us-west-2:123456789012:/virtualclusters/A1B2CD34EF5G"
VpcEndpoints("endpoints", VpcEndpointsArgs(
    spec=spec,
    place=place,
    vpc_id=network.vpc_id,
    private_subnet_ids=network.private_subnet_ids,
    route_table_ids=network.route_table_ids,
    buckets=("market-data",),
    policies={"emr-containers": without_virtual_cluster(cluster, place.account)},
))
pulumi.export("vpc", network.vpc_id)
pulumi.export("pods", list(network.pod_subnet_ids))
"""
KINDS = ("vpcs", "subnets", "security_groups", "network_interfaces", "route_tables", "flow_logs")


@dataclass(frozen=True)
class Stack:
    """A stack of the program above."""

    cloud: Cloud
    project: Path

    def pulumi(self, *arguments: str) -> str:
        plain = ("--non-interactive", "--color", "never")
        return self.cloud.run("pulumi", *arguments, *plain, project=self.project, PYTHONPATH=str(CHECKOUT))

    def up(self, *arguments: str, **config: str) -> str:
        settings = [part for name, value in config.items() for part in ("--config", f"alone:{name}={value}")]
        return self.pulumi("up", "--yes", "--skip-preview", *settings, *arguments)

    @property
    def vpc(self) -> str:
        return json.loads(self.pulumi("stack", "output", "--json"))["vpc"]

    def endpoints(self) -> dict[str, Any]:
        found = self.cloud.aws("ec2").describe_vpc_endpoints()["VpcEndpoints"]
        live = [each for each in found if each["VpcId"] == self.vpc and each["State"] == "available"]
        return {each["ServiceName"].removeprefix("com.amazonaws.us-west-2."): each for each in live}


def everything(cloud: Cloud) -> dict[str, Any]:
    """What is in the account, as far as a network makes it."""
    ec2 = cloud.aws("ec2")
    found: dict[str, Any] = {}
    for kind in KINDS:
        answer = getattr(ec2, f"describe_{kind}")()
        found[kind] = [value for value in answer.values() if isinstance(value, list)]
    found["endpoints"] = [each for each in ec2.describe_vpc_endpoints()["VpcEndpoints"] if each["State"] != "deleted"]
    found["groups"] = [each["logGroupName"] for each in cloud.aws("logs").describe_log_groups()["logGroups"]]
    found["roles"] = [each["RoleName"] for each in cloud.aws("iam").list_roles()["Roles"]]
    return found


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory, lifeline: int) -> Iterator[Cloud]:
    """A cloud of its own: what is there before and after is compared to the letter."""
    yield from running_cloud(Folder(tmp_path_factory.mktemp("private")), lifeline)


@pytest.fixture(scope="module")
def stack(cloud: Cloud, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack that is up; it leaves nothing behind."""
    folder = tmp_path_factory.mktemp("alone")
    runtime = {"name": "python", "options": {"virtualenv": sys.prefix}}
    (folder / "Pulumi.yaml").write_text(yaml.safe_dump({"name": "alone", "runtime": runtime}))
    (folder / "__main__.py").write_text(PROGRAM)
    before = everything(cloud)
    made = Stack(cloud, folder)
    made.pulumi("stack", "init", "alone")
    made.up()
    yield made
    made.pulumi("destroy", "--yes", "--skip-preview")
    assert everything(cloud) == before


def test_a_second_up_changes_nothing_and_a_refresh_finds_no_drift(stack: Stack) -> None:
    stack.up("--expect-no-changes")
    stack.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes")


def test_pods_have_subnets_of_their_own_range_on_the_routes_of_their_zone(stack: Stack) -> None:
    ec2 = stack.cloud.aws("ec2")
    pods = json.loads(stack.pulumi("stack", "output", "--json"))["pods"]
    subnets = ec2.describe_subnets(SubnetIds=pods)["Subnets"]
    assert sorted(each["CidrBlock"] for each in subnets) == ["100.64.0.0/18", "100.64.128.0/18", "100.64.64.0/18"]
    for subnet in subnets:
        own = [{"Name": "association.subnet-id", "Values": [subnet["SubnetId"]]}]
        (table,) = ec2.describe_route_tables(Filters=own)["RouteTables"]
        assert len(table["Associations"]) == 2
        ways = {route.get("GatewayId") for route in table["Routes"]}
        assert ways == {"local", stack.endpoints()["s3"]["VpcEndpointId"]}


def test_the_vpcs_own_security_group_is_empty_and_traffic_is_logged_encrypted(stack: Stack) -> None:
    ec2, vpc = stack.cloud.aws("ec2"), stack.vpc
    own = [{"Name": "vpc-id", "Values": [vpc]}, {"Name": "group-name", "Values": ["default"]}]
    (group,) = ec2.describe_security_groups(Filters=own)["SecurityGroups"]
    assert group["IpPermissions"] == group["IpPermissionsEgress"] == []
    (log,) = ec2.describe_flow_logs(Filters=[{"Name": "resource-id", "Values": [vpc]}])["FlowLogs"]
    assert (log["TrafficType"], log["DeliverLogsStatus"]) == ("ALL", "SUCCESS")
    groups = stack.cloud.aws("logs").describe_log_groups(logGroupNamePrefix=log["LogGroupName"])["logGroups"]
    assert groups[0]["kmsKeyId"].startswith("arn:aws:kms:")


def test_a_further_endpoint_and_another_policy_come_without_touching_the_rest(stack: Stack) -> None:
    before = {service: each["VpcEndpointId"] for service, each in stack.endpoints().items()}
    assert len(before) == 15
    printed = stack.up(endpoints='["glue", "dynamodb"]', ui="off")
    assert "+ 2 created" in printed
    assert "~ 1 updated" in printed
    after = stack.endpoints()
    assert {service: after[service]["VpcEndpointId"] for service in before} == before
    assert after.keys() - before.keys() == {"glue", "dynamodb"}
    assert "appinfo" not in after["s3"]["PolicyDocument"]
    printed = stack.up(endpoints="[]", ui="on")
    assert "- 2 deleted" in printed


def test_opening_the_default_group_behind_the_stack_is_seen_and_undone(stack: Stack) -> None:
    ec2 = stack.cloud.aws("ec2")
    own = [{"Name": "vpc-id", "Values": [stack.vpc]}, {"Name": "group-name", "Values": ["default"]}]
    (group,) = ec2.describe_security_groups(Filters=own)["SecurityGroups"]
    everyone = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    ec2.authorize_security_group_ingress(GroupId=group["GroupId"], IpPermissions=everyone)
    assert "~ 1 updated" in stack.up("--refresh")
    (group,) = ec2.describe_security_groups(Filters=own)["SecurityGroups"]
    assert group["IpPermissions"] == []
