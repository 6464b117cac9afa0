"""Tenants on Fargate on a real API server: EKS's webhook takes their pods, and the guard judges them then."""

from __future__ import annotations

import dataclasses
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from components.admission_guard import AdmissionGuard, AdmissionGuardArgs
from local.control_plane import ApiError, ControlPlane, fargate
from spec import admission, templates
from spec.fargate import GROUPS, PRIORITY_CLASS
from tests.cloud.control_plane.guarded_pods import PLACE, TENANT, account, container, job_pod
from tests.cloud.control_plane.world import Callers, arguments, eventually, pods

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.conftest import Recording

pytestmark = pytest.mark.cloud

TENANT_ON_FARGATE = replace(TENANT, placement="fargate", accept_fargate_network=True)
KIND = "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy"
REGISTRATION = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolic"
PROFILES = [{"fargateProfileName": "emr-analytics", "status": "ACTIVE", "selectors": [{"namespace": "taken"}]}]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, record: Callable[..., Recording]) -> Iterator[ControlPlane]:
    """A cluster with a Fargate profile for one of two namespaces of tenants on Fargate, and with the guard."""
    given = dataclasses.replace(
        arguments(tmp_path_factory.mktemp("fargate") / "cluster", Callers()),
        taken=lambda pod, namespace: fargate.profile_of(pod, namespace, PROFILES),
    )
    plane = ControlPlane(given)
    plane.start()
    recording = record(lambda: AdmissionGuard("admission", AdmissionGuardArgs()))
    plane.api.create(f"{REGISTRATION}ies", recording.one(KIND).inputs)
    plane.api.create(f"{REGISTRATION}ybindings", recording.one(f"{KIND}Binding").inputs)
    for name in ("taken", "passed-over"):
        protect(plane, name)
    yield plane
    plane.delete()


def protect(plane: ControlPlane, name: str) -> None:
    notes = admission.annotations_of(admission.of_tenant(TENANT_ON_FARGATE, PLACE))
    labels = {admission.LABEL: "true"}
    metadata = {"name": name, "labels": labels, "annotations": notes | {admission.PRIORITY_CLASSES: PRIORITY_CLASS}}
    plane.api.create("/api/v1/namespaces", {"metadata": metadata})
    for kind in ("client", "driver", "executor"):
        accounts = f"/api/v1/namespaces/{name}/serviceaccounts"
        plane.api.create(accounts, {"metadata": {"name": account(f"spark-{kind}")}})
    eventually(lambda: "rule node-name" in refusal(plane, name, job_pod("driver", nodeName="nowhere")))


@pytest.fixture
def groups(world: ControlPlane) -> Iterator[None]:
    """The tenant's SecurityGroupPolicy."""
    policies = "/apis/vpcresources.k8s.aws/v1beta1/namespaces/taken/securitygrouppolicies"
    world.api.create(
        policies,
        {
            "apiVersion": "vpcresources.k8s.aws/v1beta1",
            "kind": "SecurityGroupPolicy",
            "metadata": {"name": "tenant"},
            "spec": {"podSelector": {}, "securityGroups": {"groupIds": ["sg-1", "sg-2"]}},
        },
    )
    yield
    world.api.delete(f"{policies}/tenant")


def refusal(plane: ControlPlane, namespace: str, pod: dict[str, Any]) -> str:
    try:
        plane.api.create(pods(namespace), pod)
    except ApiError as error:
        return error.message
    return ""


@pytest.mark.usefixtures("groups")
@pytest.mark.parametrize("kind", ["client", "driver", "executor"])
def test_a_pod_as_emr_makes_it_passes_and_is_on_fargate_with_its_groups(world: ControlPlane, kind: str) -> None:
    made = world.api.create(pods("taken"), job_pod(kind))
    assert made["spec"]["schedulerName"] == "fargate-scheduler"
    assert (made["spec"]["priorityClassName"], made["spec"]["priority"]) == (PRIORITY_CLASS, 2_000_001_000)
    assert made["metadata"]["labels"][fargate.LABEL] == "emr-analytics"
    assert made["metadata"]["annotations"][GROUPS] == "sg-1,sg-2"
    assert "limits" not in made["spec"]["containers"][0].get("resources", {})


@pytest.mark.usefixtures("groups")
@pytest.mark.parametrize("role", templates.ROLES)
def test_a_pod_with_the_platforms_template_passes(world: ControlPlane, role: Any) -> None:
    platform = templates.Platform(priority_classes={"driver": "high", "executor": "low"}, spot=True)
    spec = dict(templates.pod_template(role, TENANT_ON_FARGATE, platform)["spec"])
    del spec["containers"]
    assert refusal(world, "taken", job_pod(role, **spec)) == ""


def test_a_pod_that_no_profile_takes_is_refused(world: ControlPlane) -> None:
    said = refusal(world, "passed-over", job_pod("driver"))
    assert "rule scheduler-name refuses default-scheduler" in said
    assert "try again" in said


def test_a_pod_without_its_groups_is_refused(world: ControlPlane) -> None:
    """As where the webhook that adds them fails open; what the pod itself says of them is taken away."""
    forged = job_pod("driver")
    forged["metadata"]["annotations"] = {GROUPS: "sg-mine"}
    for pod in (job_pod("driver"), forged):
        assert f"rule fargate-groups refuses no annotation {GROUPS}" in refusal(world, "taken", pod)


@pytest.mark.usefixtures("groups")
@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("fargate-volumes", {"volumes": [{"name": "s", "csi": {"driver": "secrets-store.csi.k8s.io"}}]}),
        ("node-selectors", {"nodeSelector": {"nodes.tenancy/pool": "drivers"}}),
        ("tolerations", {"tolerations": [{"key": "nodes.tenancy/spot", "value": "true", "effect": "NoSchedule"}]}),
        ("registries", {"containers": [container("main", "pause")]}),
        ("host-path", {"volumes": [{"name": "root", "hostPath": {"path": "/"}}]}),
        ("service-accounts", {"serviceAccountName": "default"}),
    ],
)
def test_what_fargate_lacks_and_what_no_tenant_may_ask_for_is_refused(
    world: ControlPlane, rule: str, change: dict[str, Any]
) -> None:
    assert f"rule {rule} refuses" in refusal(world, "taken", job_pod("driver", **change))
