"""CreateCluster, DescribeCluster, ListClusters and DeleteCluster."""

from __future__ import annotations

import base64
import logging
from typing import TYPE_CHECKING, Any

from local.aws.emulator.eks import access_entries, addon_workloads, cluster_document, cluster_logs, network, roles
from local.aws.emulator.eks.core import IN_USE, INVALID, REFUSED, Eks
from local.aws.emulator.eks.state import Cluster, ClusterKey, Document
from local.aws.emulator.eks.tags import check_tags
from local.aws.emulator.pages import page
from local.aws.emulator.rest_json.errors import NotHandledError, ServiceError

if TYPE_CHECKING:
    from local.aws.emulator.rest_json.service import Call

LOG = logging.getLogger(__name__)


def create(eks: Eks, call: Call, params: dict[str, Any]) -> Document:
    """CreateCluster: answers at once; the control plane comes up behind it."""
    key = ClusterKey(call.account, call.region, params["name"])
    for option in ("computeConfig", "storageConfig"):
        if _enabled(params.get(option, {})):
            raise NotHandledError(f"eks:CreateCluster with {option} (Auto Mode)")
    existing = eks.clusters.get(key)
    if existing is not None:
        if existing.document["clientRequestToken"] == params.get("clientRequestToken"):
            return {"cluster": existing.document}
        raise ServiceError(IN_USE, f"Cluster already exists with name: {key.name}", clusterName=key.name)
    check_tags(params.get("tags", {}), INVALID)
    roles.check_cluster_role(params["roleArn"], key.name)
    document = cluster_document.build(key, params)
    cluster = Cluster(key=key, document=document, self_managed=params.get("bootstrapSelfManagedAddons", True))
    with eks.lock:
        if key in eks.clusters:
            raise ServiceError(IN_USE, f"Cluster already exists with name: {key.name}", clusterName=key.name)
        eks.clusters[key] = cluster
    vpc_config = document["resourcesVpcConfig"]
    vpc_config["clusterSecurityGroupId"] = network.make_cluster_security_group(key, vpc_config["vpcId"])
    if document["accessConfig"]["bootstrapClusterCreatorAdminPermissions"]:
        access_entries.admit_creator(cluster, call.caller)
    answer = {"cluster": document | {"resourcesVpcConfig": dict(vpc_config)}}
    eks.background.start(f"creation of {key.name}", bring_up, eks, cluster)
    return answer


def _enabled(option: Document) -> bool:
    return bool(option.get("enabled") or option.get("blockStorage", {}).get("enabled"))


def bring_up(eks: Eks, cluster: Cluster) -> None:
    """Start the control plane of a cluster that is being created, and make the cluster active."""
    try:
        cluster_logs.ensure_group(cluster)
        plane = eks.control_planes.start(cluster)
        if cluster.self_managed:
            for name in addon_workloads.SELF_MANAGED:
                addon_workloads.install(plane.api, name, {}, addon_workloads.Place.of(cluster))
    except Exception as error:
        LOG.exception("cluster %s does not come up", cluster.key.name)
        issue: Document = {"code": "InternalFailure", "message": str(error), "resourceIds": []}
        cluster.document["health"] = {"issues": [issue]}
        cluster.document["status"] = "FAILED"
        return
    authority = base64.b64encode(plane.certificate_authority.encode()).decode()
    with eks.lock:
        cluster.document["endpoint"] = plane.endpoint
        cluster.document["certificateAuthority"] = {"data": authority}
        cluster.document["status"] = "ACTIVE"


def describe(eks: Eks, call: Call, params: dict[str, Any]) -> Document:
    """DescribeCluster."""
    return {"cluster": eks.cluster(call, params["name"]).document}


def list_all(eks: Eks, call: Call, params: dict[str, Any]) -> Document:
    """ListClusters."""
    names = sorted(k.name for k in list(eks.clusters) if (k.account, k.region) == (call.account, call.region))
    return page(names, params, "clusters", invalid=INVALID)


def delete(eks: Eks, call: Call, params: dict[str, Any]) -> Document:
    """DeleteCluster: refused while it is protected, changing, or has node groups."""
    cluster = eks.cluster(call, params["name"])
    name = cluster.key.name
    with eks.lock:
        if cluster.document["deletionProtection"]:
            message = f"Cannot delete cluster {name} because deletion protection is enabled on it"
            raise ServiceError(REFUSED, message, clusterName=name)
        if cluster.status in ("CREATING", "UPDATING"):
            message = f"Cannot delete because cluster {name} currently has an update in progress"
            raise ServiceError(IN_USE, message, clusterName=name)
        if cluster.fargate_profiles:
            raise ServiceError(IN_USE, "Cluster has Fargate profiles attached", clusterName=name)
        if cluster.node_groups:
            raise ServiceError(IN_USE, "Cluster has nodegroups attached", clusterName=name)
        cluster.document["status"] = "DELETING"
    eks.background.start(f"deletion of {name}", take_down, eks, cluster)
    return {"cluster": dict(cluster.document)}


def take_down(eks: Eks, cluster: Cluster) -> None:
    """End the control plane of a cluster that is being deleted, and forget the cluster."""
    eks.control_planes.delete(cluster.key)
    network.delete_cluster_security_group(cluster)
    with eks.lock:
        eks.clusters.pop(cluster.key, None)
