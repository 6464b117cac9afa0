"""Who may do what on an emulated cluster: tokens, RBAC and access policies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.control_plane import Api, ApiError, User
from tests.cloud.control_plane.world import Callers, eventually, pods

if TYPE_CHECKING:
    from local.control_plane import ControlPlane


pytestmark = pytest.mark.cloud


def test_a_token_is_its_mapped_user_and_an_unknown_one_is_refused(plane: ControlPlane, callers: Callers) -> None:
    extra = {"arn": ("arn:aws:iam::123456789012:user/ada",)}
    callers.users["adas-token"] = User(name="ada", uid="u-1", groups=("analysts",), extra=extra)
    review = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}
    path = "/apis/authentication.k8s.io/v1/selfsubjectreviews"
    who = plane.as_user("adas-token").create(path, review)["status"]["userInfo"]
    assert (who["username"], who["uid"], who["extra"]) == ("ada", "u-1", {"arn": [*extra["arn"]]})
    assert set(who["groups"]) == {"analysts", "system:authenticated"}
    for token in ("nobodys-token", "broken"):
        with pytest.raises(ApiError) as refused:
            plane.as_user(token).create(path, review)
        assert (refused.value.status, refused.value.reason) == (401, "Unauthorized")


def test_a_user_without_rights_is_refused_and_gets_them_by_rbac(
    plane: ControlPlane, callers: Callers, namespace: str
) -> None:
    callers.users["bobs-token"] = User(name="bob", uid="u-2", groups=())
    bob = plane.as_user("bobs-token")
    with pytest.raises(ApiError, match='User "bob" cannot list resource "pods"'):
        bob.list(pods(namespace))
    rbac = f"/apis/rbac.authorization.k8s.io/v1/namespaces/{namespace}"
    rules = [{"apiGroups": [""], "resources": ["pods"], "verbs": ["list"]}]
    plane.api.create(f"{rbac}/roles", {"metadata": {"name": "reader"}, "rules": rules})
    binding = {
        "metadata": {"name": "reader"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "reader"},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "bob"}],
    }
    plane.api.create(f"{rbac}/rolebindings", binding)
    spec = {"user": "bob", "resourceAttributes": {"namespace": namespace, "verb": "list", "resource": "pods"}}
    eventually(lambda: plane.api.access_review(spec)[0])
    assert bob.list(pods(namespace)) == []
    elsewhere = {"namespace": "default", "verb": "list", "resource": "pods"}
    assert plane.api.access_review(spec | {"resourceAttributes": elsewhere})[0] is False


def test_an_access_policy_grants_beyond_rbac_in_its_namespace_and_its_end_bites_at_once(
    plane: ControlPlane, callers: Callers, namespace: str
) -> None:
    callers.users["cleos-token"] = User(name="cleo", uid="u-3", groups=())
    cleo = plane.as_user("cleos-token")
    callers.allowed.add(("cleo", namespace))
    assert cleo.list(pods(namespace)) == []
    with pytest.raises(ApiError, match="forbidden"):
        cleo.list(pods("default"))
    callers.allowed.clear()
    with pytest.raises(ApiError, match="forbidden"):
        cleo.list(pods(namespace))


def test_a_token_projected_for_iam_does_not_log_in_to_the_api_server(plane: ControlPlane, namespace: str) -> None:
    account = f"/api/v1/namespaces/{namespace}/serviceaccounts/default/token"

    def token(*audiences: str) -> Api:
        spec = {"audiences": list(audiences)}
        return plane.as_user(plane.api.create(account, {"spec": spec})["status"]["token"])

    assert token().get("/version")["major"] == "1"
    with pytest.raises(ApiError) as refused:
        token("sts.amazonaws.com").get("/version")
    assert refused.value.status == 401
