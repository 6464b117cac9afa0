"""The operations on managed node groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.aws.emulator.eks import (
    access_entries,
    aws_auth,
    launch_templates,
    node_group_document,
    node_lifecycle,
    updates,
)
from local.aws.emulator.eks.core import IN_USE, INVALID, NOT_FOUND, Eks
from local.aws.emulator.eks.state import Cluster, Document, NodeGroup
from local.aws.emulator.pages import page
from local.aws.emulator.rest_json.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.aws.emulator.rest_json.service import Call


def create(eks: Eks, call: Call, params: dict[str, Any]) -> Document:
    """CreateNodegroup: answers at once; the nodes come behind it."""
    cluster = eks.active(call, params["clusterName"])
    name = params["nodegroupName"]
    with eks.lock:
        if name in cluster.node_groups:
            message = f"NodeGroup already exists with name {name} and cluster name {cluster.key.name}"
            raise ServiceError(IN_USE, message, clusterName=cluster.key.name, nodegroupName=name)
        group = NodeGroup(document=node_group_document.build(cluster, params))
        cluster.node_groups[name] = group
    _admit_nodes(eks, cluster, group.document["nodeRole"])
    answer = {"nodegroup": dict(group.document)}
    eks.background.start(f"creation of node group {name}", node_lifecycle.bring_up, eks, cluster, group)
    return answer


def _admit_nodes(eks: Eks, cluster: Cluster, role: str) -> None:
    """Let the nodes' role in, as EKS does for managed node groups: by an entry, or by aws-auth."""
    if cluster.mode == "CONFIG_MAP":
        aws_auth.add_node_role(eks.api(cluster), role)
    elif role not in cluster.entries:
        access_entries.add(eks, cluster, role, "EC2_LINUX", {})


def describe(eks: Eks, call: Call, params: dict[str, Any]) -> Document:
    """DescribeNodegroup."""
    return {"nodegroup": _find(eks, call, params)[1].document}


def list_all(eks: Eks, call: Call, params: dict[str, Any]) -> Document:
    """ListNodegroups."""
    return page(sorted(eks.cluster(call, params["clusterName"]).node_groups), params, "nodegroups", invalid=INVALID)


def update_config(eks: Eks, call: Call, params: dict[str, Any]) -> Document:
    """UpdateNodegroupConfig: sizes, labels, taints."""
    cluster, group = _find(eks, call, params)
    document = group.document
    shown: dict[str, Any] = {}
    scaling = document["scalingConfig"] | params.get("scalingConfig", {})
    node_group_document.check_scaling(scaling, cluster)
    for member, name in (("minSize", "MinSize"), ("maxSize", "MaxSize"), ("desiredSize", "DesiredSize")):
        if scaling[member] != document["scalingConfig"][member]:
            shown[name] = str(scaling[member])
    labels, taints = params.get("labels", {}), params.get("taints", {})
    added, removed = labels.get("addOrUpdateLabels", {}), labels.get("removeLabels", [])
    gone = {t["key"] for t in taints.get("removeTaints", [])}
    set_anew = taints.get("addOrUpdateTaints", [])
    changed = gone | {t["key"] for t in set_anew}

    def apply() -> None:
        document["scalingConfig"] = scaling
        document["labels"] = {k: v for k, v in (document["labels"] | added).items() if k not in removed}
        old: list[Document] = document["taints"] or []
        document["taints"] = [t for t in old if t["key"] not in changed] + set_anew
        document["_removedLabels"], document["_removedTaints"] = list(removed), sorted(gone)
        for member in ("updateConfig", "nodeRepairConfig"):
            document[member] = params.get(member, document[member])

    shown |= {"LabelsToAdd": added} if added else {}
    shown |= {"LabelsToRemove": removed} if removed else {}
    shown |= {"TaintsToAdd": set_anew} if set_anew else {}
    shown |= {"TaintsToRemove": sorted(gone)} if gone else {}
    return _begin(eks, cluster, group, ("ConfigUpdate", shown), apply=apply, work=node_lifecycle.rescale)


def update_version(eks: Eks, call: Call, params: dict[str, Any]) -> Document:
    """UpdateNodegroupVersion: another image or launch template, so all nodes are exchanged."""
    cluster, group = _find(eks, call, params)
    document = group.document
    new: Document = {}
    shown: dict[str, Any] = {}
    if "launchTemplate" in params:
        new["launchTemplate"], data = launch_templates.resolve(cluster.key, params["launchTemplate"])
        if document.get("launchTemplate", {}).get("id") != new["launchTemplate"]["id"]:
            message = "The launch template of a node group cannot be changed to another, only its version"
            raise ServiceError(INVALID, message, nodegroupName=document["nodegroupName"])
        new["_instanceType"] = data.get("InstanceType")
        shown["LaunchTemplateVersion"] = new["launchTemplate"]["version"]
    if "version" in params or not new:
        new["version"] = params.get("version", cluster.document["version"])
        new["releaseVersion"] = params.get("releaseVersion", node_group_document.release(new["version"]))
        shown |= {"Version": new["version"], "ReleaseVersion": new["releaseVersion"]}
    return _begin(
        eks, cluster, group, ("VersionUpdate", shown), apply=lambda: document.update(new), work=node_lifecycle.replace
    )


def delete(eks: Eks, call: Call, params: dict[str, Any]) -> Document:
    """DeleteNodegroup: its nodes are drained."""
    cluster, group = _find(eks, call, params)
    name = group.document["nodegroupName"]
    with eks.lock:
        if group.document["status"] == "UPDATING":
            message = f"Nodegroup {name} currently has an update in progress"
            raise ServiceError(IN_USE, message, clusterName=cluster.key.name, nodegroupName=name)
        group.document["status"] = "DELETING"
    eks.background.start(f"deletion of node group {name}", node_lifecycle.take_down, eks, cluster, group)
    return {"nodegroup": dict(group.document)}


def _begin(
    eks: Eks,
    cluster: Cluster,
    group: NodeGroup,
    what: tuple[str, dict[str, Any]],
    *,
    apply: Callable[[], None],
    work: Callable[[Eks, Cluster, NodeGroup, Document], None],
) -> Document:
    name = group.document["nodegroupName"]
    with eks.lock:
        if group.document["status"] not in ("ACTIVE", "CREATE_FAILED", "DEGRADED"):
            message = f"Nodegroup {name} is in status {group.document['status']}, not ACTIVE"
            raise ServiceError(IN_USE, message, clusterName=cluster.key.name, nodegroupName=name)
        update = updates.new(*what, nodegroupName=name)
        cluster.updates[update["id"]] = update
        group.document["status"] = "UPDATING"
        apply()
    eks.background.start(f"update of node group {name}", work, eks, cluster, group, update)
    return {"update": dict(update)}


def _find(eks: Eks, call: Call, params: dict[str, Any]) -> tuple[Cluster, NodeGroup]:
    cluster = eks.cluster(call, params["clusterName"])
    name = params["nodegroupName"]
    group = cluster.node_groups.get(name)
    if group is None:
        message = f"No node group found for name: {name}."
        raise ServiceError(NOT_FOUND, message, clusterName=cluster.key.name, nodegroupName=name)
    return cluster, group
