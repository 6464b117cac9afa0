"""UpdateClusterConfig and UpdateClusterVersion."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.aws.emulator.eks import access_entries, cluster_document, cluster_logs, network, updates, versions
from local.aws.emulator.eks.core import INVALID, Eks
from local.aws.emulator.rest_json.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.aws.emulator.eks.state import Cluster, Document
    from local.aws.emulator.rest_json.service import Call

_MODES = ("CONFIG_MAP", "API_AND_CONFIG_MAP", "API")
_PARTS = ("resourcesVpcConfig", "logging", "accessConfig", "upgradePolicy", "zonalShiftConfig", "deletionProtection")


def update_config(eks: Eks, call: Call, params: dict[str, Any]) -> Document:
    """UpdateClusterConfig: one kind of change at a time."""
    cluster = eks.active(call, params["name"])
    asked = [part for part in _PARTS if part in params]
    if len(asked) != 1:
        message = "Only one type of update can be allowed." if asked else "No changes needed: nothing to update"
        raise ServiceError(INVALID, message, clusterName=cluster.key.name)
    return _CHANGES[asked[0]](eks, cluster, params[asked[0]])


def update_version(eks: Eks, call: Call, params: dict[str, Any]) -> Document:
    """UpdateClusterVersion: the next minor version. The API server itself stays what it is."""
    cluster = eks.active(call, params["name"])
    version = params["version"]
    versions.check_update(cluster.document["version"], version, cluster.key.name)
    platform = versions.platform(version)

    def apply() -> None:
        cluster.document.update(version=version, platformVersion=platform)

    return updates.begin(eks, cluster, "VersionUpdate", {"Version": version, "PlatformVersion": platform}, apply)


def _vpc(eks: Eks, cluster: Cluster, change: Document) -> Document:
    old = cluster.document["resourcesVpcConfig"]
    endpoint = {"endpointPublicAccess", "endpointPrivateAccess", "publicAccessCidrs"} & set(change)
    placement = {"subnetIds", "securityGroupIds"} & set(change)
    if endpoint and placement:
        raise ServiceError(INVALID, "Only one type of update can be allowed.", clusterName=cluster.key.name)
    new = cluster_document.vpc_config(old, change, cluster.key)
    if new == old:
        message = (
            "Cluster is already at the desired configuration with endpointPrivateAccess: "
            f"{str(old['endpointPrivateAccess']).lower()} , endpointPublicAccess: "
            f"{str(old['endpointPublicAccess']).lower()}, and Public Endpoint Restrictions: "
            f"[{', '.join(old['publicAccessCidrs'])}]"
        )
        raise ServiceError(INVALID, message, clusterName=cluster.key.name)
    params: dict[str, Any]
    if placement:
        if network.cluster_vpc(cluster.key, new["subnetIds"]) != old["vpcId"]:
            message = f"Provided subnets belong to another VPC than {old['vpcId']}"
            raise ServiceError(INVALID, message, clusterName=cluster.key.name)
        network.check_security_groups(cluster.key, new["securityGroupIds"], old["vpcId"])
        kind, params = "VpcConfigUpdate", {"Subnets": new["subnetIds"], "SecurityGroups": new["securityGroupIds"]}
    else:
        kind, params = (
            "EndpointAccessUpdate",
            {
                "EndpointPublicAccess": new["endpointPublicAccess"],
                "EndpointPrivateAccess": new["endpointPrivateAccess"],
                "PublicAccessCidrs": new["publicAccessCidrs"],
            },
        )
    return updates.begin(eks, cluster, kind, params, _set(cluster, "resourcesVpcConfig", new))


def _logging(eks: Eks, cluster: Cluster, change: Document) -> Document:
    setups = change.get("clusterLogging", [])
    new = cluster_document.logging(setups, cluster_document.enabled_logs(cluster.document))
    if new == cluster.document["logging"]:
        message = "No changes needed for the logging config provided"
        raise ServiceError(INVALID, message, clusterName=cluster.key.name)

    def apply() -> None:
        cluster.document["logging"] = new
        cluster_logs.ensure_group(cluster)

    return updates.begin(eks, cluster, "LoggingUpdate", {"ClusterLogging": new}, apply)


def _access(eks: Eks, cluster: Cluster, change: Document) -> Document:
    old, new = cluster.mode, change.get("authenticationMode", cluster.mode)
    if _MODES.index(new) != _MODES.index(old) + 1:
        message = f"Unsupported authentication mode update from {old} to {new}"
        raise ServiceError(INVALID, message, clusterName=cluster.key.name)

    def apply() -> None:
        cluster.document["accessConfig"]["authenticationMode"] = new
        access_entries.list_creator(cluster)

    return updates.begin(eks, cluster, "AccessConfigUpdate", {"AuthenticationMode": new}, apply)


def _whole(member: str, kind: str, param: str) -> Callable[[Eks, Cluster, Any], Document]:
    """A part that is replaced as a whole."""

    def update(eks: Eks, cluster: Cluster, new: Any) -> Document:
        if new == cluster.document[member]:
            message = f"No changes needed for the {member} provided"
            raise ServiceError(INVALID, message, clusterName=cluster.key.name)
        return updates.begin(eks, cluster, kind, {param: new}, _set(cluster, member, new))

    return update


def _set(cluster: Cluster, member: str, new: Any) -> Callable[[], None]:
    def apply() -> None:
        cluster.document[member] = new

    return apply


_CHANGES: dict[str, Callable[[Eks, Cluster, Any], Document]] = {
    "resourcesVpcConfig": _vpc,
    "logging": _logging,
    "accessConfig": _access,
    "upgradePolicy": _whole("upgradePolicy", "UpgradePolicyUpdate", "UpgradePolicy"),
    "zonalShiftConfig": _whole("zonalShiftConfig", "ZonalShiftConfigUpdate", "ZonalShiftConfig"),
    "deletionProtection": _whole("deletionProtection", "DeletionProtectionUpdate", "DeletionProtection"),
}
