"""What an EKS cluster holds beside what Kubernetes itself creates, as far as anything here uses it."""

from __future__ import annotations

import base64
import time
from typing import TYPE_CHECKING, Any

import yaml

from local.control_plane import karpenter_rights
from local.control_plane.api import Api, ApiError
from local.control_plane.errors import ControlPlaneError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Document = dict[str, Any]

POD_ADMISSION = "/mutate-v1-pod"
"""Path of the pod webhook, as in amazon-vpc-resource-controller-k8s."""
POD_IDENTITY = "/mutate"
"""Path of the webhook for IAM roles for service accounts, as in amazon-eks-pod-identity-webhook."""

NODE_LAUNCHED = "/complete-v1-node"
"""Path of the webhook that stands for the instance behind a Node of Karpenter's."""

_MANAGER = "eks"
_OF_EKS = ("securitygrouppolicies",)  # the controller of these runs in EKS's own control plane
_DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
_WEBHOOKS = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations"
_SERVED_SECONDS = 20
_POLL_SECONDS = 0.05


def install(api: Api, definitions: Mapping[str, Path], webhooks: str, authority: str) -> None:
    """Put EKS's own objects into the cluster, or bring them up to date; both are harmless to repeat.

    `webhooks` is the address of our webhook server, `authority` (PEM) its certificate's issuer.
    """
    for plural in _OF_EKS:
        define_from(api, definitions[plural])
    for webhook in (
        pod_webhook(webhooks, authority),
        identity_webhook(webhooks, authority),
        node_webhook(webhooks, authority),
    ):
        api.apply(f"{_WEBHOOKS}/{webhook['metadata']['name']}", webhook, manager=_MANAGER)
    for path, document in karpenter_rights.documents():
        api.apply(path, document, manager=karpenter_rights.MANAGER)


def define_from(api: Api, path: Path) -> None:
    """Make or change the custom resource definitions of a file, and wait until their kinds can be used."""
    for definition in yaml.safe_load_all(path.read_text()):
        define(api, definition, manager=_MANAGER)


def undefine_from(api: Api, path: Path) -> None:
    """Remove the custom resource definitions of a file, and with them all objects of their kinds."""
    for definition in yaml.safe_load_all(path.read_text()):
        try:
            api.delete(f"{_DEFINITIONS}/{definition['metadata']['name']}")
        except ApiError as error:
            if error.reason != "NotFound":
                raise


def define(api: Api, definition: Document, *, manager: str) -> None:
    """Make or change a custom resource definition, and wait until its kind can be used."""
    api.apply(f"{_DEFINITIONS}/{definition['metadata']['name']}", definition, manager=manager)
    _await_served(api, definition["spec"])


def pod_webhook(webhooks: str, authority: str) -> Document:
    """Return the registration of the webhook that asks for branch interfaces.

    Names as on EKS, rules as in the controller's config/webhook/manifests.yaml. It fails open there too.
    """
    url = f"{webhooks}{POD_ADMISSION}"
    return _registration("vpc-resource-mutating-webhook", "mpod.vpc.k8s.aws", url, authority)


def identity_webhook(webhooks: str, authority: str) -> Document:
    """Return the registration of the webhook for IAM roles for service accounts.

    Names and the label that leaves a pod alone as on EKS, where it fails open too. It is asked again when another
    webhook has added containers.
    """
    url = f"{webhooks}{POD_IDENTITY}"
    registration = _registration("pod-identity-webhook", "iam-for-pods.amazonaws.com", url, authority)
    skip = {"key": "eks.amazonaws.com/skip-pod-identity-webhook", "operator": "DoesNotExist"}
    registration["webhooks"][0] |= {
        "objectSelector": {"matchExpressions": [skip]},
        "reinvocationPolicy": "IfNeeded",
    }
    return registration


def node_webhook(webhooks: str, authority: str) -> Document:
    """Return the registration of the webhook that completes the Nodes of Karpenter's build for kwok.

    It stands for the instance, so a Node without its answer does not come to be.
    """
    registration = _registration("stand-in-for-ec2", "instances.ec2.local", f"{webhooks}{NODE_LAUNCHED}", authority)
    rule = {"apiGroups": [""], "apiVersions": ["v1"], "resources": ["nodes"], "operations": ["CREATE"]}
    registration["webhooks"][0] |= {
        "rules": [rule],
        "objectSelector": {"matchLabels": {"kwok.x-k8s.io/node": "fake"}},
        "failurePolicy": "Fail",
    }
    return registration


def _registration(name: str, webhook: str, url: str, authority: str) -> Document:
    """A MutatingWebhookConfiguration for new pods that fails open."""
    return {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "MutatingWebhookConfiguration",
        "metadata": {"name": name},
        "webhooks": [
            {
                "name": webhook,
                "clientConfig": {"url": url, "caBundle": base64.b64encode(authority.encode()).decode()},
                "rules": [{"apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"], "operations": ["CREATE"]}],
                "failurePolicy": "Ignore",
                "matchPolicy": "Equivalent",
                "sideEffects": "None",
                "admissionReviewVersions": ["v1"],
            }
        ],
    }


def _await_served(api: Api, definition: Document) -> None:
    """Wait until the API server answers for the new kind; after a restart it is late with kinds it has stored, too."""
    name = definition["names"]["plural"]
    deadline = time.monotonic() + _SERVED_SECONDS
    while True:
        try:
            api.list(f"/apis/{definition['group']}/{definition['versions'][-1]['name']}/{name}")
        except ApiError as error:
            if time.monotonic() > deadline:
                message = f"the API server does not serve {name} after {_SERVED_SECONDS} s: {error.message}"
                raise ControlPlaneError(message) from error
            time.sleep(_POLL_SECONDS)
        else:
            return
