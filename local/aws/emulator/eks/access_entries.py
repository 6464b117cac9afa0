"""Access entries: which IAM principals may come into a cluster, under which name and in which groups."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from local.aws.emulator.eks.core import IN_USE, INVALID, NOT_FOUND, REFUSED, Eks
from local.aws.emulator.eks.roles import principal_id
from local.aws.emulator.eks.state import AccessEntry, Cluster, Document, now
from local.aws.emulator.eks.tags import check_tags
from local.aws.emulator.pages import page
from local.aws.emulator.rest_json.errors import ServiceError

if TYPE_CHECKING:
    from local.aws.emulator.principals import Caller
    from local.aws.emulator.rest_json.service import Call

CLUSTER_ADMIN = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"
TYPES = ("STANDARD", "EC2_LINUX", "EC2_WINDOWS", "FARGATE_LINUX", "EC2", "HYBRID_LINUX", "HYPERPOD_LINUX")
_RESERVED = ("system:", "eks:", "aws:", "amazon:", "iam:")
_SERVICE_LINKED = (
    "The caller is not allowed to modify access entries with a principalArn value of a Service Linked Role"
)
_NODE_NAME = "system:node:{{EC2PrivateDNSName}}"


def create(eks: Eks, call: Call, params: dict[str, Any]) -> Document:
    """CreateAccessEntry."""
    cluster = with_entries(eks, call, params["clusterName"])
    arn = params["principalArn"]
    check_not_service_linked(arn, INVALID, cluster)
    kind = params.get("type", "STANDARD")
    if kind not in TYPES:
        message = f"The specified type is invalid: {kind}. Valid types: {', '.join(TYPES)}"
        raise ServiceError(INVALID, message, clusterName=cluster.key.name)
    _check_names(cluster, kind, params)
    check_tags(params.get("tags", {}), INVALID)
    entry = add(eks, cluster, arn, kind, params)
    return {"accessEntry": entry.document}


def add(eks: Eks, cluster: Cluster, arn: str, kind: str, params: dict[str, Any]) -> AccessEntry:
    """Make an entry without asking whether the caller may.

    Raises:
        ServiceError: InvalidParameterException for a principal that does not exist, ResourceInUseException.
    """
    entry = build(cluster, arn, principal_id(arn, cluster.key.name), kind, params)
    with eks.lock:
        if arn in cluster.entries and cluster.entries[arn].listed:
            message = "The specified access entry resource is already in use on this cluster."
            raise ServiceError(IN_USE, message, clusterName=cluster.key.name)
        cluster.entries[arn] = entry
    return entry


def build(cluster: Cluster, arn: str, unique_id: str, kind: str, params: dict[str, Any]) -> AccessEntry:
    """The entry of a principal, with EKS's defaults for what is not given."""
    is_role = ":role/" in arn
    account, name = arn.split(":")[4], arn.rsplit("/", 1)[1]
    username = f"arn:aws:sts::{account}:assumed-role/{name}/{{{{SessionName}}}}" if is_role else arn
    groups: list[str] = []
    if kind != "STANDARD":
        username, groups = _NODE_NAME, ["system:nodes"]
    document = {
        "clusterName": cluster.key.name,
        "principalArn": arn,
        "kubernetesGroups": params.get("kubernetesGroups", groups),
        "accessEntryArn": cluster.arn("access-entry", "role" if is_role else "user", account, name, str(uuid.uuid4())),
        "createdAt": now(),
        "modifiedAt": now(),
        "tags": dict(params.get("tags", {})),
        "username": params.get("username", username),
        "type": kind,
    }
    return AccessEntry(document=document, principal_id=unique_id)


def admit_creator(cluster: Cluster, caller: Caller) -> None:
    """Let the creator of a cluster in as its administrator (EKS User Guide, access entries)."""
    arn = caller.principal_arn
    entry = build(cluster, arn, caller.principal_id, "STANDARD", {})
    scope: Document = {"type": "cluster", "namespaces": []}
    stamp = now()
    entry.policies[CLUSTER_ADMIN] = {
        "policyArn": CLUSTER_ADMIN,
        "accessScope": scope,
        "associatedAt": stamp,
        "modifiedAt": stamp,
    }
    entry.listed = cluster.mode != "CONFIG_MAP"
    cluster.entries[arn] = entry


