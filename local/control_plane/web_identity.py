"""What the cluster writes into pods whose service account acts with an IAM role.

Follows amazon-eks-pod-identity-webhook (README and pkg/handler), which EKS runs in its control plane with
`--sts-regional-endpoint`, `--aws-default-region` and `--watch-container-credentials-config`: an EKS Pod Identity
association of the account comes before its annotation for IAM roles for service accounts. Pure functions on
Kubernetes documents.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

Document = dict[str, Any]

ROLE = "eks.amazonaws.com/role-arn"
"""Annotation of a service account: the role that its pods may assume."""
VOLUME = "aws-iam-token"
"""Name of the volume with the token."""
MOUNT_PATH = "/var/run/secrets/eks.amazonaws.com/serviceaccount"
"""Where containers see the volume."""
POD_IDENTITY_VOLUME = "eks-pod-identity-token"
"""Name of the volume, and of the file in it, with the token for EKS Pod Identity."""
POD_IDENTITY_MOUNT_PATH = "/var/run/secrets/pods.eks.amazonaws.com/serviceaccount"
AGENT = "http://169.254.170.23"
"""Address of the EKS Pod Identity Agent on every node."""

_AUDIENCE = "eks.amazonaws.com/audience"
_EXPIRATION = "eks.amazonaws.com/token-expiration"
_REGIONAL = "eks.amazonaws.com/sts-regional-endpoints"
_SKIPPED = "eks.amazonaws.com/skip-containers"
_DEFAULT_SECONDS = 86_400
_LEAST_SECONDS = 3_600  # pkg/validation.go: less becomes this
_REGION = ("AWS_DEFAULT_REGION", "AWS_REGION")
_STS = ("AWS_STS_REGIONAL_ENDPOINTS",)


@dataclass(frozen=True, kw_only=True)
class Identity:
    """How containers become a role: by which variables, and with a token from which volume."""

    variables: Mapping[str, str]
    volume: str
    mount_path: str
    audience: str
    file: str
    """Name of the file with the token."""


def change(pod: Document, service_account: Document, region: str, *, associated: bool = False) -> list[Document]:
    """Return the JSON patch that the webhook makes to a new pod; empty when its account has no role.

    `associated` says that the account has an EKS Pod Identity association.
    """
    annotations = _annotations(service_account)
    identity = _by_association() if associated else _by_annotation(annotations)
    if identity is None:
        return []
    regional = {"AWS_STS_REGIONAL_ENDPOINTS": "regional"} if annotations.get(_REGIONAL, "true") == "true" else {}
    wanted = {**regional, **dict.fromkeys(_REGION, region), **identity.variables}
    skipped = {name.strip() for name in _annotations(pod).get(_SKIPPED, "").split(",")}
    spec: Document = pod["spec"]
    patch: list[Document] = []
    volumes: list[Document] = spec.get("volumes") or []
    if all(volume["name"] != identity.volume for volume in volumes):
        volumes = [_volume(identity, _annotations(pod), annotations), *volumes]
        patch.append({"op": "add", "path": "/spec/volumes", "value": volumes})
    for kind in ("initContainers", "containers"):
        for index, container in enumerate(spec.get(kind) or []):
            if container["name"] not in skipped:
                patch += _into(container, f"/spec/{kind}/{index}", wanted, identity)
    return patch


def none_associated(_namespace: str, _account: str) -> bool:
    """Say that no service account has an association."""
    return False


def _by_annotation(annotations: Document) -> Identity | None:
    role = annotations.get(ROLE, "")
    if not role:
        return None
    return Identity(
        variables={"AWS_ROLE_ARN": role, "AWS_WEB_IDENTITY_TOKEN_FILE": f"{MOUNT_PATH}/token"},
        volume=VOLUME,
        mount_path=MOUNT_PATH,
        audience=annotations.get(_AUDIENCE) or "sts.amazonaws.com",
        file="token",
    )


def _by_association() -> Identity:
    return Identity(
        variables={
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{AGENT}/v1/credentials",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": f"{POD_IDENTITY_MOUNT_PATH}/{POD_IDENTITY_VOLUME}",
        },
        volume=POD_IDENTITY_VOLUME,
        mount_path=POD_IDENTITY_MOUNT_PATH,
        audience="pods.eks.amazonaws.com",
        file=POD_IDENTITY_VOLUME,
    )


def _into(container: Document, path: str, wanted: Mapping[str, str], identity: Identity) -> list[Document]:
    """The patch of one container; a container that sets one variable of a kind keeps its own for all of that kind."""
    environment: list[Document] = container.get("env") or []
    mounts: list[Document] = container.get("volumeMounts") or []
    kinds = (tuple(identity.variables), _REGION, _STS)
    names = {variable["name"] for variable in environment}
    if all(names.intersection(kind) for kind in kinds):
        return []
    own = {name for kind in kinds if names.intersection(kind) for name in kind}
    added = [{"name": name, "value": value} for name, value in wanted.items() if name not in own]
    patch: list[Document] = []
    if added:
        patch.append({"op": "add", "path": f"{path}/env", "value": [*environment, *added]})
    if all(mount["name"] != identity.volume for mount in mounts):
        mount = {"name": identity.volume, "mountPath": identity.mount_path, "readOnly": True}
        patch.append({"op": "add", "path": f"{path}/volumeMounts", "value": [*mounts, mount]})
    return patch


def _volume(identity: Identity, of_pod: Document, of_account: Document) -> Document:
    token = {
        "audience": identity.audience,
        "expirationSeconds": _seconds(of_pod.get(_EXPIRATION) or of_account.get(_EXPIRATION) or ""),
        "path": identity.file,
    }
    return {"name": identity.volume, "projected": {"sources": [{"serviceAccountToken": token}]}}


def _seconds(text: str) -> int:
    """Seconds that an annotation asks for; the default for what is no number."""
    try:
        return max(int(text), _LEAST_SECONDS)
    except ValueError:
        return _DEFAULT_SECONDS


def _annotations(item: Document) -> Document:
    metadata: Document = item.get("metadata") or {}
    return metadata.get("annotations") or {}
