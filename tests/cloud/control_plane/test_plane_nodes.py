"""Nodes and pods of an emulated cluster: the network plugin, the scheduler, the life of a pod."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from local.control_plane import nodes
from tests.cloud.control_plane.world import FIRST, SECOND, eventually, pod, pods, ready_condition, run

if TYPE_CHECKING:
    from local.control_plane import ControlPlane


pytestmark = pytest.mark.cloud


@pytest.mark.usefixtures("joined")
def test_nodes_look_like_eks_nodes(plane: ControlPlane) -> None:
    node = plane.api.get(f"/api/v1/nodes/{FIRST.name}")
    labels = node["metadata"]["labels"]
    assert labels["eks.amazonaws.com/nodegroup"] == "system"
    assert labels["eks.amazonaws.com/capacityType"] == "ON_DEMAND"
    assert labels["node.kubernetes.io/instance-type"] == "m6i.xlarge"
    assert labels["topology.kubernetes.io/zone"] == "us-west-2a"
    assert labels["topology.k8s.aws/zone-id"] == "usw2-az1"
    assert node["spec"]["providerID"] == "aws:///us-west-2a/i-0123456789abcdef0"
    assert node["status"]["allocatable"]["cpu"] == "3920m"
    served = plane.api.get("/version")["gitVersion"]
    assert node["status"]["nodeInfo"]["kubeletVersion"].startswith(f"{served}-eks-")


@pytest.mark.usefixtures("joined")
def test_nothing_is_scheduled_until_the_network_plugin_is_there(plane: ControlPlane, namespace: str) -> None:
    taints = eventually(lambda: plane.api.get(f"/api/v1/nodes/{FIRST.name}")["spec"].get("taints"))
    assert {"key": "node.kubernetes.io/not-ready", "effect": "NoSchedule"} in [
        {key: taint[key] for key in ("key", "effect")} for taint in taints
    ]
    plane.api.create(pods(namespace), pod("early"))

    def unschedulable() -> str:
        conditions = plane.api.get(f"{pods(namespace)}/early")["status"].get("conditions", [])
        return next((c["message"] for c in conditions if c["reason"] == "Unschedulable"), "")

    assert "had untolerated taint" in eventually(unschedulable)
    condition = ready_condition(plane.api, FIRST)
    assert (condition["status"], condition["reason"]) == ("False", "KubeletNotReady")
    assert "NetworkPluginNotReady" in condition["message"]

    nodes.set_network_ready(plane.api, ready=True, pod_eni=False)
    running = run(plane.api, f"{pods(namespace)}/early")
    assert running["spec"]["nodeName"] in {FIRST.name, SECOND.name}
    assert running["status"]["containerStatuses"][0]["ready"] is True
    assert running["status"]["hostIP"] in {FIRST.address, SECOND.address}

    nodes.set_network_ready(plane.api, ready=False, pod_eni=False)
    eventually(lambda: ready_condition(plane.api, FIRST)["status"] == "False")


@pytest.mark.usefixtures("joined")
def test_a_pod_selected_by_a_security_group_policy_runs_only_where_it_gets_an_interface(
    plane: ControlPlane, namespace: str
) -> None:
    policies = f"/apis/vpcresources.k8s.aws/v1beta1/namespaces/{namespace}/securitygrouppolicies"
    spec = {"podSelector": {}, "securityGroups": {"groupIds": ["sg-0123456789abcdef0"]}}
    kind = {"apiVersion": "vpcresources.k8s.aws/v1beta1", "kind": "SecurityGroupPolicy"}
    plane.api.create(policies, kind | {"metadata": {"name": "all"}, "spec": spec})
    nodes.set_network_ready(plane.api, ready=True, pod_eni=False)
    created = plane.api.create(pods(namespace), pod("selected"))
    resources = created["spec"]["containers"][0]["resources"]
    assert resources["requests"]["vpc.amazonaws.com/pod-eni"] == "1"
    assert resources["limits"]["vpc.amazonaws.com/pod-eni"] == "1"
    assert "vpc.amazonaws.com/pod-eni" in {toleration["key"] for toleration in created["spec"]["tolerations"]}

    def conditions() -> list[dict[str, Any]]:
        return plane.api.get(f"{pods(namespace)}/selected")["status"].get("conditions", [])

    eventually(lambda: any("Insufficient vpc.amazonaws.com/pod-eni" in c.get("message", "") for c in conditions()))

    nodes.set_network_ready(plane.api, ready=True, pod_eni=True)
    assert run(plane.api, f"{pods(namespace)}/selected")["spec"]["nodeName"] == FIRST.name
    offered = [plane.api.get(f"/api/v1/nodes/{node.name}")["status"]["capacity"] for node in (FIRST, SECOND)]
    assert [capacity.get("vpc.amazonaws.com/pod-eni") for capacity in offered] == ["18", None]
    nodes.set_network_ready(plane.api, ready=True, pod_eni=False)
    assert "vpc.amazonaws.com/pod-eni" not in plane.api.get(f"/api/v1/nodes/{FIRST.name}")["status"]["capacity"]
    host = plane.api.create(pods(namespace), pod("host") | {"spec": pod("host")["spec"] | {"hostNetwork": True}})
    assert host["spec"]["containers"][0]["resources"] == {}


@pytest.mark.usefixtures("joined")
def test_jobs_complete_plain_pods_stay_and_deleted_pods_go(plane: ControlPlane, namespace: str) -> None:
    nodes.set_network_ready(plane.api, ready=True, pod_eni=False)
    template = {"spec": pod("unnamed")["spec"] | {"restartPolicy": "Never"}}
    jobs = f"/apis/batch/v1/namespaces/{namespace}/jobs"
    plane.api.create(jobs, {"metadata": {"name": "once"}, "spec": {"template": template}})
    plane.api.create(pods(namespace), pod("service"))
    eventually(lambda: plane.api.get(f"{jobs}/once")["status"].get("succeeded") == 1)
    assert run(plane.api, f"{pods(namespace)}/service")
    plane.api.delete(f"{pods(namespace)}/service")
    eventually(lambda: "service" not in {found["metadata"]["name"] for found in plane.api.list(pods(namespace))})


@pytest.mark.usefixtures("joined")
def test_a_node_that_leaves_takes_its_pods_along(plane: ControlPlane, namespace: str) -> None:
    nodes.set_network_ready(plane.api, ready=True, pod_eni=False)
    plane.api.create(pods(namespace), pod("there"))
    node = run(plane.api, f"{pods(namespace)}/there")["spec"]["nodeName"]
    nodes.leave(plane.api, node)
    assert plane.api.list(pods(namespace)) == []
    assert node not in {found["metadata"]["name"] for found in plane.api.list("/api/v1/nodes")}
    nodes.leave(plane.api, node)
