"""How the nodes of a node group come, change in number and go. Each function can be begun again."""

from __future__ import annotations

import logging
import os
import time
from typing import TYPE_CHECKING, Any

from local.aws.emulator.eks import aws_auth, instances
from local.aws.emulator.eks.state import Cluster, Document, NodeGroup, now
from local.control_plane import ApiError
from local.control_plane.nodes import leave

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from local.aws.emulator.eks.core import Eks
    from local.aws.emulator.eks.state import Instance

LOG = logging.getLogger(__name__)
READY_SECONDS = float(os.environ.get("EMBEDDED_CLOUD_NODE_SECONDS", "90"))
"""How long nodes may take to become Ready; EKS waits about a quarter of an hour."""
_POLL_SECONDS = 0.2


def bring_up(eks: Eks, cluster: Cluster, group: NodeGroup) -> None:
    """Bring a new node group to its size; it is active when all its nodes are Ready, and fails otherwise."""
    failure: Document | None
    try:
        scale(eks, cluster, group)
        failure = _await_ready(eks, cluster, group.instances)
    except ApiError as error:
        failure = {"code": "ClusterUnreachable", "message": error.message, "resourceIds": []}
    with eks.lock:
        if group.document["status"] == "CREATING":
            group.document["health"] = {"issues": [failure] if failure else []}
            group.document["status"] = "CREATE_FAILED" if failure else "ACTIVE"


def scale(eks: Eks, cluster: Cluster, group: NodeGroup) -> None:
    """Launch or end instances until there are as many as desired; the newest go first."""
    api = eks.api(cluster)
    with eks.lock:
        desired = group.document["scalingConfig"]["desiredSize"]
        missing = desired - len(group.instances)
        group.instances.extend(instances.launch(cluster, group, max(0, missing)))
        surplus = group.instances[desired:]
        del group.instances[desired:]
    _join(api, cluster, group, group.instances)
    for instance in surplus:
        leave(api, instance.name)


def replace(eks: Eks, cluster: Cluster, group: NodeGroup, update: Document) -> None:
    """Carry out an update of the version: exchange all nodes for new ones, which come before the old ones go."""
    _carry_out(eks, cluster, group, update, _exchange)


def rescale(eks: Eks, cluster: Cluster, group: NodeGroup, update: Document) -> None:
    """Carry out an update of the configuration: size, labels and taints."""
    _carry_out(eks, cluster, group, update, _reconfigure)


def _carry_out(
    eks: Eks, cluster: Cluster, group: NodeGroup, update: Document, work: Callable[[Eks, Cluster, NodeGroup], None]
) -> None:
    errors: list[Document] = []
    try:
        work(eks, cluster, group)
    except ApiError as error:
        errors.append({"errorCode": "Unknown", "errorMessage": error.message, "resourceIds": []})
    with eks.lock:
        update.update(status="Failed" if errors else "Successful", errors=errors)
        group.document.update(status="DEGRADED" if errors else "ACTIVE", modifiedAt=now())


def _exchange(eks: Eks, cluster: Cluster, group: NodeGroup) -> None:
    api = eks.api(cluster)
    with eks.lock:
        old = list(group.instances)
        new = instances.launch(cluster, group, len(old))
        group.instances = new
    _join(api, cluster, group, new)
    _await_ready(eks, cluster, new)
    for instance in old:
        leave(api, instance.name)


def _reconfigure(eks: Eks, cluster: Cluster, group: NodeGroup) -> None:
    api = eks.api(cluster)
    scale(eks, cluster, group)
    removed: list[str] = group.document.pop("_removedLabels", [])
    for instance in group.instances:
        _refresh(api, group, instance, removed)
    _await_ready(eks, cluster, group.instances)


def take_down(eks: Eks, cluster: Cluster, group: NodeGroup) -> None:
    """Drain and end all nodes of a node group that is being deleted, and forget it."""
    plane = eks.control_planes.get(cluster.key)
    for instance in list(group.instances):
        if plane is not None:
            _leave(plane.api, instance)
        group.instances.remove(instance)
    with eks.lock:
        cluster.node_groups.pop(group.document["nodegroupName"], None)


def _leave(api: Any, instance: Instance) -> None:
    try:
        leave(api, instance.name)
    except ApiError as error:  # an instance ends whether or not its cluster can be told
        LOG.warning("node %s cannot be drained: %s", instance.name, error.message)


def _join(api: Any, cluster: Cluster, group: NodeGroup, joining: Iterable[Instance]) -> None:
    """Join instances, if the cluster knows their role; without, they stay outside as they would in EKS."""
    if not knows_role(api, cluster, group.document["nodeRole"]):
        return
    for instance in joining:
        try:
            instances.register(api, cluster, group, instance)
        except ApiError as error:
            if error.reason != "AlreadyExists":
                raise
    instances.connect(api, cluster)


def knows_role(api: Any, cluster: Cluster, arn: str) -> bool:
    """Say whether nodes with this role may come in."""
    if arn in cluster.entries:
        return True
    account, name = arn.split(":")[4], arn.rsplit("/", 1)[1]
    return cluster.mode != "API" and aws_auth.maps_role(api, account, name)


def _await_ready(eks: Eks, cluster: Cluster, waiting: Iterable[Instance]) -> Document | None:
    """Wait until nodes are Ready; gives the health issue if some are not after the longest time."""
    missing = {instance.name: instance.instance_id for instance in waiting}
    api = eks.api(cluster)
    deadline = time.monotonic() + READY_SECONDS
    joined: set[str] = set()
    while missing and time.monotonic() < deadline:
        nodes: list[Document] = api.list("/api/v1/nodes")
        joined = {node["metadata"]["name"] for node in nodes}
        for node in nodes:
            if _is_ready(node):
                missing.pop(node["metadata"]["name"], None)
        if missing:
            eks.background.pause(_POLL_SECONDS)
    if not missing:
        return None
    outside = not joined & set(missing)
    message = (
        "Instances failed to join the kubernetes cluster" if outside else "Unhealthy nodes in the kubernetes cluster"
    )
    return {"code": "NodeCreationFailure", "message": message, "resourceIds": sorted(missing.values())}


def _is_ready(node: Document) -> bool:
    conditions: list[Document] = node.get("status", {}).get("conditions", [])
    return any(c["type"] == "Ready" and c["status"] == "True" for c in conditions)


def _refresh(api: Any, group: NodeGroup, instance: Instance, removed: Iterable[str]) -> None:
    """Bring labels and taints of a node up to the node group's."""
    path = f"/api/v1/nodes/{instance.name}"
    document = group.document
    gone: dict[str, None] = dict.fromkeys(removed)
    api.patch(path, {"metadata": {"labels": {**gone, **document["labels"]}}})
    ours = {taint["key"] for taint in document["taints"] or ()} | set(document.get("_removedTaints", ()))
    kept = [t for t in api.get(path)["spec"].get("taints", []) if t["key"] not in ours]
    api.patch(path, {"spec": {"taints": [*kept, *(instances.taint(t) for t in document["taints"] or ())]}})
