"""The API server of an emulated cluster: what it issues, and what its admission refuses."""

from __future__ import annotations

import socket
import ssl
from typing import TYPE_CHECKING

import pytest

from local.control_plane import Api, ApiError
from tests.cloud.control_plane.world import ISSUER, pod, pods

if TYPE_CHECKING:
    from local.control_plane import ControlPlane


pytestmark = pytest.mark.cloud


def test_the_cluster_issues_service_account_tokens_under_its_own_issuer(plane: ControlPlane) -> None:
    discovered = plane.api.get("/.well-known/openid-configuration")
    assert (discovered["issuer"], discovered["jwks_uri"]) == (ISSUER, f"{ISSUER}/keys")
    (key,) = plane.jwks()["keys"]
    assert (key["kty"], key["alg"], key["use"]) == ("RSA", "RS256", "sig")


def test_a_container_above_the_limit_range_is_refused_in_the_api_servers_words(
    plane: ControlPlane, namespace: str
) -> None:
    limits = {"limits": [{"type": "Container", "max": {"cpu": "6"}}]}
    plane.api.create(
        f"/api/v1/namespaces/{namespace}/limitranges", {"metadata": {"name": "cpu-min-max"}, "spec": limits}
    )
    seven = {"requests": {"cpu": "7"}, "limits": {"cpu": "7"}}
    with pytest.raises(ApiError, match="maximum cpu usage per Container is 6, but limit is 7") as refused:
        plane.api.create(pods(namespace), pod("wide", resources=seven))
    assert (refused.value.status, refused.value.reason) == (403, "Forbidden")


def test_pod_security_baseline_refuses_a_privileged_pod(plane: ControlPlane, namespace: str) -> None:
    label = {"pod-security.kubernetes.io/enforce": "baseline"}
    plane.api.patch(f"/api/v1/namespaces/{namespace}", {"metadata": {"labels": label}})
    with pytest.raises(ApiError, match='violates PodSecurity "baseline:latest": privileged'):
        plane.api.create(pods(namespace), pod("privileged", securityContext={"privileged": True}))


def test_callers_without_credentials_see_health_and_nothing_else(plane: ControlPlane) -> None:
    anonymous = Api(plane.endpoint, plane._pki.certificate("ca"))
    assert anonymous.get("/readyz") == {"text": "ok"}
    for path in ("/version", "/api", "/api/v1/namespaces"):
        with pytest.raises(ApiError) as refused:
            anonymous.get(path)
        assert refused.value.status == 401


def test_the_servers_certificate_is_good_for_every_name_a_client_uses(plane: ControlPlane) -> None:
    port = int(plane.endpoint.rpartition(":")[2])
    context = ssl.create_default_context(cadata=plane.certificate_authority)
    for name in ("127.0.0.1", "localhost", "kubernetes.default.svc", "172.20.0.1"):
        with (
            socket.create_connection(("127.0.0.1", port)) as connection,
            context.wrap_socket(connection, server_hostname=name) as secure,
        ):
            assert secure.version() == "TLSv1.3"
