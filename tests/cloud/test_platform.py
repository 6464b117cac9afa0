"""The stack `local`, brought up by the real engine, is a multi-tenant EMR-on-EKS platform."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from local import stack

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cloud.conftest import Cloud

pytestmark = pytest.mark.cloud


@pytest.fixture(scope="session")
def tenants(platform: Cloud) -> list[dict[str, Any]]:
    """The running virtual clusters, as the AWS CLI lists them."""
    listed = platform.run("aws", "emr-containers", "list-virtual-clusters", "--states", "RUNNING", "--output", "json")
    return json.loads(listed)["virtualClusters"]


@pytest.fixture
def cluster(tenants: list[dict[str, Any]]) -> str:
    return tenants[0]["containerProvider"]["id"]


def namespace_of(tenant: dict[str, Any]) -> str:
    return tenant["containerProvider"]["info"]["eksInfo"]["namespace"]


def test_a_second_up_changes_nothing(platform: Cloud) -> None:
    printed = platform.pulumi("up", "--yes", "--skip-preview", "--stack", "local", "--expect-no-changes")
    assert "unchanged" in printed


def test_a_refresh_finds_no_drift(platform: Cloud) -> None:
    platform.pulumi("refresh", "--yes", "--skip-preview", "--stack", "local", "--expect-no-changes")


@pytest.mark.covers("VC-01", "VC-03", "VC-07")
def test_every_tenant_has_one_running_virtual_cluster_on_its_own_namespace(tenants: list[dict[str, Any]]) -> None:
    assert sorted(namespace_of(tenant) for tenant in tenants) == ["analytics", "risk", "sandbox"]


@pytest.mark.covers("CA-01", "CA-11")
def test_emr_may_create_pods_in_a_tenants_namespace_and_nowhere_else(
    platform: Cloud, tenants: list[dict[str, Any]]
) -> None:
    question = ("auth", "can-i", "--as", "emr-containers", "create", "pods", "-n")
    for tenant in tenants:
        assert platform.kubectl(*question, namespace_of(tenant)).strip() == "yes"
    assert platform.kubectl(*question, "default", check=False).strip() == "no"


@pytest.mark.covers("RM-02", "RM-04")
def test_a_pod_over_the_maximum_is_refused_by_the_api_server(platform: Cloud, tenants: list[dict[str, Any]]) -> None:
    resources = {"requests": {"cpu": "7"}, "limits": {"cpu": "7"}}
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "too-large"},
        "spec": {"containers": [{"name": "main", "image": "busybox", "resources": resources}]},
    }
    for tenant in tenants:
        printed = kubectl_with(platform, pod, "apply", "-n", namespace_of(tenant), "-f", "-", check=False)
        assert "maximum cpu usage per Container is 6, but limit is 7" in printed


def kubectl_with(cloud: Cloud, manifest: dict[str, Any], *arguments: str, check: bool = True) -> str:
    done = subprocess.run(
        ["kubectl", *arguments],
        env=cloud.shell,
        input=json.dumps(manifest),
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    assert not check or done.returncode == 0, done.stdout
    return done.stdout


@pytest.fixture
def prepared(platform: Cloud, tenants: list[dict[str, Any]]) -> Iterator[str]:
    """A namespace outside the stack, opened to EMR with a copy of a tenant's Role and RoleBinding."""
    name = "prepared-by-hand"
    platform.kubectl("create", "namespace", name)
    for kind in ("role", "rolebinding"):
        found = json.loads(
            platform.kubectl("get", kind, "emr-containers", "-n", namespace_of(tenants[0]), "-o", "json")
        )
        found["metadata"] = {"name": found["metadata"]["name"], "namespace": name}
        kubectl_with(platform, found, "create", "-f", "-")
    yield name
    platform.kubectl("delete", "namespace", name)


def register(cloud: Cloud, cluster: str, namespace: str) -> str:
    info = json.dumps({"id": cluster, "type": "EKS", "info": {"eksInfo": {"namespace": namespace}}})
    command = ("aws", "emr-containers", "create-virtual-cluster", "--name", namespace, "--container-provider", info)
    return cloud.run(*command, check=False)


