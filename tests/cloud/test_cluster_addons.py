"""The add-ons of the stack `local`, as EKS and the cluster itself tell of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from components.versions import RELEASES

if TYPE_CHECKING:
    from tests.cloud.conftest import Cloud

pytestmark = pytest.mark.cloud


@pytest.fixture(scope="module")
def foundation(platform: Cloud) -> dict[str, Any]:
    return json.loads(platform.pulumi("stack", "output", "foundation", "--json", "--stack", "local"))


def test_nodes_of_each_zone_give_pods_addresses_from_that_zones_pod_subnet(
    platform: Cloud, foundation: dict[str, Any]
) -> None:
    subnets = platform.aws("ec2").describe_subnets(SubnetIds=foundation["podSubnetIds"])["Subnets"]
    zones = {subnet["AvailabilityZone"]: subnet["SubnetId"] for subnet in subnets}
    found = json.loads(platform.kubectl("get", "eniconfigs", "-o", "json"))["items"]
    assert {each["metadata"]["name"]: each["spec"]["subnet"] for each in found} == zones
    assert {group for each in found for group in each["spec"]["securityGroups"]} == {
        foundation["clusterSecurityGroupId"]
    }
    nodes = json.loads(platform.kubectl("get", "nodes", "-o", "json"))["items"]
    assert {node["metadata"]["labels"]["topology.kubernetes.io/zone"] for node in nodes} <= zones.keys()


def test_every_add_on_is_active_in_the_version_of_the_table(platform: Cloud) -> None:
    eks = platform.aws("eks")
    version = eks.describe_cluster(name="emr")["cluster"]["version"]
    described = [
        eks.describe_addon(clusterName="emr", addonName=name)["addon"]
        for name in eks.list_addons(clusterName="emr")["addons"]
    ]
    assert {each["addonName"]: each["addonVersion"] for each in described} == dict(RELEASES[version].addons)
    assert {each["status"] for each in described} == {"ACTIVE"}


def test_the_network_plugins_rights_are_its_own_roles_and_not_the_nodes(platform: Cloud) -> None:
    iam = platform.aws("iam")

    def attached(role: str) -> set[str]:
        return {each["PolicyName"] for each in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]}

    assert attached("emr-cni") == {"AmazonEKS_CNI_Policy"}
    assert "AmazonEKS_CNI_Policy" not in attached("emr-node")
    account = json.loads(platform.kubectl("get", "serviceaccount", "aws-node", "-n", "kube-system", "-o", "json"))
    assert account["metadata"]["annotations"]["eks.amazonaws.com/role-arn"].endswith(":role/emr-cni")


def test_the_cluster_goes_to_the_next_version_when_standard_support_ends(platform: Cloud) -> None:
    cluster = platform.aws("eks").describe_cluster(name="emr")["cluster"]
    assert cluster["upgradePolicy"] == {"supportType": "STANDARD"}
