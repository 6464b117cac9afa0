"""What the cluster writes into pods whose service account carries an IAM role (IAM roles for service accounts).

Follows amazon-eks-pod-identity-webhook (README and pkg/handler), which EKS runs in its control plane with
`--sts-regional-endpoint` and `--aws-default-region`. Pure functions on Kubernetes documents.
"""

from __future__ import annotations

from typing import Any

Document = dict[str, Any]

ROLE = "eks.amazonaws.com/role-arn"
"""Annotation of a service account: the role that its pods may assume."""
VOLUME = "aws-iam-token"
"""Name of the volume with the token."""
MOUNT_PATH = "/var/run/secrets/eks.amazonaws.com/serviceaccount"
"""Where containers see the volume."""

_AUDIENCE = "eks.amazonaws.com/audience"
_EXPIRATION = "eks.amazonaws.com/token-expiration"
_REGIONAL = "eks.amazonaws.com/sts-regional-endpoints"
_SKIPPED = "eks.amazonaws.com/skip-containers"
_DEFAULT_SECONDS = 86_400
_LEAST_SECONDS = 3_600  # pkg/validation.go: less becomes this
_IDENTITY = ("AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE")
_REGION = ("AWS_DEFAULT_REGION", "AWS_REGION")
_STS = ("AWS_STS_REGIONAL_ENDPOINTS",)


def change(pod: Document, service_account: Document, region: str) -> list[Document]:
    """Return the JSON patch that the webhook makes to a new pod; empty when its account carries no role."""
    annotations = _annotations(service_account)
    role = annotations.get(ROLE, "")
    if not role:
        return []
    wanted = _environment(role, region, annotations)
    skipped = {name.strip() for name in _annotations(pod).get(_SKIPPED, "").split(",")}
    spec: Document = pod["spec"]
    patch: list[Document] = []
    volumes: list[Document] = spec.get("volumes") or []
    if all(volume["name"] != VOLUME for volume in volumes):
        volumes = [_volume(_annotations(pod), annotations), *volumes]
        patch.append({"op": "add", "path": "/spec/volumes", "value": volumes})
    for kind in ("initContainers", "containers"):
        for index, container in enumerate(spec.get(kind) or []):
            if container["name"] not in skipped:
                patch += _into(container, f"/spec/{kind}/{index}", wanted)
    return patch


def _environment(role: str, region: str, annotations: Document) -> list[Document]:
    regional = {"AWS_STS_REGIONAL_ENDPOINTS": "regional"} if annotations.get(_REGIONAL, "true") == "true" else {}
    wanted = {
        **regional,
        **dict.fromkeys(_REGION, region),
        "AWS_ROLE_ARN": role,
        "AWS_WEB_IDENTITY_TOKEN_FILE": f"{MOUNT_PATH}/token",
    }
    return [{"name": name, "value": value} for name, value in wanted.items()]


def _into(container: Document, path: str, wanted: list[Document]) -> list[Document]:
    """The patch of one container; a container that sets one variable of a kind keeps its own for all of that kind."""
    environment: list[Document] = container.get("env") or []
    mounts: list[Document] = container.get("volumeMounts") or []
    names = {variable["name"] for variable in environment}
    if all(names.intersection(kind) for kind in (_IDENTITY, _REGION, _STS)):
        return []
    own = {name for kind in (_IDENTITY, _REGION, _STS) if names.intersection(kind) for name in kind}
    added = [variable for variable in wanted if variable["name"] not in own]
    patch: list[Document] = []
    if added:
        patch.append({"op": "add", "path": f"{path}/env", "value": [*environment, *added]})
    if all(mount["name"] != VOLUME for mount in mounts):
        mount = {"name": VOLUME, "mountPath": MOUNT_PATH, "readOnly": True}
        patch.append({"op": "add", "path": f"{path}/volumeMounts", "value": [*mounts, mount]})
    return patch


def _volume(of_pod: Document, of_account: Document) -> Document:
    token = {
        "audience": of_account.get(_AUDIENCE) or "sts.amazonaws.com",
        "expirationSeconds": _seconds(of_pod.get(_EXPIRATION) or of_account.get(_EXPIRATION) or ""),
        "path": "token",
    }
    return {"name": VOLUME, "projected": {"sources": [{"serviceAccountToken": token}]}}


def _seconds(text: str) -> int:
    """Seconds that an annotation asks for; the default for what is no number."""
    try:
        return max(int(text), _LEAST_SECONDS)
    except ValueError:
        return _DEFAULT_SECONDS


def _annotations(item: Document) -> Document:
    metadata: Document = item.get("metadata") or {}
    return metadata.get("annotations") or {}
