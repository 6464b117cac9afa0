"""The answers to the API server's questions, over the real server with its certificate."""

from __future__ import annotations

import base64
import json
import logging
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from local.control_plane import Api, ApiError, User, pki, ports, reviews
from local.control_plane.webhooks import WebhookServer

if TYPE_CHECKING:
    from collections.abc import Iterator

TOKEN_REVIEW = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview", "spec": {"token": "t"}}
ACCESS_REVIEW = {"apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview", "spec": {"user": "ada"}}
POLICY = {"spec": {"podSelector": {}, "securityGroups": {"groupIds": ["sg-1"]}}}


class Cluster(Api):
    """An API with policies and service accounts, or with an error in place of either."""

    def __init__(self, policies: list[Any] | ApiError, accounts: dict[str, Any] | ApiError) -> None:
        self.policies, self.accounts = policies, accounts

    def list(self, path: str, **_: str) -> list[dict[str, Any]]:
        assert path == "/apis/vpcresources.k8s.aws/v1beta1/namespaces/alpha/securitygrouppolicies"
        if isinstance(self.policies, ApiError):
            raise self.policies
        return self.policies

    def get(self, path: str) -> dict[str, Any]:
        if isinstance(self.accounts, ApiError):
            raise self.accounts
        return self.accounts[path.removeprefix("/api/v1/namespaces/alpha/serviceaccounts/")]


def admission(**spec: Any) -> dict[str, Any]:
    pod = {"metadata": {"generateName": "p-"}, "spec": {"containers": [{"name": "main"}], **spec}}
    request = {"uid": "u", "namespace": "alpha", "object": pod}
    return {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": request}


def test_a_known_token_gets_its_user() -> None:
    user = User(name="ada", uid="u-1", groups=("analysts",), extra={"arn": ("arn:aws:iam::1:user/ada",)})
    answer = reviews.token_review(TOKEN_REVIEW, lambda token: user if token == "t" else None)
    assert (answer["apiVersion"], answer["kind"]) == ("authentication.k8s.io/v1", "TokenReview")
    assert answer["status"] == {
        "authenticated": True,
        "user": {
            "username": "ada",
            "uid": "u-1",
            "groups": ["analysts"],
            "extra": {"arn": ["arn:aws:iam::1:user/ada"]},
        },
    }


def test_an_unknown_token_and_a_failing_mapping_are_refused(caplog: pytest.LogCaptureFixture) -> None:
    assert reviews.token_review(TOKEN_REVIEW, lambda _: None)["status"] == {"authenticated": False}

    def fail(_: object) -> Any:
        raise ValueError("aws-auth is no YAML")

    with caplog.at_level(logging.CRITICAL):
        assert reviews.token_review(TOKEN_REVIEW, fail)["status"] == {
            "authenticated": False,
            "error": "aws-auth is no YAML",
        }
        assert reviews.subject_access_review(ACCESS_REVIEW, fail)["status"]["allowed"] is False


def test_an_access_policy_allows_or_has_no_opinion_but_never_denies() -> None:
    assert reviews.subject_access_review(ACCESS_REVIEW, lambda spec: spec["user"] == "ada")["status"] == {
        "allowed": True
    }
    assert "denied" not in reviews.subject_access_review(ACCESS_REVIEW, lambda _: False)["status"]


def test_a_selected_pod_is_changed() -> None:
    cluster = Cluster([POLICY], {"default": {}})
    response = reviews.pod_admission(admission(), cluster)["response"]
    assert (response["uid"], response["allowed"], response["patchType"]) == ("u", True, "JSONPatch")
    (operation,) = json.loads(base64.b64decode(response["patch"]))
    assert operation["path"] == "/spec/containers/0/resources"


def test_the_pods_own_service_account_is_asked_for() -> None:
    by_account = {"spec": POLICY["spec"] | {"serviceAccountSelector": {"matchLabels": {"team": "a"}}}}
    cluster = Cluster([by_account], {"job": {"metadata": {"labels": {"team": "a"}}}, "default": {}})
    assert "patch" in reviews.pod_admission(admission(serviceAccountName="job"), cluster)["response"]
    assert "patch" not in reviews.pod_admission(admission(), cluster)["response"]


def test_without_the_definition_pods_are_let_in_without_groups() -> None:
    cluster = Cluster(ApiError(404, "NotFound", "the server could not find the requested resource"), {})
    assert reviews.pod_admission(admission(), cluster)["response"] == {"uid": "u", "allowed": True}


def test_a_pod_is_refused_when_its_groups_cannot_be_found_out() -> None:
    missing = ApiError(404, "NotFound", 'serviceaccounts "default" not found')
    response = reviews.pod_admission(admission(), Cluster([POLICY], missing))["response"]
    assert response["allowed"] is False
    assert response["status"]["message"] == (
        'Failed to get Matching SGP for Pods, rejecting event, error serviceaccounts "default" not found'
    )


def test_a_pod_on_the_hosts_network_is_let_in_without_a_look() -> None:
    broken = Cluster(ApiError(500, "InternalError", "no"), ApiError(500, "InternalError", "no"))
    assert reviews.pod_admission(admission(hostNetwork=True), broken)["response"] == {"uid": "u", "allowed": True}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """A client of a webhook server that knows nobody's token."""
    folder = tmp_path_factory.mktemp("cluster")
    certificates = pki.ensure(folder / "pki", "10.100.0.0/16")
    port = ports.ensure(folder).webhooks
    review = partial(reviews.token_review, authenticate=lambda _: None)
    server = WebhookServer(certificates, port, {"/authenticate": review})
    server.start()
    api = Api(f"https://127.0.0.1:{port}", certificates.certificate("ca"))
    yield api
    api._http.clear()
    server.stop()


def test_questions_are_answered_over_tls_by_path(served: Api) -> None:
    for _ in range(2):
        assert served.create("/authenticate?timeout=30s", TOKEN_REVIEW)["status"] == {"authenticated": False}
    with pytest.raises(ApiError) as refused:
        served.create("/elsewhere", TOKEN_REVIEW)
    assert refused.value.status == 404


def test_a_stranger_to_the_clusters_authority_is_not_taken_for_the_server(
    served: Api, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = pki.ensure(tmp_path_factory.mktemp("other") / "pki", "10.100.0.0/16")
    with pytest.raises(ApiError, match="certificate verify failed") as refused:
        Api(served._endpoint, other.certificate("ca")).create("/authenticate", TOKEN_REVIEW)
    assert (refused.value.status, refused.value.reason) == (0, "Unreachable")