@pytest.mark.covers("CA-12")
def test_without_the_aws_auth_entry_no_virtual_cluster_can_be_made(
    platform: Cloud, prepared: str, cluster: str
) -> None:
    found = json.loads(platform.kubectl("get", "configmap", "aws-auth", "-n", "kube-system", "-o", "json"))
    entries = yaml.safe_load(found["data"]["mapRoles"])
    others = [entry for entry in entries if entry["username"] != "emr-containers"]
    assert len(others) == len(entries) - 1
    patch = json.dumps({"data": {"mapRoles": yaml.safe_dump(others)}})
    back = json.dumps({"data": found["data"]})
    try:
        platform.kubectl("patch", "configmap", "aws-auth", "-n", "kube-system", "-p", patch)
        refused = register(platform, cluster, prepared)
        assert f"Unauthorized to perform read namespace on {prepared}" in refused
    finally:
        platform.kubectl("patch", "configmap", "aws-auth", "-n", "kube-system", "-p", back)


@pytest.mark.covers("CA-04")
def test_without_create_pods_in_the_role_no_virtual_cluster_can_be_made(
    platform: Cloud, prepared: str, cluster: str
) -> None:
    role = json.loads(platform.kubectl("get", "role", "emr-containers", "-n", prepared, "-o", "json"))
    rule = next(rule for rule in role["rules"] if "pods" in rule["resources"])
    rule["resources"].remove("pods")
    verbs = [verb for verb in rule["verbs"] if verb != "create"]
    role["rules"].append({"apiGroups": [""], "resources": ["pods"], "verbs": verbs})
    kubectl_with(platform, role, "replace", "-f", "-")
    refused = register(platform, cluster, prepared)
    assert f"Unauthorized to perform create pods on {prepared}" in refused


@pytest.mark.covers("VC-01", "VC-02", "VC-06")
def test_a_namespace_opened_to_emr_takes_one_virtual_cluster_at_a_time(
    platform: Cloud, prepared: str, cluster: str
) -> None:
    made = json.loads(register(platform, cluster, prepared))
    second = register(platform, cluster, prepared)
    assert "ValidationException" in second or "already" in second, second
    client = platform.aws("emr-containers")
    client.delete_virtual_cluster(id=made["id"])
    described = client.describe_virtual_cluster(id=made["id"])["virtualCluster"]
    assert described["state"] in {"TERMINATING", "TERMINATED"}


def test_the_execution_role_trusts_only_its_own_service_accounts(
    platform: Cloud, tenants: list[dict[str, Any]], cluster: str
) -> None:
    issuer = platform.aws("eks").describe_cluster(name=cluster)["cluster"]["identity"]["oidc"]["issuer"]
    host = issuer.removeprefix("https://")
    names = {
        arn.rpartition("/")[2]
        for each in stack.outputs(platform.shell)["tenants"].values()
        for arn in each["jobRoleArns"].values()
    }
    roles = [role for role in platform.aws("iam").list_roles()["Roles"] if role["RoleName"] in names]
    trusts = [role["AssumeRolePolicyDocument"]["Statement"] for role in roles]
    web = [s[0]["Condition"] for s in trusts if s[0]["Action"] == "sts:AssumeRoleWithWebIdentity"]
    assert len(web) >= len(tenants)
    for condition in web:
        assert condition["StringEquals"] == {f"{host}:aud": "sts.amazonaws.com"}
        subject = condition["StringLike"][f"{host}:sub"]
        assert any(subject.startswith(f"system:serviceaccount:{namespace_of(tenant)}:") for tenant in tenants)


def test_secret_provider_classes_are_judged_by_the_drivers_own_definition(platform: Cloud, tmp_path: Path) -> None:
    document = {
        "apiVersion": "secrets-store.csi.x-k8s.io/v1",
        "kind": "SecretProviderClass",
        "metadata": {"name": "example", "namespace": "analytics"},
        "spec": {"provider": "aws", "parameters": {"objects": "- objectName: emr-analytics-example"}},
    }
    file = tmp_path / "class.json"
    file.write_text(json.dumps(document))
    arguments = ("create", "--validate=strict", "--dry-run=server", "-f", str(file))
    assert "created (server dry run)" in platform.kubectl(*arguments)
    file.write_text(json.dumps({**document, "spec": {**document["spec"], "provder": "aws"}}))
    assert 'unknown field "spec.provder"' in platform.kubectl(*arguments, check=False)
