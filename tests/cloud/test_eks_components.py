"""The stand-in for pulumi-eks, driven by the real engine for the stack `local`: the children of the real component."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml

if TYPE_CHECKING:
    from tests.cloud.conftest import Cloud

EMR = "emr-containers"
pytestmark = pytest.mark.cloud


@pytest.fixture(scope="module")
def resources(platform: Cloud) -> list[dict[str, Any]]:
    exported = json.loads(platform.pulumi("stack", "export", "--stack", "local"))
    return exported["deployment"]["resources"]


def the_one(resources: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    (found,) = (one for one in resources if one["type"] == kind)
    return found


def name(resource: dict[str, Any]) -> str:
    return resource["urn"].rpartition("::")[2]


def children(resources: list[dict[str, Any]], parent: dict[str, Any]) -> set[tuple[str, str]]:
    return {(one["type"], name(one)) for one in resources if one.get("parent") == parent["urn"]}


def test_the_cluster_has_the_children_of_the_real_component(resources: list[dict[str, Any]]):
    cluster = the_one(resources, "eks:index:Cluster")
    addons = {(kind, one) for kind, one in children(resources, cluster) if kind == "eks:index:Addon"}
    assert children(resources, cluster) - addons == {
        ("aws:eks/cluster:Cluster", f"{name(cluster)}-eksCluster"),
        ("pulumi:providers:kubernetes", f"{name(cluster)}-eks-k8s"),
        ("kubernetes:core/v1:ConfigMap", f"{name(cluster)}-nodeAccess"),
    }
    assert addons


def test_an_addon_stands_under_its_cluster_and_holds_one_resource_of_its_name(resources: list[dict[str, Any]]):
    cluster = the_one(resources, "eks:index:Cluster")
    addons = [one for one in resources if one["type"] == "eks:index:Addon"]
    for addon in addons:
        assert addon["parent"] == cluster["urn"]
        assert children(resources, addon) == {("aws:eks/addon:Addon", name(addon))}


def test_a_node_group_with_a_template_of_ours_holds_one_resource_of_its_name(resources: list[dict[str, Any]]):
    groups = [one for one in resources if one["type"] == "eks:index:ManagedNodeGroup"]
    assert groups
    for group in groups:
        assert children(resources, group) == {("aws:eks/nodeGroup:NodeGroup", name(group))}


def test_every_child_of_aws_uses_the_stacks_own_provider(resources: list[dict[str, Any]]):
    components = tuple(one["urn"] for one in resources if one["type"].startswith("eks:index:"))
    made = [one for one in resources if one["type"].startswith("aws:") and one.get("parent") in components]
    assert made
    assert not [name(one) for one in made if "::default" in one["provider"]]


@pytest.mark.covers("CA-13")
def test_the_components_own_config_map_is_what_emr_is_added_to(platform: Cloud, resources: list[dict[str, Any]]):
    owned = the_one(resources, "kubernetes:core/v1:ConfigMap")
    assert owned["inputs"]["metadata"]["annotations"] == {"pulumi.com/patchForce": "true"}
    # What the component wrote; a refresh has put EMR's entry beside it by then, if one came before.
    written = [one for one in yaml.safe_load(owned["inputs"]["data"]["mapRoles"]) or [] if one["username"] != EMR]
    stands = json.loads(platform.kubectl("-n", "kube-system", "get", "configmap", "aws-auth", "-o", "json"))
    found = yaml.safe_load(stands["data"]["mapRoles"])
    assert found[: len(written)] == written
    assert [one["username"] for one in found[len(written) :]] == [EMR]
