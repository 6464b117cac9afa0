from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from spec import admission, templates
from spec.fargate import GROUPS, MOST_PROFILES, check_fargate, check_profiles
from spec.place import Place
from spec.templates import PodTemplatesSpec
from spec.tenant import JobRoleSpec, TenantSpec
from spec.tenant_checks import check_tenant

PLACE = Place(platform="emr", account="123456789012", region="us-west-2")
SHARED = TenantSpec(name="risk", owner="x", cost_centre="y", stack="local")
FARGATE = replace(SHARED, placement="fargate", accept_fargate_network=True)
PLATFORM = templates.Platform(priority_classes={"driver": "high", "executor": "low"}, spot=True)


def with_volumes(*volumes: dict[str, Any]) -> TenantSpec:
    return replace(FARGATE, pod_templates=PodTemplatesSpec(driver={"spec": {"volumes": list(volumes)}}))


def test_a_tenant_that_accepts_what_fargate_lacks_has_no_fault() -> None:
    assert check_tenant(FARGATE, PLACE) == []
    assert check_fargate(SHARED) == []
    plain = with_volumes({"name": "a", "emptyDir": {}}, {"name": "b", "projected": {"sources": []}})
    assert check_fargate(plain) == []


@pytest.mark.parametrize(
    ("tenant", "where"),
    [
        (replace(FARGATE, accept_fargate_network=False), "acceptFargateNetwork"),
        (replace(SHARED, accept_fargate_network=True), "acceptFargateNetwork"),
        (replace(FARGATE, placement="dedicated"), "acceptFargateNetwork"),
        (replace(FARGATE, roles=(JobRoleSpec(name="a"), JobRoleSpec(name="b", credentials="podIdentity"))), "roles[1]"),
        (replace(FARGATE, roles=(JobRoleSpec(name="a", credentials="both"),)), "roles[0].credentials"),
        (replace(FARGATE, pod_templates=PodTemplatesSpec(zone="us-west-2a")), "podTemplates.zone"),
        (
            with_volumes({"name": "a", "csi": {"driver": "secrets-store.csi.k8s.io"}}),
            "podTemplates.driver.spec.volumes[0].csi",
        ),
        (
            with_volumes({"name": "a", "emptyDir": {}}, {"name": "b", "ephemeral": {"volumeClaimTemplate": {}}}),
            "podTemplates.driver.spec.volumes[1].ephemeral",
        ),
    ],
)
def test_what_fargate_cannot_give_is_refused_under_its_key(tenant: TenantSpec, where: str) -> None:
    (fault,) = check_fargate(tenant)
    assert fault.where.startswith(where)
    assert fault.write
    assert any(each.where == fault.where for each in check_tenant(tenant, PLACE))


def test_all_faults_of_a_file_are_reported_at_once() -> None:
    tenant = replace(
        with_volumes({"name": "a", "csi": {"driver": "d"}}),
        accept_fargate_network=False,
        roles=(JobRoleSpec(name="a", credentials="podIdentity"),),
    )
    assert len(check_fargate(tenant)) == 3


def test_the_message_about_the_network_says_what_is_lost_and_what_keeps_it() -> None:
    (fault,) = check_fargate(replace(FARGATE, accept_fargate_network=False))
    assert "no NetworkPolicy is enforced" in fault.why
    assert "acceptFargateNetwork: true" in fault.write


def test_profiles_are_counted_against_the_quota_of_a_cluster() -> None:
    full = [replace(FARGATE, name=f"risk{number}") for number in range(MOST_PROFILES)]
    assert check_profiles([*full, SHARED]) == []
    (fault,) = check_profiles([*full, replace(FARGATE, name="more"), SHARED])
    assert "11 tenants" in fault.given
    assert "more" in fault.write


def test_admission_demands_fargate_and_its_groups_in_place_of_nodes_and_interfaces() -> None:
    notes = admission.annotations_of(admission.of_tenant(FARGATE, PLACE))
    assert notes[admission.FARGATE] == "required"
    assert admission.POD_ENI not in notes
    assert notes[admission.NODE_SELECTORS] == notes[admission.TOLERATIONS] == ""
    shared = admission.annotations_of(admission.of_tenant(SHARED, PLACE))
    assert admission.FARGATE not in shared
    assert shared[admission.POD_ENI] == "required"
    assert GROUPS == "fargate.amazonaws.com/pod-sg"


@pytest.mark.parametrize("role", templates.ROLES)
def test_templates_on_fargate_name_neither_nodes_nor_priorities(role: Any) -> None:
    template = templates.pod_template(role, FARGATE, PLATFORM)
    assert set(template["spec"]) == {"containers"}
    assert "annotations" not in template["metadata"]
    assert templates.selectors(role, FARGATE, spot=True) == {}
    assert templates.submitter(FARGATE) == {}
    assert {"priorityClassName", "nodeSelector"} <= set(templates.pod_template(role, SHARED, PLATFORM)["spec"])
