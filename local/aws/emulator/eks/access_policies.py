"""Access policies: what EKS lets the principal of an access entry do, beside RBAC."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.aws.emulator.eks.access_entries import check_not_service_linked, find, with_entries
from local.aws.emulator.eks.core import INVALID, NOT_FOUND, REFUSED, Eks
from local.aws.emulator.eks.rules import covered
from local.aws.emulator.eks.state import AccessEntry, Document, now
from local.aws.emulator.pages import page
from local.aws.emulator.rest_json.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.aws.emulator.rest_json.service import Call

_PREFIX = "arn:aws:eks::aws:cluster-access-policy/"
EMR_JOB = f"{_PREFIX}AmazonEMRJobPolicy"
_EVERYTHING: list[Document] = [
    {"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]},
    {"nonResourceURLs": ["*"], "verbs": ["*"]},
]
_SEE_ALL: list[Document] = [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["get", "list", "watch"]}]
_FULL = ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"]
# What the rules of AmazonEMRJobPolicy are is not published; these cover what EMR's documented Role does.
_EMR_JOB: list[Document] = [
    {"apiGroups": [""], "resources": ["namespaces"], "verbs": ["get"]},
    {
        "apiGroups": [""],
        "resources": [
            *("serviceaccounts", "services", "configmaps", "events", "pods", "pods/log"),
            "persistentvolumeclaims",
        ],
        "verbs": _FULL,
    },
    {"apiGroups": [""], "resources": ["secrets"], "verbs": ["create", "patch", "delete", "watch"]},
    {"apiGroups": ["apps"], "resources": ["statefulsets", "deployments"], "verbs": _FULL},
    {"apiGroups": ["batch"], "resources": ["jobs"], "verbs": _FULL},
    {"apiGroups": ["extensions", "networking.k8s.io"], "resources": ["ingresses"], "verbs": _FULL},
    {
        "apiGroups": ["rbac.authorization.k8s.io"],
        "resources": ["roles", "rolebindings"],
        "verbs": [*_FULL, "escalate", "bind"],
    },
    {"apiGroups": ["scheduling.volcano.sh"], "resources": ["podgroups"], "verbs": _FULL},
]

# EKS User Guide, "Review access policy permissions": these equal the ClusterRoles named, or the rules given.
_POLICIES: dict[str, str | list[Document]] = {
    "AmazonEKSAdminPolicy": "admin",
    "AmazonEKSAdminViewPolicy": _SEE_ALL,
    "AmazonEKSClusterAdminPolicy": _EVERYTHING,
    "AmazonEKSEditPolicy": "edit",
    "AmazonEKSViewPolicy": "view",
    "AmazonEMRJobPolicy": _EMR_JOB,
}


def associate(eks: Eks, call: Call, params: dict[str, Any]) -> Document:
    """AssociateAccessPolicy; done again it changes the scope."""
    cluster = with_entries(eks, call, params["clusterName"])
    entry = find(cluster, params["principalArn"])
    check_not_service_linked(params["principalArn"], INVALID, cluster)
    policy, scope = params["policyArn"], params["accessScope"]
    if policy.removeprefix(_PREFIX) not in _POLICIES:
        message = f"The policyArn parameter format is not valid or names no access policy: {policy}"
        raise ServiceError(INVALID, message, clusterName=cluster.key.name)
    if entry.document["type"] not in ("STANDARD", "EC2"):
        message = f"Access policies cannot be associated with an access entry of type {entry.document['type']}"
        raise ServiceError(REFUSED, message, clusterName=cluster.key.name)
    if (scope.get("type") == "namespace") != bool(scope.get("namespaces")):
        message = "An accessScope of type namespace names namespaces, one of type cluster none"
        raise ServiceError(INVALID, message, clusterName=cluster.key.name)
    return {
        "clusterName": cluster.key.name,
        "principalArn": params["principalArn"],
        "associatedAccessPolicy": attach(entry, policy, scope),
    }


def attach(entry: AccessEntry, policy: str, scope: Document) -> Document:
    """Associate a policy without asking whether the caller may."""
    stamp = now()
    old = entry.policies.get(policy)
    entry.policies[policy] = {
        "policyArn": policy,
        "accessScope": {"type": scope["type"], "namespaces": list(scope.get("namespaces", []))},
        "associatedAt": old["associatedAt"] if old else stamp,
        "modifiedAt": stamp,
    }
    return entry.policies[policy]


def disassociate(eks: Eks, call: Call, params: dict[str, Any]) -> None:
    """DisassociateAccessPolicy."""
    cluster = with_entries(eks, call, params["clusterName"])
    entry = find(cluster, params["principalArn"])
    check_not_service_linked(params["principalArn"], REFUSED, cluster)
    if entry.policies.pop(params["policyArn"], None) is None:
        message = f"The specified policyArn is not associated with the access entry: {params['policyArn']}"
        raise ServiceError(NOT_FOUND, message, clusterName=cluster.key.name)


def list_associated(eks: Eks, call: Call, params: dict[str, Any]) -> Document:
    """ListAssociatedAccessPolicies."""
    cluster = with_entries(eks, call, params["clusterName"])
    policies = list(find(cluster, params["principalArn"]).policies.values())
    answer = page(policies, params, "associatedAccessPolicies", invalid=REFUSED)
    return {**answer, "clusterName": cluster.key.name, "principalArn": params["principalArn"]}


def list_all(params: dict[str, Any]) -> Document:
    """ListAccessPolicies."""
    policies = [{"name": name, "arn": f"{_PREFIX}{name}"} for name in sorted(_POLICIES)]
    return page(policies, params, "accessPolicies", invalid="ServerException")


def allows(entry: AccessEntry, spec: Document, api: Any) -> bool:
    """Say whether an entry's policies allow the request of a SubjectAccessReview's spec."""
    asked: Document = spec.get("resourceAttributes") or {}
    namespace: str = asked.get("namespace", "")
    return any(covered(_rules(policy, api), spec) for policy, scope in _scopes(entry) if _reaches(scope, namespace))


def _scopes(entry: AccessEntry) -> Iterator[tuple[str, Document]]:
    for document in list(entry.policies.values()):
        yield document["policyArn"].removeprefix(_PREFIX), document["accessScope"]


def _reaches(scope: Document, namespace: str) -> bool:
    return scope["type"] == "cluster" or (bool(namespace) and namespace in scope["namespaces"])


def _rules(policy: str, api: Any) -> list[Document]:
    rules = _POLICIES[policy]
    if isinstance(rules, str):
        role = api.get(f"/apis/rbac.authorization.k8s.io/v1/clusterroles/{rules}")
        return role.get("rules") or []
    return rules
