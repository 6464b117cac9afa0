"""The files that the programs' flags name: kubeconfigs, webhook addresses, anonymous access, kwok's stages."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import yaml

from local.control_plane import pki
from local.control_plane.kubelet import configuration as kubelet
from local.control_plane.kwok import stages

if TYPE_CHECKING:
    from local.control_plane.commands import Setting

Document = dict[str, Any]

TOKEN_REVIEW = "/authenticate"  # noqa: S105 (a path)
"""Path of the webhook that answers TokenReviews."""
ACCESS_REVIEW = "/authorize"
"""Path of the webhook that answers SubjectAccessReviews."""

# EKS lets callers without credentials see these and nothing else (EKS user guide, Kubernetes 1.32).
_ANONYMOUS_PATHS = ("/healthz", "/livez", "/readyz")


def write(setting: Setting, endpoint: str, webhooks: str) -> None:
    """Write every file to the folder's `config`; JSON, which is YAML as well."""
    folder = setting.folder / "config"
    folder.mkdir(mode=0o700, exist_ok=True)
    documents = {
        "authentication.json": _authentication(),
        "authentication-webhook.json": _webhook(setting, webhooks + TOKEN_REVIEW),
        "authorization-webhook.json": _webhook(setting, webhooks + ACCESS_REVIEW),
    } | {
        f"{name}.json": _client(setting, name, endpoint)
        for name in ("kube-controller-manager", "kube-scheduler", "kwok")
    }
    for name, document in documents.items():
        (folder / name).write_text(json.dumps(document, indent=1))
    kubelet.write(_kubelet(setting, endpoint), folder / "kubelet.json")
    (folder / "stages.yaml").write_text(yaml.safe_dump_all(stages(setting.images), sort_keys=False))


def _kubelet(setting: Setting, endpoint: str) -> kubelet.Configuration:
    certificates = setting.pki
    return kubelet.Configuration(
        folder=setting.folder,
        endpoint=endpoint,
        authority=certificates.certificate("ca"),
        certificate=certificates.certificate("kubelet"),
        key=certificates.key("kubelet"),
        serving_certificate=certificates.certificate(pki.KUBELET_SERVER),
        serving_key=certificates.key(pki.KUBELET_SERVER),
        port=setting.ports.kubelet,
        aws_endpoint=setting.aws_endpoint,
        images=setting.images,
    )


def _authentication() -> Document:
    return {
        "apiVersion": "apiserver.config.k8s.io/v1",
        "kind": "AuthenticationConfiguration",
        "anonymous": {"enabled": True, "conditions": [{"path": path} for path in _ANONYMOUS_PATHS]},
    }


def _webhook(setting: Setting, url: str) -> Document:
    return _kubeconfig(setting, url, {})


def _client(setting: Setting, name: str, endpoint: str) -> Document:
    pki = setting.pki
    files = {"client-certificate": str(pki.certificate(name)), "client-key": str(pki.key(name))}
    return _kubeconfig(setting, endpoint, files)


def _kubeconfig(setting: Setting, server: str, user: Document) -> Document:
    authority = base64.b64encode(setting.pki.authority.encode()).decode()
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "it", "cluster": {"server": server, "certificate-authority-data": authority}}],
        "users": [{"name": "it", "user": user}],
        "contexts": [{"name": "it", "context": {"cluster": "it", "user": "it"}}],
        "current-context": "it",
    }
