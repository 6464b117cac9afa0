"""Who has rights of Kubernetes in tenants' namespaces: EMR, and none of the people who submit jobs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Recording

RBAC = "kubernetes:rbac.authorization.k8s.io/v1:"
EMR = ("User", "emr-containers")
DANGERS = {
    "CA-16": ("", "configmaps", {"create", "update", "patch", "delete", "deletecollection"}),
    "CA-17": ("", "pods/exec", {"create", "get"}),
    "CA-18": ("", "pods", {"create"}),
    "CA-19": ("admissionregistration.k8s.io", "mutatingwebhookconfigurations", {"create", "update", "patch"}),
    "CA-20": ("", "secrets", {"get", "list", "watch"}),
    "CA-22": ("", "pods", {"get", "list", "watch"}),
}
"""EMR on EKS guide, "RBAC permissions": what submitters must not have, and the blog's readers of pod specifications."""


def dangers(rules: list[dict[str, Any]]) -> set[str]:
    """The rows that rules go against."""
    return {
        row
        for row, (group, resource, verbs) in DANGERS.items()
        for rule in rules
        if {group, "*"} & set(rule.get("apiGroups", ()))
        and {resource, "*", f"*/{resource.partition('/')[2]}"} & set(rule.get("resources", ()))
        and (verbs | {"*"}) & set(rule["verbs"])
    }


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ({"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}, set(DANGERS)),
        ({"apiGroups": [""], "resources": ["*/exec"], "verbs": ["create"]}, {"CA-17"}),
        ({"apiGroups": [""], "resources": ["pods"], "verbs": ["create"]}, {"CA-18"}),
        ({"apiGroups": [""], "resources": ["pods/log", "services"], "verbs": ["get"]}, set()),
        ({"apiGroups": ["apps"], "resources": ["secrets"], "verbs": ["get"]}, set()),
    ],
)
def test_a_dangerous_rule_is_found(rule: dict[str, Any], found: set[str]) -> None:
    assert dangers([rule]) == found


def holders(recording: Recording, namespace: str) -> dict[tuple[str, str], set[str]]:
    """What each subject bound in a namespace, or in all, may do of these; a role that is not ours stays unknown."""
    held: dict[tuple[str, str], set[str]] = {}
    rules = {
        (kind, each.inputs["metadata"].get("namespace", ""), each.inputs["metadata"]["name"]): each.inputs["rules"]
        for kind in ("Role", "ClusterRole")
        for each in recording.of(f"{RBAC}{kind}")
    }
    for kind in ("RoleBinding", "ClusterRoleBinding"):
        for binding in recording.of(f"{RBAC}{kind}"):
            at = binding.inputs["metadata"].get("namespace", "")
            if at not in ("", namespace):
                continue
            role = binding.inputs["roleRef"]
            known = rules[(role["kind"], at if role["kind"] == "Role" else "", role["name"])]
            for subject in binding.inputs["subjects"]:
                held.setdefault((subject["kind"], subject["name"]), set()).update(dangers(known))
    return held


@pytest.fixture(scope="module")
def namespaces(local_stack: Recording) -> list[str]:
    found = [each.inputs["metadata"]["name"] for each in local_stack.of("kubernetes:core/v1:Namespace")]
    roles = {each.inputs["metadata"].get("namespace") for each in local_stack.of(f"{RBAC}Role")}
    return [each for each in found if each in roles]


@pytest.mark.covers("CA-16", "CA-17", "CA-18", "CA-19", "CA-20", "CA-21", "CA-22")
def test_in_a_tenants_namespace_only_emr_holds_what_submitters_must_not(
    local_stack: Recording, namespaces: list[str]
) -> None:
    assert namespaces
    for namespace in namespaces:
        dangerous = {who: what for who, what in holders(local_stack, namespace).items() if what}
        # EMR reads no secret but watches them (its own Role in the guide); it enters no pod and no webhook is its own.
        assert dangerous == {EMR: {"CA-16", "CA-18", "CA-20", "CA-22"}}


@pytest.mark.covers("CA-16", "CA-17", "CA-18", "CA-19", "CA-20")
def test_the_policies_of_people_open_no_way_into_the_cluster(local_stack: Recording) -> None:
    """Without an access entry a role is nobody to Kubernetes, whatever IAM allows it (EKS User Guide)."""
    policies = [each for each in local_stack.of("aws:iam/policy:Policy") if "-access-" in each.name]
    assert policies
    for policy in policies:
        for statement in json.loads(policy.inputs["policy"])["Statement"]:
            actions = [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]
            assert statement["Effect"] == "Deny" or not any(action.startswith("eks:") for action in actions)


@pytest.mark.covers("ID-08")
def test_no_service_account_is_made_for_jobs_in_advance(local_stack: Recording, namespaces: list[str]) -> None:
    made = local_stack.of("kubernetes:core/v1:ServiceAccount")
    assert not {each.inputs["metadata"].get("namespace") for each in made} & set(namespaces)
