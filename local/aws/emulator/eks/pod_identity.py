"""Pod identity associations: which role the pods of a service account act with."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from local.aws.emulator.eks.core import IN_USE, INVALID, NOT_FOUND, REFUSED, Eks
from local.aws.emulator.eks.roles import check_pod_role
from local.aws.emulator.eks.state import Cluster, Document, now
from local.aws.emulator.eks.tags import check_tags
from local.aws.emulator.pages import page
from local.aws.emulator.rest_json.errors import ServiceError

if TYPE_CHECKING:
    from local.aws.emulator.rest_json.service import Call

_CHANGEABLE = ("roleArn", "disableSessionTags", "targetRoleArn", "policy")


def create(eks: Eks, call: Call, params: dict[str, Any]) -> Document:
    """CreatePodIdentityAssociation."""
    cluster = eks.active(call, params["clusterName"])
    check_tags(params.get("tags", {}), INVALID)
    with eks.lock:
        return {"association": add(cluster, params)}


def add(cluster: Cluster, params: dict[str, Any], owner: str | None = None) -> Document:
    """Make an association, for an add-on if one owns it.

    Raises:
        ServiceError: InvalidParameterException for a role that does not exist, ResourceInUseException.
    """
    check_pod_role(params["roleArn"], cluster.key.name)
    token = params.get("clientRequestToken")
    for other in cluster.associations.values():
        if token and other.get("_token") == token and other["roleArn"] == params["roleArn"]:
            return other  # the same request once more
        if all(other[m] == params[m] for m in ("namespace", "serviceAccount")):
            message = f"Association already exists: {other['associationId']}"
            raise ServiceError(IN_USE, message, clusterName=cluster.key.name)
    association_id = f"a-{secrets.token_hex(9)[:17]}"
    document: Document = {
        "clusterName": cluster.key.name,
        "namespace": params["namespace"],
        "serviceAccount": params["serviceAccount"],
        "associationArn": cluster.arn("podidentityassociation", association_id),
        "associationId": association_id,
        "tags": dict(params.get("tags", {})),
        "createdAt": now(),
        "modifiedAt": now(),
        "ownerArn": owner,
        "disableSessionTags": False,
        **{member: params[member] for member in _CHANGEABLE if member in params},
        "_token": token,
    }
    _name_externally(cluster, document)
    cluster.associations[association_id] = document
    return document


def describe(eks: Eks, call: Call, params: dict[str, Any]) -> Document:
    """DescribePodIdentityAssociation."""
    return {"association": _find(eks, call, params)[1]}


def list_all(eks: Eks, call: Call, params: dict[str, Any]) -> Document:
    """ListPodIdentityAssociations, of a namespace and service account if given."""
    cluster = eks.cluster(call, params["clusterName"])
    found = [
        association
        for association in cluster.associations.values()
        if all(params.get(m) in (None, association[m]) for m in ("namespace", "serviceAccount"))
    ]
    return page(found, params, "associations", invalid=INVALID)


def update(eks: Eks, call: Call, params: dict[str, Any]) -> Document:
    """UpdatePodIdentityAssociation: role and session; namespace and service account never change."""
    cluster, document = _find(eks, call, params)
    _check_unowned(document, cluster)
    if "roleArn" in params:
        check_pod_role(params["roleArn"], cluster.key.name)
    changed = {member: params[member] for member in _CHANGEABLE if member in params}
    document.update(changed, modifiedAt=now())
    _name_externally(cluster, document)
    return {"association": document}


def delete(eks: Eks, call: Call, params: dict[str, Any]) -> Document:
    """DeletePodIdentityAssociation."""
    cluster, document = _find(eks, call, params)
    _check_unowned(document, cluster)
    cluster.associations.pop(document["associationId"], None)
    return {"association": document}


def _name_externally(cluster: Cluster, document: Document) -> None:
    """Give an association with a target role the external id that EKS assumes it with (API reference)."""
    document.pop("externalId", None)
    if document.get("targetRoleArn"):
        parts = (cluster.key.region, cluster.key.account, cluster.key.name)
        document["externalId"] = "/".join((*parts, document["namespace"], document["serviceAccount"]))


def _check_unowned(document: Document, cluster: Cluster) -> None:
    if document.get("ownerArn"):
        message = f"Pod identity association {document['associationId']} is owned by {document['ownerArn']}"
        raise ServiceError(REFUSED, message, clusterName=cluster.key.name)


def _find(eks: Eks, call: Call, params: dict[str, Any]) -> tuple[Cluster, Document]:
    cluster = eks.cluster(call, params["clusterName"])
    association_id = params["associationId"]
    document = cluster.associations.get(association_id)
    if document is None:
        message = f"No pod identity association found for id: {association_id}"
        raise ServiceError(NOT_FOUND, message, clusterName=cluster.key.name)
    return cluster, document