def list_creator(cluster: Cluster) -> None:
    """Turn the hidden access of the creator into an entry, when a cluster leaves mode CONFIG_MAP."""
    for entry in cluster.entries.values():
        entry.listed = True


def describe(eks: Eks, call: Call, params: dict[str, Any]) -> Document:
    """DescribeAccessEntry."""
    cluster = with_entries(eks, call, params["clusterName"])
    return {"accessEntry": find(cluster, params["principalArn"]).document}


def list_all(eks: Eks, call: Call, params: dict[str, Any]) -> Document:
    """ListAccessEntries."""
    cluster = with_entries(eks, call, params["clusterName"])
    policy = params.get("associatedPolicyArn")
    arns = [
        arn
        for arn, entry in sorted(cluster.entries.items())
        if entry.listed and (policy is None or policy in entry.policies)
    ]
    return page(arns, params, "accessEntries", invalid=INVALID)


def update(eks: Eks, call: Call, params: dict[str, Any]) -> Document:
    """UpdateAccessEntry: name and groups; principal and type never change."""
    cluster = with_entries(eks, call, params["clusterName"])
    entry = find(cluster, params["principalArn"])
    check_not_service_linked(params["principalArn"], INVALID, cluster)
    _check_names(cluster, entry.document["type"], params)
    changed = {name: params[name] for name in ("kubernetesGroups", "username") if name in params}
    entry.document.update(changed, modifiedAt=now())
    return {"accessEntry": entry.document}


def delete(eks: Eks, call: Call, params: dict[str, Any]) -> None:
    """DeleteAccessEntry."""
    cluster = with_entries(eks, call, params["clusterName"])
    find(cluster, params["principalArn"])
    check_not_service_linked(params["principalArn"], REFUSED, cluster)
    cluster.entries.pop(params["principalArn"], None)


def with_entries(eks: Eks, call: Call, name: str) -> Cluster:
    """Find a cluster whose mode knows access entries."""
    cluster = eks.cluster(call, name)
    if cluster.mode == "CONFIG_MAP":
        message = (
            "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this "
            "operation."
        )
        raise ServiceError(REFUSED, message, clusterName=name)
    return cluster


def find(cluster: Cluster, arn: str) -> AccessEntry:
    """Find the entry of a principal."""
    entry = cluster.entries.get(arn)
    if entry is None or not entry.listed:
        message = (
            "The specified principalArn could not be found. You can view your available access entries with "
            "'list-access-entries'."
        )
        raise ServiceError(NOT_FOUND, message, clusterName=cluster.key.name)
    return entry


def check_not_service_linked(arn: str, code: str, cluster: Cluster) -> None:
    """Refuse customers the entries of service-linked roles, in EKS's words."""
    if ":role/aws-service-role/" in arn:
        raise ServiceError(code, _SERVICE_LINKED, clusterName=cluster.key.name)


def _check_names(cluster: Cluster, kind: str, params: dict[str, Any]) -> None:
    if kind != "STANDARD" and ("username" in params or "kubernetesGroups" in params):
        message = f"username and kubernetesGroups cannot be specified for an access entry of type {kind}"
        raise ServiceError(INVALID, message, clusterName=cluster.key.name)
    if params.get("username", "").startswith(_RESERVED):
        message = f"The username {params['username']} is invalid, it cannot start with {', '.join(_RESERVED)}"
        raise ServiceError(INVALID, message, clusterName=cluster.key.name)
    for group in params.get("kubernetesGroups", []):
        if group.startswith("system:"):
            message = f"The kubernetes group name {group} is invalid, it cannot start with system:"
            raise ServiceError(INVALID, message, clusterName=cluster.key.name)
