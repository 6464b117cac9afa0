"""Clusters; and what all rows of EKS share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from local.aws.providers.aws.failures import ProviderError
from local.aws.providers.aws.forms import is_list
from local.aws.providers.aws.rows import Action, AutoName, Call, Read, Row, Special, Tagging, Wait, Work

if TYPE_CHECKING:
    from collections.abc import Mapping

_LOG_TYPES: Final = ("api", "audit", "authenticator", "controllerManager", "scheduler")
_ENDPOINT: Final = ("endpointPrivateAccess", "endpointPublicAccess", "publicAccessCidrs")
_PLACEMENT: Final = ("subnetIds", "securityGroupIds")
OF_CLUSTER: Final = {"clusterName": "{clusterName}"}
"""The member that says which cluster something belongs to."""


def tagging(arn: str) -> Tagging:
    """Give how EKS tags what has the ARN."""
    return Tagging(tag="TagResource", untag="UntagResource", request={"resourceArn": arn})


def settle(work: Work, answer: dict[str, Any]) -> None:
    """Wait until an update is done: EKS takes one at a time."""
    update = answer.get("update")
    if update is None:
        return
    place = {"name": work.values.get("clusterName") or work.id}
    if "nodeGroupName" in work.values:
        place["nodegroupName"] = work.values["nodeGroupName"]
    if "addonName" in work.values:
        place["addonName"] = work.values["addonName"]
    while update["status"] == "InProgress":
        work.pause()
        update = work.api("DescribeUpdate", updateId=update["id"], **place)["update"]
    if update["status"] != "Successful":
        reasons = "; ".join(f"{each['errorCode']}: {each['errorMessage']}" for each in update.get("errors", []))
        raise ProviderError(f"the update {update['type']} became {update['status']}: {reasons}")


def log_types_to_api(types: list[str]) -> dict[str, Any]:
    """Give the logging member for the types that are to be logged; all others are not."""
    off = [each for each in _LOG_TYPES if each not in types]
    setups = ((list(types), True), (off, False))
    return {"logging": {"clusterLogging": [{"types": each, "enabled": on} for each, on in setups if each]}}


def log_types_from_api(live: dict[str, Any]) -> list[str]:
    """Give the types that are logged."""
    setups = live.get("logging", {}).get("clusterLogging", [])
    return [name for setup in setups if setup.get("enabled") for name in setup["types"]]


def change_network(work: Work, olds: Mapping[str, Any], news: Mapping[str, Any]) -> None:
    """Change who reaches a cluster's endpoint, and where its interfaces are: EKS takes these one after the other."""
    old: dict[str, Any] = olds.get("vpcConfig") or {}
    new: dict[str, Any] = news.get("vpcConfig") or {}
    for names in (_ENDPOINT, _PLACEMENT):
        said = {name: new[name] for name in names if name in new}
        if any(_differ(old.get(name), value) for name, value in said.items()):
            settle(work, work.api("UpdateClusterConfig", name=work.id, resourcesVpcConfig=said))


def _differ(old: Any, new: Any) -> bool:
    return set(old or ()) != set(new) if is_list(new) else old != new


def change_access(work: Work, olds: Mapping[str, Any], news: Mapping[str, Any]) -> None:
    """Change a cluster's authentication mode; the rest of its access configuration is for its creation."""
    del olds
    wanted: dict[str, Any] = news.get("accessConfig") or {}
    mode = wanted.get("authenticationMode")
    if mode:
        answer = work.api("UpdateClusterConfig", name=work.id, accessConfig={"authenticationMode": mode})
        settle(work, answer)


CLUSTER: Final = Row(
    type="aws:eks/cluster:Cluster",
    service="eks",
    create=Call(operation="CreateCluster"),
    id="{name}",
    reads=(Read(operation="DescribeCluster", request={"name": "{id}"}, path="cluster"),),
    updates=(
        Call(
            operation="UpdateClusterVersion",
            request={"name": "{id}", "force": "{forceUpdateVersion?}"},
            only=frozenset({"version"}),
        ),
        Action(covers=frozenset({"vpcConfig"}), run=change_network),
        Action(covers=frozenset({"accessConfig"}), run=change_access),
        Call(
            operation="UpdateClusterConfig",
            request={"name": "{id}"},
            each=True,
            only=frozenset({"deletionProtection", "enabledClusterLogTypes", "upgradePolicy", "zonalShiftConfig"}),
        ),
    ),
    delete=Call(operation="DeleteCluster", request={"name": "{id}"}),
    names={"vpcConfig": "resourcesVpcConfig"},
    specials={
        "enabledClusterLogTypes": Special(
            members=("logging",),
            to_api=log_types_to_api,
            from_api=log_types_from_api,
        ),
    },
    defaults={"bootstrapSelfManagedAddons": True},
    settings=frozenset({"forceUpdateVersion"}),
    unread=frozenset({"bootstrapSelfManagedAddons"}),
    replaces=frozenset({"accessConfig.bootstrapClusterCreatorAdminPermissions"}),
    without=frozenset(
        {
            "computeConfig",
            "controlPlaneScalingConfig",
            "kubeApiServerConfig",
            "kubeControllerManagerConfig",
            "kubeSchedulerConfig",
            "outpostConfig",
            "remoteNetworkConfig",
            "storageConfig",
        },
    ),
    autoname=AutoName(limit=100),
    tags=tagging("{arn}"),
    wait=Wait(
        status="status",
        ready=frozenset({"ACTIVE"}),
        failed=frozenset({"FAILED"}),
        reason="health.issues[].message",
    ),
    settle=settle,
)

ROWS: Final = (CLUSTER,)
