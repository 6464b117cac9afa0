"""Node documents that look like EKS's."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.control_plane import nodes
from local.control_plane.node_resources import cpu_kept, resources


def node(**values: Any) -> nodes.Node:
    given_values: dict[str, Any] = {
        "name": "ip-10-0-1-23.us-west-2.compute.internal",
        "nodegroup": "drivers",
        "instance_type": "m6g.large",
        "capacity_type": "SPOT",
        "zone": "us-west-2b",
        "zone_id": "usw2-az2",
        "region": "us-west-2",
        "address": "10.0.1.23",
        "instance_id": "i-0123456789abcdef0",
        "image": "ami-0123456789abcdef0",
        "max_pods": 29,
        "cpu": 2,
        "memory_gib": 8,
        "pod_eni": 9,
    }
    return nodes.Node(**(given_values | values))


def test_a_node_bears_the_labels_of_eks_of_its_place_and_of_its_group() -> None:
    document = nodes.document(node(labels={"workload": "spark"}, architecture="arm64"), "v1.35.5")
    assert document["metadata"]["labels"] == {
        "workload": "spark",
        "beta.kubernetes.io/arch": "arm64",
        "beta.kubernetes.io/instance-type": "m6g.large",
        "beta.kubernetes.io/os": "linux",
        "eks.amazonaws.com/capacityType": "SPOT",
        "eks.amazonaws.com/nodegroup": "drivers",
        "eks.amazonaws.com/nodegroup-image": "ami-0123456789abcdef0",
        "failure-domain.beta.kubernetes.io/region": "us-west-2",
        "failure-domain.beta.kubernetes.io/zone": "us-west-2b",
        "kubernetes.io/arch": "arm64",
        "kubernetes.io/hostname": "ip-10-0-1-23.us-west-2.compute.internal",
        "kubernetes.io/os": "linux",
        "node.kubernetes.io/instance-type": "m6g.large",
        "topology.k8s.aws/zone-id": "usw2-az2",
        "topology.kubernetes.io/region": "us-west-2",
        "topology.kubernetes.io/zone": "us-west-2b",
    }


def test_a_groups_label_cannot_displace_what_the_instance_is() -> None:
    document = nodes.document(node(labels={"topology.kubernetes.io/zone": "us-west-2z"}), "v1.35.5")
    assert document["metadata"]["labels"]["topology.kubernetes.io/zone"] == "us-west-2b"


def test_a_node_is_known_by_its_instance_and_its_private_names() -> None:
    document = nodes.document(node(), "v1.35.5")
    assert document["spec"]["providerID"] == "aws:///us-west-2b/i-0123456789abcdef0"
    addresses = {address["type"]: address["address"] for address in document["status"]["addresses"]}
    assert addresses == {"InternalIP": "10.0.1.23", "InternalDNS": node().name, "Hostname": node().name}


def test_a_new_node_waits_for_its_network_plugin_and_offers_no_branch_interface() -> None:
    document = nodes.document(node(), "v1.35.5")
    (condition,) = document["status"]["conditions"]
    assert (condition["type"], condition["status"]) == ("Ready", "False")
    assert condition["message"] == (
        "container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady "
        "message:Network plugin returns error: cni plugin not initialized"
    )
    assert "vpc.amazonaws.com/pod-eni" not in document["status"]["capacity"]


def test_taints_are_those_of_the_group() -> None:
    taint = {"key": "dedicated", "value": "alpha", "effect": "NoSchedule"}
    assert nodes.document(node(taints=(taint,)), "v1.35.5")["spec"]["taints"] == [taint]


def test_the_kubelet_is_of_the_clusters_version() -> None:
    info = nodes.document(node(architecture="amd64"), "v1.35.5")["status"]["nodeInfo"]
    assert info["kubeletVersion"].startswith("v1.35.5-eks-")
    assert (info["architecture"], info["osImage"].split(".")[0]) == ("amd64", "Amazon Linux 2023")


@pytest.mark.parametrize(("cpu", "millicores"), [(1, 60), (2, 70), (4, 80), (8, 90), (16, 110), (96, 310)])
def test_a_node_keeps_cpu_back_as_eks_does(cpu: int, millicores: int) -> None:
    assert cpu_kept(cpu) == millicores


def test_memory_and_disk_kept_back_are_those_of_amazon_linux_2023() -> None:
    capacity, allocatable = resources(cpu=2, memory_gib=8, max_pods=29)

    def mebibytes(quantities: dict[str, str]) -> int:
        return int(quantities["memory"].removesuffix("Ki")) // 1024

    assert mebibytes(capacity) - mebibytes(allocatable) == 255 + 11 * 29 + 100
    assert capacity["ephemeral-storage"] == "20959212Ki"
    assert int(allocatable["ephemeral-storage"]) == pytest.approx(18_242_267_924, abs=64), "as real nodes report"


@given(st.integers(1, 192), st.sampled_from([1, 2, 4, 8]), st.integers(4, 250))
def test_what_is_offered_is_less_than_what_is_there(cpu: int, memory_per_cpu: int, max_pods: int) -> None:
    capacity, allocatable = resources(cpu=cpu, memory_gib=cpu * memory_per_cpu, max_pods=max_pods)
    assert 0 < int(allocatable["cpu"].removesuffix("m")) < int(capacity["cpu"]) * 1000
    assert int(allocatable["memory"].removesuffix("Ki")) < int(capacity["memory"].removesuffix("Ki"))
    assert allocatable["pods"] == capacity["pods"] == str(max_pods)
