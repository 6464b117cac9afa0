"""What Karpenter's build for kwok does in Kubernetes because there is no EC2: rights that stand for EC2's own.

The real controller launches and ends instances through EC2, and instances register themselves. Upstream's build makes
and removes the Nodes itself, and remembers its instances in ConfigMaps (upstream's kwok/manifests/clusterrole.yaml).
"""

from __future__ import annotations

from typing import Any

Document = dict[str, Any]

MANAGER = "stand-in-for-ec2"
"""Who manages these objects."""

_NAME = "stand-in-for-ec2:karpenter"
_NAMESPACE = "karpenter"
_ACCOUNT = "karpenter"
_RBAC = "/apis/rbac.authorization.k8s.io/v1"
_VERSION = "rbac.authorization.k8s.io/v1"
_RULES: list[Document] = [
    {"apiGroups": [""], "resources": ["nodes"], "verbs": ["create", "delete", "get", "list", "patch", "watch"]},
    # Its client reads them through a cache of the whole cluster, and names them by itself.
    {"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get", "list", "watch", "create", "patch", "delete"]},
]


def documents() -> list[tuple[str, Document]]:
    """Return path and document of the ClusterRole and its binding."""
    subject = {"kind": "ServiceAccount", "name": _ACCOUNT, "namespace": _NAMESPACE}
    reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": _NAME}
    return [
        (f"{_RBAC}/clusterroles/{_NAME}", _document("ClusterRole", rules=_RULES)),
        (
            f"{_RBAC}/clusterrolebindings/{_NAME}",
            _document("ClusterRoleBinding", roleRef=reference, subjects=[subject]),
        ),
    ]


def _document(kind: str, **content: Any) -> Document:
    return {"apiVersion": _VERSION, "kind": kind, "metadata": {"name": _NAME}, **content}
