"""What runs in a cluster: node groups and add-ons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from local.aws.providers.aws.rows import Action, AutoName, Call, Read, Row, Wait, Work
from local.aws.providers.aws.tables.eks import OF_CLUSTER, settle, tagging

if TYPE_CHECKING:
    from collections.abc import Mapping

_OF_NODE_GROUP: Final = {**OF_CLUSTER, "nodegroupName": "{nodeGroupName}"}
_OF_FARGATE_PROFILE: Final = {**OF_CLUSTER, "fargateProfileName": "{fargateProfileName}"}
_OF_ADDON: Final = {**OF_CLUSTER, "addonName": "{addonName}"}


def change_placement(work: Work, olds: Mapping[str, Any], news: Mapping[str, Any]) -> None:
    """Change a node group's labels and taints: EKS wants what to set and what to remove."""
    old_labels: dict[str, str] = olds.get("labels") or {}
    new_labels: dict[str, str] = news.get("labels") or {}
    old_taints: list[dict[str, str]] = olds.get("taints") or []
    new_taints: list[dict[str, str]] = news.get("taints") or []
    kept = {(each["key"], each["effect"]) for each in new_taints}
    labels = {
        "addOrUpdateLabels": {key: value for key, value in new_labels.items() if old_labels.get(key) != value},
        "removeLabels": sorted(old_labels.keys() - new_labels.keys()),
    }
    taints = {
        "addOrUpdateTaints": [each for each in new_taints if each not in old_taints],
        "removeTaints": [each for each in old_taints if (each["key"], each["effect"]) not in kept],
    }
    parts: dict[str, dict[str, Any]] = {"labels": labels, "taints": taints}
    said = {name: {key: value for key, value in part.items() if value} for name, part in parts.items()}
    place = {"clusterName": work.values["clusterName"], "nodegroupName": work.values["nodeGroupName"]}
    changes = {name: part for name, part in said.items() if part}
    if changes:
        settle(work, work.api("UpdateNodegroupConfig", **place, **changes))


NODE_GROUP: Final = Row(
    type="aws:eks/nodeGroup:NodeGroup",
    service="eks",
    create=Call(operation="CreateNodegroup"),
    id="{clusterName}:{nodeGroupName}",
    reads=(Read(operation="DescribeNodegroup", request=_OF_NODE_GROUP, path="nodegroup"),),
    updates=(
        Call(
            operation="UpdateNodegroupVersion",
            request={**_OF_NODE_GROUP, "force": "{forceUpdateVersion?}"},
        ),
        Call(
            operation="UpdateNodegroupConfig",
            request=_OF_NODE_GROUP,
            only=frozenset({"nodeRepairConfig", "scalingConfig", "updateConfig"}),
        ),
        Action(covers=frozenset({"labels", "taints"}), run=change_placement),
    ),
    delete=Call(operation="DeleteNodegroup", request=_OF_NODE_GROUP),
    names={"nodeRoleArn": "nodeRole", "subnetIds": "subnets"},
    settings=frozenset({"forceUpdateVersion"}),
    replaces=frozenset({"launchTemplate.id", "launchTemplate.name"}),
    without=frozenset({"remoteAccess", "warmPoolConfig"}),
    ordered=frozenset({"instanceTypes"}),
    autoname=AutoName(name="nodeGroupName", limit=63, prefixed_by="nodeGroupNamePrefix"),
    tags=tagging("{arn}"),
    wait=Wait(
        status="status",
        ready=frozenset({"ACTIVE"}),
        degraded=frozenset({"DEGRADED"}),
        failed=frozenset({"CREATE_FAILED"}),
        reason="health.issues[].message",
    ),
    settle=settle,
)

ADDON: Final = Row(
    type="aws:eks/addon:Addon",
    service="eks",
    create=Call(operation="CreateAddon", request={"resolveConflicts": "{resolveConflictsOnCreate?}"}),
    id="{clusterName}:{addonName}",
    reads=(Read(operation="DescribeAddon", request=_OF_ADDON, path="addon"),),
    updates=(
        Call(
            operation="UpdateAddon",
            request={**_OF_ADDON, "resolveConflicts": "{resolveConflictsOnUpdate?}"},
        ),
    ),
    delete=Call(operation="DeleteAddon", request={**_OF_ADDON, "preserve": "{preserve?}"}),
    settings=frozenset({"preserve", "resolveConflictsOnCreate", "resolveConflictsOnUpdate"}),
    without=frozenset({"podIdentityAssociations"}),
    identity=frozenset({"addonName", "clusterName"}),
    tags=tagging("{arn}"),
    wait=Wait(
        status="status",
        ready=frozenset({"ACTIVE"}),
        degraded=frozenset({"DEGRADED", "UPDATE_FAILED"}),
        failed=frozenset({"CREATE_FAILED"}),
        reason="health.issues[].message",
    ),
    settle=settle,
)

FARGATE_PROFILE: Final = Row(
    type="aws:eks/fargateProfile:FargateProfile",
    service="eks",
    create=Call(operation="CreateFargateProfile"),
    id="{clusterName}:{fargateProfileName}",
    reads=(Read(operation="DescribeFargateProfile", request=_OF_FARGATE_PROFILE, path="fargateProfile"),),
    delete=Call(operation="DeleteFargateProfile", request=_OF_FARGATE_PROFILE),
    names={"subnetIds": "subnets"},
    autoname=AutoName(name="fargateProfileName", limit=100),
    tags=tagging("{arn}"),
    wait=Wait(
        status="status",
        ready=frozenset({"ACTIVE"}),
        failed=frozenset({"CREATE_FAILED", "DELETE_FAILED"}),
        reason="health.issues[].message",
    ),
)

ROWS: Final = (NODE_GROUP, ADDON, FARGATE_PROFILE)
