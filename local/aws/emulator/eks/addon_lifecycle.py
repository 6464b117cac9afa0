"""How the workloads of an add-on come, are judged and go. Each function can be begun again."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from local.aws.emulator.eks import addon_configuration, addon_workloads, instances
from local.aws.emulator.eks.addon_table import DEFINITIONS
from local.control_plane import ApiError

if TYPE_CHECKING:
    from local.aws.emulator.eks.core import Eks
    from local.aws.emulator.eks.state import Cluster, Document

PATIENCE_SECONDS = 3.0
"""How long pods may take to be ready before an add-on counts as degraded."""
_POLL_SECONDS = 0.2


def bring_up(eks: Eks, cluster: Cluster, document: Document, update: Document | None = None) -> None:
    """Put the workloads of an add-on into the cluster and wait a moment for them."""
    try:
        _install(eks, cluster, document)
    except ApiError as error:
        _fail(eks, document, update, error.message)
        return
    with eks.lock:
        if document["status"] in ("CREATING", "UPDATING"):
            document["status"] = "ACTIVE"
        if update is not None:
            update["status"] = "Successful"
    examine(eks, cluster, document)


def _fail(eks: Eks, document: Document, update: Document | None, message: str) -> None:
    with eks.lock:
        issue: Document = {"code": "InternalFailure", "message": message, "resourceIds": []}
        document["health"] = {"issues": [issue]}
        document["status"] = "CREATE_FAILED" if update is None else "UPDATE_FAILED"
        if update is not None:
            update.update(status="Failed", errors=[{"errorCode": "Unknown", "errorMessage": message}])


def _install(eks: Eks, cluster: Cluster, document: Document) -> None:
    api = eks.api(cluster)
    name = document["addonName"]
    values = addon_configuration.parse(document.get("configurationValues"))
    role = document.get("serviceAccountRoleArn")
    place = addon_workloads.Place.of(cluster)
    eks.plane(cluster).define(*DEFINITIONS.get(name, ()))
    addon_workloads.install(api, name, values, place, version=document["addonVersion"], role=role)
    if name == "vpc-cni":
        instances.connect(api, cluster)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while addon_workloads.lacking(api, name) and time.monotonic() < deadline:
        eks.background.pause(_POLL_SECONDS)


def examine(eks: Eks, cluster: Cluster, document: Document) -> None:
    """Say whether an installed add-on is well, as EKS's health check does."""
    plane = eks.control_planes.get(cluster.key)
    if document["status"] not in ("ACTIVE", "DEGRADED") or plane is None:
        return
    short = addon_workloads.lacking(plane.api, document["addonName"])
    message = "The add-on is unhealthy because it doesn't have the desired number of replicas."
    issues: list[Document] = [
        {"code": "InsufficientNumberOfReplicas", "message": message, "resourceIds": []} for _ in short[:1]
    ]
    document["health"] = {"issues": issues}
    document["status"] = "DEGRADED" if issues else "ACTIVE"


def take_down(eks: Eks, cluster: Cluster, document: Document) -> None:
    """Take the workloads of an add-on that is being deleted out of the cluster, and forget the add-on."""
    name = document["addonName"]
    plane = eks.control_planes.get(cluster.key)
    if plane is not None and not document["_preserve"]:
        addon_workloads.remove(plane.api, name)
        plane.undefine(*DEFINITIONS.get(name, ()))
        if name == "vpc-cni":
            instances.connect(plane.api, cluster)
    with eks.lock:
        cluster.addons.pop(name, None)
