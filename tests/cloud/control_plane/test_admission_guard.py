"""The guard of admission on a real API server: what it lets pass, and what it refuses in which words."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from components.admission_guard import AdmissionGuard, AdmissionGuardArgs
from emr.cluster_role import RULES, USER
from local.control_plane import ApiError, User
from spec import admission, admission_rules
from tests.cloud.control_plane.guarded_pods import (
    ALLOWED,
    DEDICATED,
    EMR,
    HOME,
    ORDINARY,
    REFUSED,
    STRAYING,
    account,
    container,
    job_pod,
)
from tests.cloud.control_plane.world import eventually, pods

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local.control_plane import Api, ControlPlane
    from tests.cloud.control_plane.world import Callers
    from tests.conftest import Recording

pytestmark = pytest.mark.cloud

NAMESPACES = "/api/v1/namespaces"
REGISTRATION = "/apis/admissionregistration.k8s.io/v1"
POLICIES = f"{REGISTRATION}/validatingadmissionpolicies"
BINDINGS = f"{REGISTRATION}/validatingadmissionpolicybindings"


@pytest.fixture(scope="module", autouse=True)
def guard(plane: ControlPlane, record: Callable[..., Recording]) -> Iterator[dict[str, Any]]:
    """The policy as the program renders it, in force everywhere."""
    recording = record(lambda: AdmissionGuard("admission", AdmissionGuardArgs()))
    kind = "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy"
    policy = recording.one(kind).inputs
    binding = recording.one(f"{kind}Binding").inputs
    plane.api.create(POLICIES, policy)
    plane.api.create(BINDINGS, binding)
    yield policy
    plane.api.delete(f"{BINDINGS}/{binding['metadata']['name']}")
    plane.api.delete(f"{POLICIES}/{policy['metadata']['name']}")


def protect(api: Api, name: str, allowed: admission.Allowed = ALLOWED) -> None:
    notes = admission.annotations_of(allowed) | {admission.PRIORITY_CLASSES: "guarded-high,guarded-low"}
    api.patch(f"{NAMESPACES}/{name}", {"metadata": {"labels": {admission.LABEL: "true"}, "annotations": notes}})


def refusal(api: Api, namespace: str, pod: dict[str, Any]) -> str:
    try:
        api.create(pods(namespace), pod)
    except ApiError as error:
        return error.message
    return ""


@pytest.fixture(scope="module", autouse=True)
def classes(plane: ControlPlane) -> Iterator[None]:
    path = "/apis/scheduling.k8s.io/v1/priorityclasses"
    names = {"guarded-high": 100, "guarded-low": 50, "of-others": 1000}
    for name, value in names.items():
        plane.api.create(path, {"metadata": {"name": name}, "value": value})
    yield
    for name in names:
        plane.api.delete(f"{path}/{name}")


def with_accounts(api: Api, namespace: str) -> None:
    for kind in ("client", "driver", "executor"):
        api.create(f"{NAMESPACES}/{namespace}/serviceaccounts", {"metadata": {"name": account(f"spark-{kind}")}})


@pytest.fixture
def tenant(plane: ControlPlane, namespace: str) -> str:
    """A guarded namespace in which the policy is in force."""
    with_accounts(plane.api, namespace)
    protect(plane.api, namespace)
    bad = job_pod("driver", nodeName="nowhere")
    eventually(lambda: "rule node-name" in refusal(plane.api, namespace, bad))
    return namespace


@pytest.mark.parametrize("kind", ORDINARY)
def test_ordinary_pods_of_jobs_pass(plane: ControlPlane, tenant: str, kind: str) -> None:
    assert plane.api.create(pods(tenant), ORDINARY[kind])["metadata"]["name"]


@pytest.fixture(scope="module", autouse=True)
def runtime(plane: ControlPlane) -> Iterator[None]:
    path = "/apis/node.k8s.io/v1/runtimeclasses"
    plane.api.create(path, {"metadata": {"name": "guarded-runtime"}, "handler": "runc"})
    yield
    plane.api.delete(f"{path}/guarded-runtime")


@pytest.mark.covers("PT-17")
@pytest.mark.parametrize(("rule", "given", "change"), REFUSED, ids=[f"{each[0]}: {each[1]}" for each in REFUSED])
def test_a_pod_that_asks_for_what_is_not_its_tenants_is_refused_by_name_of_the_rule(
    plane: ControlPlane, tenant: str, rule: str, given: str, change: dict[str, Any]
) -> None:
    said = refusal(plane.api, tenant, job_pod("driver", **change))
    assert f"denied request: rule {rule} refuses {given}" in said
    assert next(each.remedy for each in admission_rules.RULES if each.name == rule) in said


def test_every_rule_refuses_something_here() -> None:
    found = {each[0] for each in REFUSED}
    assert {rule.name for rule in admission_rules.RULES} == found | {
        "own-nodes",
        "pod-eni",
        "fargate-groups",
        "fargate-volumes",
    }


@pytest.fixture
def dedicated(plane: ControlPlane, tenant: str) -> str:
    """A guarded namespace of a tenant with nodes of its own."""
    protect(plane.api, tenant, DEDICATED)
    eventually(lambda: "rule own-nodes" in refusal(plane.api, tenant, job_pod("driver")))
    return tenant


@pytest.mark.covers("RM-18")
@pytest.mark.parametrize(("lacking", "spec"), STRAYING)
def test_a_pod_of_a_dedicated_tenant_that_could_stray_is_refused_with_what_to_write(
    plane: ControlPlane, dedicated: str, lacking: str, spec: dict[str, Any]
) -> None:
    said = refusal(plane.api, dedicated, job_pod("driver", **spec))
    assert f"rule own-nodes refuses {lacking}: give the pod template, and classification emr-job-submitter" in said


@pytest.mark.parametrize("kind", ["client", "driver", "executor"])
def test_a_pod_of_a_dedicated_tenant_that_keeps_to_its_nodes_passes(
    plane: ControlPlane, dedicated: str, kind: str
) -> None:
    spot = {"key": "nodes.tenancy/spot", "value": "true", "effect": "NoSchedule"}
    spec = HOME | {"tolerations": [*HOME["tolerations"], spot]}
    name = plane.api.create(pods(dedicated), job_pod(kind, **spec))["metadata"]["name"]
    path = f"{pods(dedicated)}/{name}"
    assert plane.api.patch(path, {"metadata": {"labels": {"seen": "true"}}})["metadata"]["labels"]["seen"] == "true"


def test_a_dedicated_tenant_gets_no_further_than_its_own_nodes(plane: ControlPlane, dedicated: str) -> None:
    other = {"key": "nodes.tenancy/tenant", "value": "risk", "effect": "NoSchedule"}
    bad = job_pod("driver", **(HOME | {"tolerations": [*HOME["tolerations"], other]}))
    assert "rule tolerations refuses nodes.tenancy/tenant=risk:NoSchedule" in refusal(plane.api, dedicated, bad)


def test_a_container_for_debugging_comes_from_an_allowed_registry_too(plane: ControlPlane, tenant: str) -> None:
    name = plane.api.create(pods(tenant), job_pod("driver"))["metadata"]["name"]
    path = f"{pods(tenant)}/{name}/ephemeralcontainers"
    with pytest.raises(ApiError, match=r"rule registries refuses busybox: .*take images only from"):
        plane.api.patch(path, {"spec": {"ephemeralContainers": [container("debug", "busybox")]}}, "strategic")
    found = plane.api.patch(path, {"spec": {"ephemeralContainers": [container("debug", f"{EMR}/a")]}}, "strategic")
    assert found["spec"]["ephemeralContainers"][0]["name"] == "debug"


def test_with_security_groups_for_pods_the_interface_must_have_been_added(plane: ControlPlane, tenant: str) -> None:
    protect(plane.api, tenant, replace(ALLOWED, pod_eni=True))
    assert "rule pod-eni refuses no limit" in eventually(lambda: refusal(plane.api, tenant, job_pod("driver")))
    plane.api.create(pods(tenant), ORDINARY["what Kubernetes adds"])


def test_of_a_pod_that_was_there_only_what_changes_is_judged(plane: ControlPlane, namespace: str) -> None:
    with_accounts(plane.api, namespace)
    old = job_pod("driver", hostNetwork=True, nodeSelector={"team": "risk"}, containers=[container("main", "pause")])
    old["spec"] |= {"tolerations": [{"operator": "Exists"}], "priorityClassName": "of-others"}
    name = plane.api.create(pods(namespace), old)["metadata"]["name"]
    protect(plane.api, namespace)
    eventually(lambda: "rule node-name" in refusal(plane.api, namespace, job_pod("driver", nodeName="nowhere")))
    path = f"{pods(namespace)}/{name}"
    labelled = plane.api.patch(path, {"metadata": {"labels": {"seen": "true"}, "finalizers": ["a.b/c"]}})
    assert labelled["metadata"]["labels"]["seen"] == "true"
    plane.api.patch(f"{path}/status", {"status": {"phase": "Running"}})
    with pytest.raises(ApiError, match="rule registries refuses busybox"):
        plane.api.patch(path, {"spec": {"containers": [container("main", "busybox")]}}, "strategic")
    more = [*copy.deepcopy(labelled["spec"]["tolerations"]), {"key": "team", "value": "risk", "effect": "NoSchedule"}]
    with pytest.raises(ApiError, match="rule tolerations refuses team=risk:NoSchedule"):
        plane.api.patch(path, {"spec": {"tolerations": more}})
    plane.api.patch(path, {"metadata": {"finalizers": None}})


def test_a_namespace_that_says_nothing_lets_no_pod_in(plane: ControlPlane, tenant: str) -> None:
    plane.api.patch(
        f"{NAMESPACES}/{tenant}",
        {"metadata": {"annotations": {admission.REGISTRIES: None, admission.SERVICE_ACCOUNTS: None}}},
    )
    assert "rule registries" in eventually(lambda: refusal(plane.api, tenant, job_pod("driver")))


@pytest.mark.usefixtures("tenant")
def test_pods_of_the_system_are_not_judged(plane: ControlPlane) -> None:
    bad = job_pod(
        "driver", hostNetwork=True, containers=[container("main", "pause")], tolerations=[{"operator": "Exists"}]
    )
    del bad["spec"]["serviceAccountName"]
    made = plane.api.create(pods("kube-system"), bad)
    plane.api.delete(f"{pods('kube-system')}/{made['metadata']['name']}", gracePeriodSeconds="0")


def test_emr_may_read_what_its_namespace_allows_and_not_change_it(
    plane: ControlPlane, callers: Callers, tenant: str
) -> None:
    callers.users["emr-of-guard"] = User(name=USER, uid="emr", groups=(), extra={})
    rules = [{"apiGroups": rule.api_groups, "resources": rule.resources, "verbs": rule.verbs} for rule in RULES]
    rbac = f"/apis/rbac.authorization.k8s.io/v1/namespaces/{tenant}"
    group = "rbac.authorization.k8s.io"
    plane.api.create(f"{rbac}/roles", {"metadata": {"name": USER}, "rules": rules})
    plane.api.create(
        f"{rbac}/rolebindings",
        {
            "metadata": {"name": USER},
            "subjects": [{"kind": "User", "name": USER, "apiGroup": group}],
            "roleRef": {"kind": "Role", "name": USER, "apiGroup": group},
        },
    )
    emr = plane.as_user("emr-of-guard")

    def may_read() -> dict[str, Any]:
        try:
            return emr.get(f"{NAMESPACES}/{tenant}")
        except ApiError:  # the binding is not known yet
            return {}

    assert admission.REGISTRIES in eventually(may_read)["metadata"]["annotations"]
    with pytest.raises(ApiError) as refused:
        emr.patch(f"{NAMESPACES}/{tenant}", {"metadata": {"annotations": {admission.REGISTRIES: "docker.io"}}})
    assert refused.value.status == 403


def test_kubernetes_finds_nothing_to_say_about_the_types_of_the_expressions(
    plane: ControlPlane, guard: dict[str, Any]
) -> None:
    path = f"{POLICIES}/{guard['metadata']['name']}"
    status = eventually(lambda: plane.api.get(path).get("status", {}).get("observedGeneration") and plane.api.get(path))
    assert not status["status"].get("typeChecking", {}).get("expressionWarnings")
