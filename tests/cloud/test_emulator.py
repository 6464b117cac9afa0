"""The AWS emulator as a process of its own, with real control planes, the AWS CLI and kubectl."""

from __future__ import annotations

import json
import signal
import socket
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from local.control_plane.processes import recorded_alive
from tests.cloud.own_emulator import (
    REGION,
    Process,
    apply,
    eventually,
    open_to_emr,
    register,
    session,
    set_up,
    start_once,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.cloud

EMR_ROLE = "arn:aws:iam::123456789012:role/AWSServiceRoleForAmazonEMRContainers"
ALL = ["get", "list", "watch", "create", "delete", "deletecollection", "patch"]
ROLE_RULES = [
    {"apiGroups": [""], "resources": ["namespaces"], "verbs": ["get"]},
    {"apiGroups": [""], "resources": ["serviceaccounts", "services", "configmaps", "events"], "verbs": ALL},
    {"apiGroups": [""], "resources": ["pods", "pods/log"], "verbs": ALL},
    {"apiGroups": [""], "resources": ["secrets"], "verbs": ["create", "patch", "delete", "watch"]},
    {"apiGroups": ["apps"], "resources": ["statefulsets", "deployments"], "verbs": ALL},
    {"apiGroups": ["batch"], "resources": ["jobs"], "verbs": ALL},
    {"apiGroups": ["extensions"], "resources": ["ingresses"], "verbs": ALL},
    {"apiGroups": ["rbac.authorization.k8s.io"], "resources": ["roles", "rolebindings"], "verbs": ALL},
]


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """An emulator with a cluster."""
    process = Process(tmp_path_factory.mktemp("emulator"))
    try:
        set_up(process)
        yield process
    finally:
        process.stop()


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Process]:
    """An emulator of the test's own, without a cluster."""
    process = Process(tmp_path)
    try:
        yield process
    finally:
        process.stop()


@pytest.fixture
def namespace(process: Process, request: pytest.FixtureRequest) -> str:
    """A namespace of the test's own."""
    name = f"n{abs(hash(request.node.name)) % 10**8}"
    process.kubectl("create", "namespace", name)
    return name


@pytest.fixture
def mapping(process: Process) -> Iterator[Callable[..., None]]:
    """Writes aws-auth; it is gone after the test."""

    def write(*entries: dict[str, Any]) -> None:
        data = {"mapRoles": yaml.safe_dump(list(entries))}
        metadata = {"name": "aws-auth", "namespace": "kube-system"}
        apply(process, {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data})

    yield write
    process.kubectl("-n", "kube-system", "delete", "configmap", "aws-auth", "--ignore-not-found")


def test_the_creator_comes_in_with_the_token_of_the_aws_cli(process: Process) -> None:
    who = json.loads(process.kubectl("auth", "whoami", "-o", "json"))["status"]["userInfo"]
    assert who["username"] == "arn:aws:iam::123456789012:user/deployer"
    assert process.kubectl("auth", "can-i", "delete", "pods").strip() == "yes"


def test_a_role_that_nobody_mapped_is_refused(process: Process) -> None:
    printed = process.kubectl("get", "pods", **session(process, "stranger"))
    assert "must be logged in to the server" in printed


def test_an_entry_beats_aws_auth(process: Process, mapping: Callable[..., None]) -> None:
    someone = session(process, "both")
    arn = "arn:aws:iam::123456789012:role/both"
    mapping({"rolearn": arn, "username": "by-map", "groups": ["system:masters"]})
    eventually(lambda: "by-map" in process.kubectl("auth", "whoami", **someone))
    process.aws("eks").create_access_entry(clusterName="emr", principalArn=arn, username="by-entry")
    eventually(lambda: "by-entry" in process.kubectl("auth", "whoami", **someone))
    assert "forbidden" in process.kubectl("get", "nodes", **someone)


def test_an_access_policy_lets_in_as_far_as_its_scope(process: Process, namespace: str) -> None:
    someone = session(process, "viewer")
    arn = "arn:aws:iam::123456789012:role/viewer"
    eks = process.aws("eks")
    eks.create_access_entry(clusterName="emr", principalArn=arn)
    eks.associate_access_policy(
        clusterName="emr",
        principalArn=arn,
        policyArn="arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy",
        accessScope={"type": "namespace", "namespaces": [namespace]},
    )
    assert "No resources found" in process.kubectl("-n", namespace, "get", "pods", **someone)
    assert "forbidden" in process.kubectl("-n", namespace, "get", "secrets", **someone)
    assert "forbidden" in process.kubectl("-n", "default", "get", "pods", **someone)
    assert "forbidden" in process.kubectl("-n", namespace, "create", "configmap", "x", **someone)


def test_emr_needs_the_role_and_the_mapping_and_then_registers(
    process: Process, namespace: str, mapping: Callable[..., None]
) -> None:
    refusal = f"Unauthorized to perform read namespace on {namespace}"
    assert register(process, namespace) == refusal
    open_to_emr(process, namespace, ROLE_RULES)
    assert register(process, namespace) == refusal
    mapping({"rolearn": EMR_ROLE, "username": "emr-containers"})
    eventually(lambda: register(process, namespace) != refusal)
    found = process.aws("emr-containers").list_virtual_clusters(states=["RUNNING"])["virtualClusters"]
    assert [v["containerProvider"]["info"]["eksInfo"]["namespace"] for v in found] == [namespace]
    assert register(process, namespace) == "A virtual cluster already exists in the given namespace"
    assert (
        process.kubectl("auth", "can-i", "--as", "emr-containers", "-n", namespace, "create", "pods").strip() == "yes"
    )


