from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from local.control_plane import definitions, images, karpenter_rights, reviews
from local.control_plane.errors import RefusedError
from local.control_plane.kwok import NETWORK
from local.control_plane.nodes import Launched, completed, none_launched

if TYPE_CHECKING:
    from local.control_plane.api import Api

NODE = {
    "metadata": {
        "name": "kwok-brave-cray-7",
        "annotations": {"kwok.x-k8s.io/node": "fake"},
        "labels": {"kwok.x-k8s.io/node": "fake", "kubernetes.io/arch": "amd64"},
    },
    "spec": {"providerID": "kwok-aws:///us-west-2b/i-abc", "taints": [{"key": "karpenter.sh/unregistered"}]},
    "status": {
        "capacity": {"cpu": "4", "vpc.amazonaws.com/pod-eni": "7"},
        "allocatable": {"cpu": "3920m", "vpc.amazonaws.com/pod-eni": "7"},
        "phase": "Pending",
    },
}


def launched(*, network: bool = True, trunk: bool = True, pod_eni: int = 18) -> Launched:
    return Launched(address="10.0.64.9", zone_id="usw2-az2", pod_eni=pod_eni, network=network, trunk=trunk)


def test_a_node_gets_what_its_instance_would_report_and_keeps_what_karpenter_wrote():
    node = completed(NODE, launched(), "v1.35.5")
    assert node["spec"] == NODE["spec"]
    assert node["metadata"]["annotations"] == {
        "kwok.x-k8s.io/node": "fake",
        "local.tenancy/branch-interfaces": "18",
        NETWORK: "ready",
    }
    assert node["metadata"]["labels"] == NODE["metadata"]["labels"] | {"topology.k8s.aws/zone-id": "usw2-az2"}
    status = node["status"]
    assert {"type": "InternalIP", "address": "10.0.64.9"} in status["addresses"]
    assert status["capacity"] == {"cpu": "4", "vpc.amazonaws.com/pod-eni": "18"}
    assert status["allocatable"] == {"cpu": "3920m", "vpc.amazonaws.com/pod-eni": "18"}
    assert [(each["type"], each["status"]) for each in status["conditions"]] == [("Ready", "False")]
    assert status["nodeInfo"]["kubeletVersion"] == "v1.35.5-eks-0000000"


@pytest.mark.parametrize("facts", [{"network": False}, {"trunk": False}, {"pod_eni": 0}])
def test_a_node_offers_pod_interfaces_only_where_plugin_and_type_give_them(facts):
    status = completed(NODE, launched(**facts), "v1.35.5")["status"]
    assert status["capacity"] == {"cpu": "4"}
    assert status["allocatable"] == {"cpu": "3920m"}


def test_a_node_is_not_connected_before_the_network_plugin_is_there():
    assert NETWORK not in completed(NODE, launched(network=False), "v1.35.5")["metadata"]["annotations"]


class Versions:
    def get(self, path: str) -> dict[str, str]:
        assert path == "/version"
        return {"gitVersion": "v1.35.5"}


def review() -> dict:
    return {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {"uid": "7", "object": NODE}}


def test_the_webhook_lets_an_instance_in_with_its_facts():
    answer = reviews.node_launched(review(), cast("Api", Versions()), lambda _node: launched())["response"]
    assert answer["allowed"]
    assert answer["patchType"] == "JSONPatch"


def test_the_webhook_keeps_an_instance_out_that_the_cloud_does_not_know():
    answer = reviews.node_launched(review(), cast("Api", Versions()), none_launched)["response"]
    assert not answer["allowed"]
    assert answer["status"]["message"] == "there is no EC2 here"
    with pytest.raises(RefusedError):
        none_launched(NODE)


def test_only_karpenters_nodes_meet_the_webhook_and_none_comes_to_be_without_it():
    webhook = definitions.node_webhook("https://127.0.0.1:1", "PEM")["webhooks"][0]
    assert webhook["rules"][0]["resources"] == ["nodes"]
    assert webhook["rules"][0]["operations"] == ["CREATE"]
    assert webhook["objectSelector"] == {"matchLabels": {"kwok.x-k8s.io/node": "fake"}}
    assert webhook["failurePolicy"] == "Fail"


def test_what_stands_for_ec2_is_karpenters_account_alone():
    (_, role), (_, binding) = karpenter_rights.documents()
    assert binding["subjects"] == [{"kind": "ServiceAccount", "name": "karpenter", "namespace": "karpenter"}]
    assert binding["roleRef"]["name"] == role["metadata"]["name"] == "stand-in-for-ec2:karpenter"
    assert {resource for rule in role["rules"] for resource in rule["resources"]} == {"nodes", "configmaps"}


@pytest.mark.parametrize(
    ("image", "known"),
    [
        ("public.ecr.aws/karpenter/controller:1.13.0", True),
        ("public.ecr.aws/karpenter/controller:1.13.0@sha256:0", True),
        ("mirror.example.com/karpenter/controller@sha256:0", True),
        ("public.ecr.aws/karpenter/controller-tools:1", False),
        ("pause", False),
    ],
)
def test_only_the_controllers_image_is_run_as_the_controller(image, known):
    table = images.karpenter(Path("/cache/karpenter"))
    assert (images.find(table, image) is not None) == known


def test_the_controller_is_told_how_to_reach_its_cluster_and_ports_that_nobody_has(tmp_path):
    program = tmp_path / "controller"
    program.write_text('#!/bin/sh\n/bin/cat "$KUBECONFIG"; echo; env\n')
    program.chmod(0o755)
    account = "/var/run/secrets/kubernetes.io/serviceaccount"
    image = images.karpenter(program)[0]
    told = subprocess.run(
        image.command,
        env={
            **image.environment,
            "PATH": os.defpath,
            "HOME": str(tmp_path),
            "CONTAINER_MOUNTS": json.dumps({account: str(tmp_path / "token-volume")}),
            "KUBERNETES_SERVICE_HOST": "127.0.0.1",
            "KUBERNETES_SERVICE_PORT": "20001",
            "SYSTEM_NAMESPACE": "karpenter",
            "METRICS_PORT": "8080",
            "CLUSTER_NAME": "emr",
        },
        text=True,
        capture_output=True,
        check=True,
    ).stdout
    kubeconfig, *variables = told.splitlines()
    document = json.loads(kubeconfig)
    folder = tmp_path / "token-volume"
    assert document["clusters"][0]["cluster"] == {
        "server": "https://127.0.0.1:20001",
        "certificate-authority": str(folder / "ca.crt"),
    }
    assert document["users"][0]["user"] == {"tokenFile": str(folder / "token")}, "a renewed token is read again"
    assert {
        "METRICS_PORT=0",
        "HEALTH_PROBE_PORT=0",
        "LEADER_ELECTION_NAMESPACE=karpenter",
        "CLUSTER_NAME=emr",
    } <= set(variables)
    assert image.command[0] == sys.executable
