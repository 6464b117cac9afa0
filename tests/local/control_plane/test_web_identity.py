"""What the cluster writes into pods whose service account carries an IAM role."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.control_plane.definitions import identity_webhook, pod_webhook
from local.control_plane.pod_eni import RESOURCE
from local.control_plane.pod_eni import change as ask_for_interface
from local.control_plane.web_identity import MOUNT_PATH, VOLUME, change

REGION = "us-west-2"
ROLE = "arn:aws:iam::123456789012:role/job"
TOKEN_FILE = "/var/run/secrets/eks.amazonaws.com/serviceaccount/token"
ALL = {
    "AWS_STS_REGIONAL_ENDPOINTS": "regional",
    "AWS_DEFAULT_REGION": REGION,
    "AWS_REGION": REGION,
    "AWS_ROLE_ARN": ROLE,
    "AWS_WEB_IDENTITY_TOKEN_FILE": TOKEN_FILE,
}


def account(**annotations: str) -> dict[str, Any]:
    named = {f"eks.amazonaws.com/{name.replace('_', '-')}": value for name, value in annotations.items()}
    return {"metadata": {"name": "job", "annotations": named}}


def pod(*containers: dict[str, Any], **spec: Any) -> dict[str, Any]:
    return {"metadata": {"name": "p"}, "spec": {"containers": [*containers] or [{"name": "main"}], **spec}}


def patched(document: dict[str, Any], patch: list[dict[str, Any]]) -> dict[str, Any]:
    """Apply a patch of `add` operations as RFC 6902 says."""
    after = copy.deepcopy(document)
    for operation in patch:
        assert operation["op"] == "add"
        *parents, last = operation["path"].split("/")[1:]
        parent: Any = after
        for part in parents:
            parent = parent[int(part)] if isinstance(parent, list) else parent[part]
        parent[last] = operation["value"]
    return after


def changed(document: dict[str, Any], **annotations: str) -> dict[str, Any]:
    before = copy.deepcopy(document)
    patch = change(document, account(**({"role_arn": ROLE} | annotations)), REGION)
    assert document == before, "the question must stay as it came"
    return patched(document, patch)["spec"]


def env(container: dict[str, Any]) -> dict[str, str]:
    return {variable["name"]: variable.get("value", "") for variable in container.get("env", [])}


def token(spec: dict[str, Any]) -> dict[str, Any]:
    (source,) = next(v for v in spec["volumes"] if v["name"] == VOLUME)["projected"]["sources"]
    return source["serviceAccountToken"]


def test_every_container_and_init_container_gets_the_role_the_region_and_the_token() -> None:
    spec = changed(
        pod({"name": "a"}, {"name": "b", "env": [{"name": "X", "value": "1"}]}, initContainers=[{"name": "i"}])
    )
    for container in (*spec["containers"], *spec["initContainers"]):
        assert {name: value for name, value in env(container).items() if name != "X"} == ALL
        assert container["volumeMounts"] == [{"name": VOLUME, "mountPath": MOUNT_PATH, "readOnly": True}]
    assert env(spec["containers"][1])["X"] == "1"
    assert token(spec) == {"audience": "sts.amazonaws.com", "expirationSeconds": 86400, "path": "token"}


@pytest.mark.parametrize("annotations", [{}, {"role_arn": ""}, {"audience": "other"}])
def test_a_pod_of_an_account_without_a_role_stays_as_it_is(annotations: dict[str, str]) -> None:
    assert change(pod(), account(**annotations), REGION) == []
    assert change(pod(), {"metadata": {"name": "default"}}, REGION) == []


@pytest.mark.parametrize(
    ("own", "left_out"),
    [
        ("AWS_ROLE_ARN", {"AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE"}),
        ("AWS_WEB_IDENTITY_TOKEN_FILE", {"AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE"}),
        ("AWS_REGION", {"AWS_REGION", "AWS_DEFAULT_REGION"}),
        ("AWS_STS_REGIONAL_ENDPOINTS", {"AWS_STS_REGIONAL_ENDPOINTS"}),
    ],
)
def test_a_container_keeps_what_it_sets_itself(own: str, left_out: set[str]) -> None:
    (container,) = changed(pod({"name": "main", "env": [{"name": own, "value": "mine"}]}))["containers"]
    assert env(container) == {k: v for k, v in ALL.items() if k not in left_out} | {own: "mine"}
    assert [variable["name"] for variable in container["env"]].count(own) == 1


def test_a_container_that_sets_everything_itself_gets_no_mount_either() -> None:
    names = ("AWS_ROLE_ARN", "AWS_REGION", "AWS_STS_REGIONAL_ENDPOINTS")
    (container,) = changed(pod({"name": "main", "env": [{"name": name, "value": "x"} for name in names]}))["containers"]
    assert "volumeMounts" not in container


def test_a_pod_names_containers_to_be_left_alone() -> None:
    document = pod({"name": "main"}, {"name": "proxy"}, initContainers=[{"name": "init"}])
    document["metadata"]["annotations"] = {"eks.amazonaws.com/skip-containers": "proxy, init"}
    spec = changed(document)
    assert env(spec["containers"][0]) == ALL
    assert spec["containers"][1] == {"name": "proxy"}
    assert spec["initContainers"] == [{"name": "init"}]


@pytest.mark.parametrize(("asked", "given"), [("7200", 7200), ("60", 3600), ("soon", 86400)])
def test_an_account_chooses_how_long_its_tokens_live_but_not_under_an_hour(asked: str, given: int) -> None:
    assert token(changed(pod(), token_expiration=asked))["expirationSeconds"] == given


def test_a_pod_overrides_its_accounts_expiration() -> None:
    document = pod()
    document["metadata"]["annotations"] = {"eks.amazonaws.com/token-expiration": "4000"}
    assert token(changed(document, token_expiration="7200"))["expirationSeconds"] == 4000


def test_an_account_chooses_audience_and_sts_endpoint() -> None:
    spec = changed(pod(), audience="vault", sts_regional_endpoints="false")
    assert token(spec)["audience"] == "vault"
    assert "AWS_STS_REGIONAL_ENDPOINTS" not in env(spec["containers"][0])


def test_a_volume_of_that_name_is_the_pods_own() -> None:
    own = {"name": VOLUME, "emptyDir": {}}
    assert changed(pod(volumes=[own]))["volumes"] == [own]
    assert [v["name"] for v in changed(pod(volumes=[{"name": "data"}]))["volumes"]] == [VOLUME, "data"]


@given(st.lists(st.sampled_from(sorted(ALL)), unique=True), st.booleans())
def test_a_second_time_changes_nothing(names: list[str], mounted: bool) -> None:  # noqa: FBT001 (hypothesis passes it so)
    mounts = [{"name": VOLUME, "mountPath": MOUNT_PATH, "readOnly": True}] if mounted else []
    once = changed(pod({"name": "main", "env": [{"name": n, "value": "x"} for n in names], "volumeMounts": mounts}))
    assert changed({"metadata": {}, "spec": once}) == once


def test_the_patches_of_both_webhooks_stand_side_by_side_in_either_order() -> None:
    document, annotated = pod({"name": "main"}, {"name": "side"}), account(role_arn=ROLE)
    role_first = patched(document, change(document, annotated, REGION))
    role_first = patched(role_first, ask_for_interface(role_first, ["sg-1"]))
    role_last = patched(document, ask_for_interface(document, ["sg-1"]))
    role_last = patched(role_last, change(role_last, annotated, REGION))
    assert role_first == role_last
    assert role_first["spec"]["containers"][0]["resources"]["limits"] == {RESOURCE: "1"}
    assert env(role_first["spec"]["containers"][0]) == ALL


def test_the_registrations_have_the_names_of_eks_and_fail_open() -> None:
    both = [make("https://127.0.0.1:1", "PEM") for make in (identity_webhook, pod_webhook)]
    assert [r["metadata"]["name"] for r in both] == ["pod-identity-webhook", "vpc-resource-mutating-webhook"]
    assert {w["failurePolicy"] for r in both for w in r["webhooks"]} == {"Ignore"}
    assert len({w["clientConfig"]["url"] for r in both for w in r["webhooks"]}) == 2


def test_an_association_comes_before_the_annotation() -> None:
    before = pod({"name": "a"}, {"name": "b", "env": [{"name": "AWS_REGION", "value": "eu-west-1"}]})
    spec = patched(before, change(before, account(role_arn=ROLE), REGION, associated=True))["spec"]
    folder = "/var/run/secrets/pods.eks.amazonaws.com/serviceaccount"
    wanted = {
        "AWS_STS_REGIONAL_ENDPOINTS": "regional",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://169.254.170.23/v1/credentials",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": f"{folder}/eks-pod-identity-token",
    }
    assert env(spec["containers"][0]) == wanted
    own = {name: value for name, value in wanted.items() if name != "AWS_DEFAULT_REGION"} | {"AWS_REGION": "eu-west-1"}
    assert env(spec["containers"][1]) == own
    mount = {"name": "eks-pod-identity-token", "mountPath": folder, "readOnly": True}
    assert spec["containers"][0]["volumeMounts"] == [mount]
    (source,) = spec["volumes"][0]["projected"]["sources"]
    assert source["serviceAccountToken"] == {
        "audience": "pods.eks.amazonaws.com",
        "expirationSeconds": 86400,
        "path": "eks-pod-identity-token",
    }
