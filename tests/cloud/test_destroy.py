"""A stack whose file says twice that data may go leaves nothing behind; a stack that is not there can be previewed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local import stack
from local.folder import Folder
from tests.cloud.conftest import Cloud, running_cloud

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.cloud

OF_THE_ACCOUNT = {f"AWSServiceRoleFor{each}" for each in ("AmazonEMRContainers", "AmazonEKS", "EC2Spot")}


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory, lifeline: int) -> Iterator[Cloud]:
    yield from running_cloud(Folder(tmp_path_factory.mktemp("fresh")), lifeline)


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


def test_an_empty_stack_can_be_previewed_brought_up_and_destroyed_without_a_trace(fresh: Cloud) -> None:
    before = leftovers(fresh)
    stack.select(fresh.shell)
    preview = fresh.pulumi("preview", "--stack", stack.STACK)
    assert "to create" in preview
    assert leftovers(fresh) == before

    fresh.pulumi("up", "--yes", "--skip-preview", "--stack", stack.STACK)
    assert leftovers(fresh) != before

    fresh.pulumi("destroy", "--yes", "--skip-preview", "--stack", stack.STACK)
    assert leftovers(fresh) == before
    assert list((fresh.folder.path / "clusters").glob("*")) == []