def test_a_role_without_create_pods_is_not_enough(
    process: Process, namespace: str, mapping: Callable[..., None]
) -> None:
    rules = [
        r if "pods" not in r["resources"] else {**r, "verbs": [v for v in ALL if v != "create"]} for r in ROLE_RULES
    ]
    open_to_emr(process, namespace, rules)
    mapping({"rolearn": EMR_ROLE, "username": "emr-containers"})
    refusal = f"Unauthorized to perform create pods on {namespace}"
    eventually(lambda: register(process, namespace) == refusal)


def test_an_administrator_without_a_denial_lets_emr_make_its_own_entry(process: Process, namespace: str) -> None:
    iam = process.aws("iam")
    iam.create_user(UserName="administrator")
    iam.attach_user_policy(UserName="administrator", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    given = iam.create_access_key(UserName="administrator")["AccessKey"]
    administrator = {"key": given["AccessKeyId"], "secret": given["SecretAccessKey"]}
    made = register(process, namespace, **administrator)
    emr = process.aws("emr-containers")
    assert emr.describe_virtual_cluster(id=made)["virtualCluster"]["state"] == "RUNNING"
    entries = process.aws("eks").list_access_entries(clusterName="emr")["accessEntries"]
    assert any(arn.endswith("/AWSServiceRoleForAmazonEMRContainers") for arn in entries)
    emr.delete_virtual_cluster(id=made)
    eventually(lambda: emr.describe_virtual_cluster(id=made)["virtualCluster"]["state"] == "TERMINATED")


def test_nodes_join_become_ready_and_run_dns(process: Process) -> None:
    eks = process.aws("eks")
    subnets = eks.describe_cluster(name="emr")["cluster"]["resourcesVpcConfig"]["subnetIds"]
    configuration = json.dumps({"env": {"ENABLE_POD_ENI": "true"}})
    eks.create_addon(clusterName="emr", addonName="vpc-cni", configurationValues=configuration)
    eks.create_addon(clusterName="emr", addonName="coredns")
    eventually(lambda: eks.describe_addon(clusterName="emr", addonName="coredns")["addon"]["status"] == "DEGRADED")
    eks.create_nodegroup(
        clusterName="emr",
        nodegroupName="system",
        subnets=subnets,
        nodeRole="arn:aws:iam::123456789012:role/node",
        instanceTypes=["m5.xlarge"],
        scalingConfig={"minSize": 1, "maxSize": 3, "desiredSize": 3},
    )
    describe = {"clusterName": "emr", "nodegroupName": "system"}
    eventually(lambda: eks.describe_nodegroup(**describe)["nodegroup"]["status"] == "ACTIVE")
    eventually(lambda: eks.describe_addon(clusterName="emr", addonName="coredns")["addon"]["status"] == "ACTIVE")
    nodes = json.loads(process.kubectl("get", "nodes", "-o", "json"))["items"]
    assert {n["metadata"]["labels"]["topology.kubernetes.io/zone"] for n in nodes} == {f"{REGION}{z}" for z in "abc"}
    assert {n["status"]["allocatable"]["vpc.amazonaws.com/pod-eni"] for n in nodes} == {"18"}
    eks.delete_nodegroup(**describe)
    eventually(lambda: not eks.list_nodegroups(clusterName="emr")["nodegroups"])
    assert "No resources found" in process.kubectl("get", "nodes")


def test_an_orderly_stop_keeps_everything_and_a_kill_keeps_nothing_and_leaves_nothing(own: Process) -> None:
    process = own
    set_up(process)
    process.kubectl("create", "namespace", "kept")
    before = process.aws("eks").describe_cluster(name="emr")["cluster"]
    assert process.stop() == 0
    assert process.generation["saved"] is True
    process.start()
    assert process.generation["saved"] is False
    assert process.aws("eks").describe_cluster(name="emr")["cluster"] == before
    assert "kept" in process.kubectl("get", "namespaces")
    folder = next((process.folder / "clusters").iterdir())
    running = [path.stem for path in (folder / "run").glob("*.json") if recorded_alive(folder, path.stem)]
    assert "kube-apiserver" in running
    process.process.send_signal(signal.SIGKILL)
    process.stop()
    eventually(lambda: not any(recorded_alive(folder, name) for name in running), 10)
    again = start_once(process.folder)
    assert again.returncode == 1
    assert "ended without saving its state" in again.stderr


def test_a_port_that_is_taken_is_named_and_loses_nothing(own: Process) -> None:
    port = own.generation["port"]
    assert "already runs" in start_once(own.folder).stderr
    assert own.stop() == 0
    with socket.socket() as blocker:
        blocker.bind(("127.0.0.1", port))
        blocker.listen()
        refused = start_once(own.folder)
    assert refused.returncode == 1
    assert f"Port {port} of the AWS endpoint cannot be used" in refused.stderr
    assert own.generation["saved"] is True
