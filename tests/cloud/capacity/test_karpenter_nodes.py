"""Upstream's own AWS Karpenter launches, moves and ends nodes for pods, by the pools of stack `local`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.cloud.capacity.nodes_and_pods import NAMESPACE, SPOT, eventually

if TYPE_CHECKING:
    from tests.cloud.capacity.nodes_and_pods import Cluster

pytestmark = pytest.mark.cloud


def is_ready(node: dict[str, Any]) -> bool:
    return any(each["type"] == "Ready" and each["status"] == "True" for each in node["status"]["conditions"])


def test_a_driver_that_waits_brings_an_on_demand_node_in_its_zone_and_an_executor_a_spot_node(cluster: Cluster):
    cluster.run("driver", "drivers", zone="us-west-2b")
    cluster.run("executor", "executors", tolerations=[SPOT])
    driver, executor = cluster.node_of("driver"), cluster.node_of("executor")
    assert (
        driver["metadata"]["labels"].items()
        >= {
            "karpenter.sh/nodepool": "drivers",
            "karpenter.sh/capacity-type": "on-demand",
            "nodes.tenancy/capacity-type": "on-demand",
            "topology.kubernetes.io/zone": "us-west-2b",
        }.items()
    )
    assert (
        executor["metadata"]["labels"].items()
        >= {
            "karpenter.sh/nodepool": "executors",
            "karpenter.sh/capacity-type": "spot",
            "nodes.tenancy/capacity-type": "spot",
        }.items()
    )
    wanted = next(
        each["values"]
        for each in cluster.get("nodepool", "drivers")["spec"]["template"]["spec"]["requirements"]
        if each["key"] == "karpenter.k8s.aws/instance-family"
    )
    for node in (driver, executor):
        assert node["metadata"]["labels"]["node.kubernetes.io/instance-type"].partition(".")[0] in wanted
        assert is_ready(node)
        assert int(node["status"]["allocatable"]["vpc.amazonaws.com/pod-eni"]) > 0
        assert any(each["type"] == "InternalIP" for each in node["status"]["addresses"])
    assert any(taint["key"] == "nodes.tenancy/spot" for taint in executor["spec"]["taints"])
    assert not any(taint["key"] == "nodes.tenancy/spot" for taint in driver["spec"].get("taints", []))
    cluster.remove("driver")
    cluster.remove("executor")


def all_but_one_cpu(node: dict[str, Any]) -> str:
    """Return what the node's daemons leave, in millicores."""
    allocatable = node["status"]["allocatable"]["cpu"]
    return f"{(int(allocatable[:-1]) if allocatable.endswith('m') else int(allocatable) * 1000) - 1000}m"


@pytest.mark.covers("RM-12")
def test_a_driver_that_waits_takes_the_node_of_headroom_and_headroom_gets_another(cluster: Cluster):
    cluster.run("room", "drivers", zone="us-west-2b", priority="headroom", kept=True)
    node = cluster.node_of("room")
    kept_free = node["metadata"]["name"]
    # Karpenter may have launched a node with room for both; only one that fills it must evict.
    cluster.run("urgent", "drivers", zone="us-west-2b", priority="high-priority", cpu=all_but_one_cpu(node))
    assert cluster.node_of("urgent")["metadata"]["name"] == kept_free
    assert cluster.node_of("room")["metadata"]["name"] != kept_free
    cluster.remove("room")
    cluster.remove("urgent")


def test_the_pods_of_a_spot_node_that_ec2_takes_back_move_to_a_new_node(cluster: Cluster):
    cluster.run("moved", "executors", tolerations=[SPOT], cpu="5", kept=True)
    first = cluster.node_of("moved")
    name = first["metadata"]["name"]
    cluster.interrupt(name)
    eventually(lambda: name not in cluster.nodes(), "the end of the node that is taken back")
    assert cluster.node_of("moved")["metadata"]["name"] != name
    cluster.remove("moved")


def test_a_node_that_has_become_empty_goes(cluster: Cluster):
    cluster.run("brief", "executors", tolerations=[SPOT], cpu="2")
    name = cluster.node_of("brief")["metadata"]["name"]
    cluster.remove("brief")
    eventually(lambda: name not in cluster.nodes(), "the end of the empty node", 240)


def test_a_pod_whose_type_of_node_no_pool_has_gets_none(cluster: Cluster):
    cluster.run("tolerant-of-nothing", "executors")
    eventually(
        lambda: cluster.cloud.kubectl("get", "events", "-n", NAMESPACE).count("did not tolerate taint"),
        "the reason why no node is launched",
    )
    assert cluster.pods("tolerant-of-nothing")[0]["status"]["phase"] == "Pending"
    cluster.remove("tolerant-of-nothing")
