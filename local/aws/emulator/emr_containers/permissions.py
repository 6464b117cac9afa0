"""What EMR must be allowed in a namespace: the rules of its documented Role, asked of the API server itself.

Source: EMR on EKS Development Guide, "Enable cluster access". `describe`, `edit`, `annotate` and `label`, which
the guide lists too, are no verbs of the API.
"""

from __future__ import annotations

from itertools import product
from typing import Any

from local.aws.emulator.eks.rules import covered
from local.control_plane import ApiError

Document = dict[str, Any]
_CHANGE = ("get", "list", "watch", "create", "delete", "patch")
_CHANGE_ALL = (*_CHANGE, "deletecollection")
_RULES: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("", ("serviceaccounts", "services", "configmaps", "events", "pods"), _CHANGE_ALL),
    ("", ("pods/log",), ("get",)),
    ("", ("secrets",), ("create", "patch", "delete", "watch")),
    ("apps", ("statefulsets", "deployments"), _CHANGE),
    ("batch", ("jobs",), _CHANGE),
    ("extensions", ("ingresses",), _CHANGE),
    ("rbac.authorization.k8s.io", ("roles", "rolebindings"), _CHANGE_ALL),
)
# "Unauthorized to perform read namespace on X" is what the service says (seen in public reports); which further
# rights it looks for, and its words for them, are not published: refusals of those keep the same form.
_REVIEWS = "/apis/authorization.k8s.io/v1"
_UNAUTHENTICATED = (401, 403)


def refusal(api: Any, namespace: str) -> str | None:
    """What EMR, whose client this is, may not do in a namespace, in EMR's words; None if it may do all it must.

    Raises:
        ApiError: the API server does not answer.
    """
    try:
        api.get(f"/api/v1/namespaces/{namespace}")
    except ApiError as error:
        if error.status in _UNAUTHENTICATED:
            return f"Unauthorized to perform read namespace on {namespace}"
        if error.reason == "NotFound":
            return f"Namespace {namespace} does not exist"
        raise
    rules = _own_rules(api, namespace)
    for group, resources, verbs in _RULES:
        for resource, verb in product(resources, verbs):
            asked = _attributes(group, resource, verb, namespace)
            if not covered(rules, {"resourceAttributes": asked}) and not _allowed(api, asked):
                return f"Unauthorized to perform {verb} {resource} on {namespace}"
    return None


def _own_rules(api: Any, namespace: str) -> list[Document]:
    """What RBAC grants, in one question; access policies are not in the answer and are asked one by one."""
    review = _review("SelfSubjectRulesReview", {"namespace": namespace})
    rules: list[Document] = api.create(f"{_REVIEWS}/selfsubjectrulesreviews", review)["status"]["resourceRules"]
    return rules


def _allowed(api: Any, asked: Document) -> bool:
    review = _review("SelfSubjectAccessReview", {"resourceAttributes": asked})
    return bool(api.create(f"{_REVIEWS}/selfsubjectaccessreviews", review)["status"]["allowed"])


def _attributes(group: str, resource: str, verb: str, namespace: str) -> Document:
    name, _, subresource = resource.partition("/")
    asked = {"group": group, "resource": name, "verb": verb, "namespace": namespace}
    return asked | ({"subresource": subresource} if subresource else {})


def _review(kind: str, spec: Document) -> Document:
    return {"apiVersion": "authorization.k8s.io/v1", "kind": kind, "spec": spec}
