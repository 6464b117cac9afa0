"""ConfigMap kube-system/aws-auth of one cluster, over the cluster's own API server.

Three requests of the Kubernetes API, made with urllib3: what decides here (the kind of patch, the version it is meant
for, the manager of the field, what each status means) is written out, and the plugin is spared the 30 MB of the
official client.
"""

from __future__ import annotations

import base64
import json
import ssl
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import botocore.exceptions
import urllib3

from plugin import aws_errors
from plugin.custom_resource import Refused

if TYPE_CHECKING:
    from plugin.aws_clients import AwsClients

NAME = "kube-system/aws-auth"
_MAPS = "/api/v1/namespaces/kube-system/configmaps"
_MANAGER = "fieldManager=tenancy"
_TIMEOUT = urllib3.Timeout(connect=10, read=30)
_CONFLICT, _NOT_FOUND, _UNPROCESSABLE = 409, 404, 422


class ClusterGoneError(Exception):
    """EKS knows no cluster of that name."""


class ConflictError(Exception):
    """Somebody else wrote the ConfigMap in between."""


@dataclass(frozen=True, kw_only=True)
class MapRoles:
    """The text of `mapRoles`, and the version of the ConfigMap that holds it."""

    text: str
    """Empty when the ConfigMap has no such key."""
    version: str | None
    """Kubernetes' resourceVersion; None when there is no ConfigMap."""


class AwsAuthConfigMap:
    """Reads and writes `mapRoles`.

    Args:
        aws: Clients of AWS.
        cluster_name: The EKS cluster.

    Raises:
        ClusterGoneError: there is no such cluster.
        Refused: it has no API server yet.
    """

    def __init__(self, aws: AwsClients, cluster_name: str) -> None:
        self._aws = aws
        self._name = cluster_name
        cluster = _describe(aws, cluster_name)
        if not cluster.get("endpoint"):
            raise Refused(f"EKS cluster {cluster_name} is {cluster.get('status')} and has no API server")
        self._endpoint: str = cluster["endpoint"]
        access: dict[str, str] = cluster.get("accessConfig") or {}
        self.authentication_mode = access.get("authenticationMode", "CONFIG_MAP")
        """How the cluster learns who may enter: API, API_AND_CONFIG_MAP or CONFIG_MAP."""
        self._pool = _pool(self._endpoint, base64.b64decode(cluster["certificateAuthority"]["data"]).decode())

    def read(self) -> MapRoles:
        """What stands there now."""
        answer = self._ask("GET", f"{_MAPS}/aws-auth")
        if answer is None:
            return MapRoles(text="", version=None)
        data: dict[str, str] = answer.get("data") or {}
        return MapRoles(text=data.get("mapRoles", ""), version=answer["metadata"]["resourceVersion"])

    def write(self, text: str, version: str | None) -> None:
        """Replace the text, if nobody wrote since `version`; without one make the ConfigMap.

        Raises:
            ConflictError: somebody did; read again.
        """
        data, metadata = {"mapRoles": text}, {"name": "aws-auth", "namespace": "kube-system"}
        if version is None:
            body: dict[str, Any] = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}
            self._ask("POST", f"{_MAPS}?{_MANAGER}", body)
        else:
            body = {"metadata": {"resourceVersion": version}, "data": data}
            if self._ask("PATCH", f"{_MAPS}/aws-auth?{_MANAGER}", body) is None:
                raise ConflictError  # it was deleted in between

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any] | None:
        kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
        token = self._aws.kubernetes_token(self._name)
        try:
            answer = self._pool.request(
                method,
                self._endpoint + path,
                body=None if body is None else json.dumps(body).encode(),
                headers={"Authorization": f"Bearer {token}", "Content-Type": kind, "Accept": "application/json"},
                timeout=_TIMEOUT,
                retries=urllib3.Retry(3, redirect=False, backoff_factor=0.5),
            )
        except urllib3.exceptions.HTTPError as error:
            raise Refused(
                f"the API server of EKS cluster {self._name} cannot be reached at {self._endpoint}: {error}. A "
                "private endpoint is reached only from within its VPC"
            ) from error
        return self._result(method, answer.status, answer.data)

    def _result(self, method: str, status: int, data: bytes) -> dict[str, Any] | None:
        if status == _NOT_FOUND:
            return None
        if status == _CONFLICT:
            raise ConflictError
        if status < 300:  # noqa: PLR2004 (HTTP: success)
            return json.loads(data)
        raise Refused(
            f"the API server of EKS cluster {self._name} refused {method} of ConfigMap {NAME}: {status} "
            f"{_message(data)}. Whoever runs this needs get, create and patch of it"
        )


def _describe(aws: AwsClients, cluster_name: str) -> dict[str, Any]:
    try:
        return aws.client("eks").describe_cluster(name=cluster_name)["cluster"]
    except botocore.exceptions.ClientError as error:
        if aws_errors.code(error) == "ResourceNotFoundException":
            raise ClusterGoneError(f"there is no EKS cluster {cluster_name}") from error
        raise


def _pool(endpoint: str, certificate_authority: str) -> Any:
    context = ssl.create_default_context(cadata=certificate_authority)
    # Python 3.13 and later ask for extensions that EKS's certificates do not have.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    proxies, host = urllib.request.getproxies(), urlsplit(endpoint).hostname or ""
    if "https" in proxies and not urllib.request.proxy_bypass(host):
        return urllib3.ProxyManager(proxies["https"], ssl_context=context)
    return urllib3.PoolManager(ssl_context=context)


def _message(data: bytes) -> str:
    try:
        return str(json.loads(data)["message"])
    except (ValueError, KeyError, TypeError):
        return data[:300].decode(errors="replace")
