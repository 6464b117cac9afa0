"""Kubernetes' published schemas, unknown fields refused, over every object that the program renders."""

from __future__ import annotations

import copy

import kubernetes_validate
import pytest

from components.versions import RELEASES
from tests.opinions.rendered import ELSEWHERE, Manifest, manifests


def test_an_object_is_as_kubernetes_describes_its_kind(manifest: Manifest) -> None:
    assert kubernetes_validate.validate(manifest.content, manifest.kubernetes, strict=True) == manifest.kubernetes


def test_nothing_of_kubernetes_own_is_left_out() -> None:
    judged = {each.type.split(":", 1)[1] for each in manifests() if each.type not in ELSEWHERE}
    assert {
        "core/v1:Namespace",
        "core/v1:ResourceQuota",
        "core/v1:LimitRange",
        "scheduling.k8s.io/v1:PriorityClass",
        "admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy",
        "admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding",
        "rbac.authorization.k8s.io/v1:Role",
        "rbac.authorization.k8s.io/v1:RoleBinding",
        "apps/v1:Deployment",
    } <= judged


@pytest.mark.parametrize("version", RELEASES)
def test_there_are_schemas_of_every_version_that_clusters_can_have(version: str) -> None:
    space = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "space"}}
    assert kubernetes_validate.validate(space, version, strict=True) == version


def quota() -> Manifest:
    return next(each for each in manifests() if each.type == "kubernetes:core/v1:ResourceQuota")


def test_an_unknown_field_is_refused() -> None:
    broken = copy.deepcopy(quota().content)
    broken["spec"]["hart"] = broken["spec"].pop("hard")
    with pytest.raises(kubernetes_validate.ValidationError, match="hart"):
        kubernetes_validate.validate(broken, quota().kubernetes, strict=True)


def test_a_value_of_another_type_is_refused() -> None:
    broken = copy.deepcopy(quota().content)
    broken["metadata"]["labels"] = ["tenant"]
    with pytest.raises(kubernetes_validate.ValidationError, match="tenant"):
        kubernetes_validate.validate(broken, quota().kubernetes, strict=True)
