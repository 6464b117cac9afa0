"""The operations on add-ons."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

from local.aws.emulator.eks import (
    addon_catalogue,
    addon_configuration,
    addon_lifecycle,
    pod_identity,
    updates,
)
from local.aws.emulator.eks.core import IN_USE, INVALID, NOT_FOUND, Eks
from local.aws.emulator.eks.state import Cluster, Document, now
from local.aws.emulator.eks.tags import check_tags
from local.aws.emulator.pages import page
from local.aws.emulator.rest_json.errors import ServiceError

if TYPE_CHECKING:
    from local.aws.emulator.rest_json.service import Call

_KEPT = ("configurationValues", "serviceAccountRoleArn")


def create(eks: Eks, call: Call, params: dict[str, Any]) -> Document:
    """CreateAddon: answers at once; the workloads come behind it."""
    cluster = eks.active(call, params["clusterName"])
    name = params["addonName"]
    fields = {"clusterName": cluster.key.name, "addonName": name}
    if params.get("namespaceConfig", {}).get("namespace", "kube-system") != "kube-system":
        raise ServiceError(INVALID, f"Addon {name} can only be installed in namespace kube-system", **fields)
    offered = addon_catalogue.find(name, cluster.document["version"], **fields)
    version = params.get("addonVersion", offered.default)
    addon_catalogue.check_version(offered, version, **fields)
    addon_configuration.check(offered, params.get("configurationValues"), **fields)
    check_tags(params.get("tags", {}), INVALID)
    document: Document = {
        "addonName": name,
        "clusterName": cluster.key.name,
        "status": "CREATING",
        "addonVersion": version,
        "health": {"issues": []},
        "addonArn": cluster.arn("addon", name, str(uuid.uuid4())),
        "createdAt": now(),
        "modifiedAt": now(),
        "tags": dict(params.get("tags", {})),
        "namespaceConfig": {"namespace": "kube-system"},
        **{member: params[member] for member in _KEPT if member in params},
    }
    with eks.lock:
        if name in cluster.addons:
            raise ServiceError(IN_USE, "Addon already exists.", **fields)
        _associate(cluster, document, params.get("podIdentityAssociations"))
        cluster.addons[name] = document
    answer = {"addon": dict(document)}
    eks.background.start(f"add-on {name}", addon_lifecycle.bring_up, eks, cluster, document)
    return answer


def describe(eks: Eks, call: Call, params: dict[str, Any]) -> Document:
    """DescribeAddon."""
    cluster, document = _find(eks, call, params)
    addon_lifecycle.examine(eks, cluster, document)
    owned = [a["associationArn"] for a in cluster.associations.values() if a.get("ownerArn") == document["addonArn"]]
    return {"addon": document | {"podIdentityAssociations": owned}}


def list_all(eks: Eks, call: Call, params: dict[str, Any]) -> Document:
    """ListAddons."""
    return page(sorted(eks.cluster(call, params["clusterName"]).addons), params, "addons", invalid=INVALID)


def update(eks: Eks, call: Call, params: dict[str, Any]) -> Document:
    """UpdateAddon: version, configuration, role."""
    cluster, document = _find(eks, call, params)
    name = document["addonName"]
    fields = {"clusterName": cluster.key.name, "addonName": name}
    offered = addon_catalogue.find(name, cluster.document["version"], **fields)
    version = params.get("addonVersion", document["addonVersion"])
    addon_catalogue.check_version(offered, version, **fields)
    if "configurationValues" in params:
        addon_configuration.check(offered, params["configurationValues"], **fields)
    shown = {
        "AddonVersion": version,
        **{f"{m[0].upper()}{m[1:]}": params[m] for m in (*_KEPT, "resolveConflicts") if m in params},
    }
    with eks.lock:
        if document["status"] not in ("ACTIVE", "DEGRADED", "CREATE_FAILED", "UPDATE_FAILED"):
            message = f"Addon {name} cannot be updated as it is currently in {document['status']} state"
            raise ServiceError(IN_USE, message, **fields)
        begun = updates.new("AddonUpdate", shown, addonName=name)
        cluster.updates[begun["id"]] = begun
        kept = {member: params[member] for member in _KEPT if member in params}
        document.update(kept, addonVersion=version, status="UPDATING", modifiedAt=now())
    _associate(cluster, document, params.get("podIdentityAssociations"))
    eks.background.start(f"update of add-on {name}", addon_lifecycle.bring_up, eks, cluster, document, begun)
    return {"update": dict(begun)}


def delete(eks: Eks, call: Call, params: dict[str, Any]) -> Document:
    """DeleteAddon; with preserve its workloads stay, managed by nobody."""
    cluster, document = _find(eks, call, params)
    with eks.lock:
        document["status"] = "DELETING"
        document["_preserve"] = params.get("preserve", False)
    _associate(cluster, document, [])
    eks.background.start(
        f"deletion of add-on {document['addonName']}", addon_lifecycle.take_down, eks, cluster, document
    )
    return {"addon": dict(document)}


def describe_versions(params: dict[str, Any]) -> Document:
    """DescribeAddonVersions."""
    name = params.get("addonName")
    found = [
        addon_catalogue.describe(known, addon)
        for known, addon in sorted(addon_catalogue.CATALOGUE.items())
        if name in (None, known) and addon.kind in params.get("types", [addon.kind])
    ]
    return page(found, params, "addons", invalid=INVALID)


def describe_configuration(params: dict[str, Any]) -> Document:
    """DescribeAddonConfiguration."""
    name, version = params["addonName"], params["addonVersion"]
    addon = addon_catalogue.find(name, "any", addonName=name)
    addon_catalogue.check_version(addon, version, addonName=name)
    return {"addonName": name, "addonVersion": version, "configurationSchema": json.dumps(addon.schema)}


def _associate(cluster: Cluster, document: Document, asked: list[Document] | None) -> None:
    """Make the pod identity associations that an add-on owns; None leaves them as they are."""
    if asked is None:
        return
    owner = document["addonArn"]
    for association_id, association in list(cluster.associations.items()):
        if association.get("ownerArn") == owner:
            del cluster.associations[association_id]
    for one in asked:
        pod_identity.add(cluster, {"namespace": "kube-system", **one}, owner)


def _find(eks: Eks, call: Call, params: dict[str, Any]) -> tuple[Cluster, Document]:
    cluster = eks.cluster(call, params["clusterName"])
    name = params["addonName"]
    document = cluster.addons.get(name)
    if document is None:
        message = f"No addon: {name} found in cluster: {cluster.key.name}"
        raise ServiceError(NOT_FOUND, message, clusterName=cluster.key.name, addonName=name)
    return cluster, document
