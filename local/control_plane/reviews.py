"""Answers to the three questions that the API server asks over webhooks: who, whether, and how changed."""

from __future__ import annotations

import base64
import json
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from local.control_plane import fargate, nodes, pod_eni, web_identity
from local.control_plane.api import Api, ApiError
from local.control_plane.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from local.control_plane.nodes import Launched

Document = dict[str, Any]
_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class User:
    """Who Kubernetes takes the bearer of a token for (TokenReview, status.user)."""

    name: str
    """The username that RBAC subjects name."""
    uid: str
    """Tells apart users that had the same name at different times."""
    groups: tuple[str, ...]
    """Groups beside system:authenticated, which the API server adds."""
    extra: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """More about the caller, for audit and admission; EKS gives arn, canonicalArn, accessKeyId, sessionName."""


def token_review(review: Document, authenticate: Callable[[str], User | None]) -> Document:
    """Answer a TokenReview (authentication.k8s.io/v1): whose token it is, if anybody's."""
    try:
        user = authenticate(review["spec"]["token"])
    except Exception as error:  # noqa: BLE001 (without an answer the API server would ask again and again)
        _log.exception("authenticating a token failed")
        return _answer(review, {"authenticated": False, "error": str(error)})
    if user is None:
        return _answer(review, {"authenticated": False})
    extra = {name: list(values) for name, values in user.extra.items()}
    who = {"username": user.name, "uid": user.uid, "groups": list(user.groups), "extra": extra}
    return _answer(review, {"authenticated": True, "user": who})


def subject_access_review(review: Document, authorize: Callable[[Document], bool]) -> Document:
    """Answer a SubjectAccessReview (authorization.k8s.io/v1) that neither Node nor RBAC allowed.

    Not allowed means no opinion; this authorizer, as EKS's, never overrules the others.
    """
    try:
        return _answer(review, {"allowed": authorize(review["spec"])})
    except Exception as error:  # noqa: BLE001 (as above)
        _log.exception("authorizing a request failed")
        return _answer(review, {"allowed": False, "evaluationError": str(error)})


def pod_admission(review: Document, api: Api, taken: Callable[[Document, str], str] = fargate.none_taken) -> Document:
    """Answer an AdmissionReview (admission.k8s.io/v1) of a new pod: Fargate, and the pod-eni resource, if selected.

    `taken` names the Fargate profile that takes a pod of a namespace, if one does; in EKS its webhook comes first.
    """
    request: Document = review["request"]
    pod: Document = request["object"]
    profile, patch = taken(pod, request["namespace"]), list[Document]()
    if profile:
        pod = fargate.change(pod, profile)
        patch = fargate.patch(pod)
    try:
        asked = pod_eni.kind_of(pod) in ("linux", "fargate")
        patch += pod_eni.change(pod, _groups_of(pod, request["namespace"], api)) if asked else []
    except ApiError as error:
        message = f"Failed to get Matching SGP for Pods, rejecting event, error {error.message}"
        return _refused(review, message)
    return _admitted(review, patch)


def pod_identity(review: Document, api: Api, region: str, associated: Callable[[str, str], bool]) -> Document:
    """Answer an AdmissionReview of a new pod: the role of its service account, if that has one.

    `associated` says whether a service account, by namespace and name, has an EKS Pod Identity association. A pod
    whose account cannot be read is let in as it is, as amazon-eks-pod-identity-webhook does.
    """
    request: Document = review["request"]
    pod: Document = request["object"]
    account: str = pod["spec"].get("serviceAccountName") or "default"
    try:
        service_account = api.get(f"/api/v1/namespaces/{request['namespace']}/serviceaccounts/{account}")
    except ApiError as error:
        _log.warning("service account %s of a new pod cannot be read: %s", account, error.message)
        return _admitted(review, [])
    found = associated(request["namespace"], account)
    return _admitted(review, web_identity.change(pod, service_account, region, associated=found))


def node_launched(review: Document, api: Api, launched: Callable[[Document], Launched]) -> Document:
    """Answer an AdmissionReview of a Node that Karpenter registers: with what the instance itself would report.

    An instance whose role the cluster does not know stays outside.
    """
    node: Document = review["request"]["object"]
    try:
        whole = nodes.completed(node, launched(node), api.get("/version")["gitVersion"])
    except (ApiError, RefusedError) as error:
        return _refused(review, str(error))
    return _admitted(
        review,
        [
            {"op": "add", "path": path, "value": value}
            for path, value in (("/metadata", whole["metadata"]), ("/status", whole["status"]))
        ],
    )


def _refused(review: Document, message: str) -> Document:
    status = {"code": 403, "message": message}
    response = {"uid": review["request"]["uid"], "allowed": False, "status": status}
    return {"apiVersion": review["apiVersion"], "kind": review["kind"], "response": response}


def _admitted(review: Document, patch: list[Document]) -> Document:
    response: Document = {"uid": review["request"]["uid"], "allowed": True}
    if patch:
        encoded = base64.b64encode(json.dumps(patch).encode()).decode()
        response |= {"patchType": "JSONPatch", "patch": encoded}
    return {"apiVersion": review["apiVersion"], "kind": review["kind"], "response": response}


def _groups_of(pod: Document, namespace: str, api: Api) -> list[str]:
    try:
        policies = api.list(f"/apis/vpcresources.k8s.aws/v1beta1/namespaces/{namespace}/securitygrouppolicies")
    except ApiError as error:
        if error.reason == "NotFound":  # the definition was removed: pods are let in without groups
            return []
        raise
    if not policies:
        return []
    account: str = pod["spec"].get("serviceAccountName") or "default"
    service_account = api.get(f"/api/v1/namespaces/{namespace}/serviceaccounts/{account}")
    return pod_eni.security_groups(pod, service_account, policies)


def _answer(review: Document, status: Document) -> Document:
    return {"apiVersion": review["apiVersion"], "kind": review["kind"], "status": status}
