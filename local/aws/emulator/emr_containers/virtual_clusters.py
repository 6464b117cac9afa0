"""The operations on virtual clusters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.aws.emulator.eks.state import ClusterKey, now
from local.aws.emulator.emr_containers import access, job_scheduler, tags
from local.aws.emulator.emr_containers.state import INVALID, LIVE, EmrContainers, VirtualCluster, new_id
from local.aws.emulator.pages import page
from local.aws.emulator.rest_json.errors import ServiceError

if TYPE_CHECKING:
    from local.aws.emulator.eks.state import Cluster
    from local.aws.emulator.emr_containers.state import Document
    from local.aws.emulator.rest_json.service import Call

TERMINATION_SECONDS = 0.2
"""How long a virtual cluster is TERMINATING when nothing runs in it."""
JOB_POLL_SECONDS = 1.0
"""How often a virtual cluster that is being deleted looks whether job runs are left."""
_ID_LENGTH = 25


def create(emr: EmrContainers, call: Call, params: dict[str, Any]) -> Document:
    """CreateVirtualCluster: refused unless EMR may do in the namespace what its jobs need."""
    retried = _retried(emr, call, params)
    if retried is not None:
        return _created(retried)
    tags.check(params.get("tags", {}))
    provider = params["containerProvider"]
    namespace = provider.get("info", {}).get("eksInfo", {}).get("namespace")
    if namespace is None:
        raise ServiceError(INVALID, "containerProvider.info.eksInfo.namespace must be given.")
    cluster = _cluster(emr, call, provider["id"])
    access.ensure_role(call)
    integrated = access.may_make_entry(call, cluster, namespace)
    virtual_cluster = VirtualCluster(
        document=_document(call, params), cluster=cluster.key, access_entry=integrated, request=params
    )
    place = (cluster.key, namespace)
    with emr.lock:
        if place in emr.registering or any((v.cluster, v.namespace) == place for v in _live(emr)):
            raise ServiceError(INVALID, "A virtual cluster already exists in the given namespace")
        emr.registering.add(place)
    try:
        _let_in(emr, cluster, virtual_cluster)
        emr.virtual_clusters[virtual_cluster.document["id"]] = virtual_cluster
    finally:
        emr.registering.discard(place)
    return _created(virtual_cluster)


def _let_in(emr: EmrContainers, cluster: Cluster, virtual_cluster: VirtualCluster) -> None:
    """Make EMR's own access entry if it can, then see that EMR may work in the namespace."""
    namespace = virtual_cluster.namespace
    if virtual_cluster.access_entry:
        access.make_entry(emr.eks, cluster, namespace)
    try:
        refusal = access.refusal(emr.eks, cluster, namespace)
    except ServiceError as error:
        refusal = error.message
    if refusal:
        if virtual_cluster.access_entry:
            access.leave_entry(emr.eks, cluster, namespace)
        raise ServiceError(INVALID, refusal)


def describe(emr: EmrContainers, call: Call, params: dict[str, Any]) -> Document:
    """DescribeVirtualCluster."""
    return {"virtualCluster": emr.virtual_cluster(call, params["id"]).document}


def list_all(emr: EmrContainers, call: Call, params: dict[str, Any]) -> Document:
    """ListVirtualClusters: also terminated ones, unless states say otherwise."""
    found = [
        v.document
        for v in list(emr.virtual_clusters.values())
        if v.cluster[:2] == (call.account, call.region) and _is_asked_for(v, params)
    ]
    found.sort(key=lambda document: document["createdAt"], reverse=True)
    return page(found, params, "virtualClusters", invalid=INVALID)


def _is_asked_for(virtual_cluster: VirtualCluster, params: dict[str, Any]) -> bool:
    document = virtual_cluster.document
    created = document["createdAt"]
    return (
        params.get("containerProviderId", document["containerProvider"]["id"]) == document["containerProvider"]["id"]
        and document["state"] in params.get("states", [document["state"]])
        and params.get("createdAfter", created) <= created <= params.get("createdBefore", created)
        and params.get("eksAccessEntryIntegrated", virtual_cluster.access_entry) == virtual_cluster.access_entry
    )


def update(emr: EmrContainers, call: Call, params: dict[str, Any]) -> Document:
    """UpdateVirtualCluster: its limits for the scheduler."""
    found = emr.virtual_cluster(call, params["id"])
    if found.state != "RUNNING":
        raise ServiceError(INVALID, f"Virtual cluster state {found.state} is not valid to update.")
    if "schedulerConfiguration" in params:
        found.document["schedulerConfiguration"] = params["schedulerConfiguration"]
    return {"virtualCluster": found.document}


def delete(emr: EmrContainers, call: Call, params: dict[str, Any]) -> Document:
    """DeleteVirtualCluster: TERMINATING, then TERMINATED; ARRESTED if EMR has lost its access."""
    found = emr.virtual_cluster(call, params["id"], INVALID)
    with emr.lock:
        if found.state == "TERMINATED":
            raise ServiceError(INVALID, f"Virtual cluster {params['id']} is already in state TERMINATED.")
        found.document["state"] = "TERMINATING"
    emr.background.start(f"termination of {params['id']}", terminate, emr, found)
    return {"id": params["id"]}


def terminate(emr: EmrContainers, virtual_cluster: VirtualCluster) -> None:
    """Bring a virtual cluster that is being deleted to its end: its job runs go on, and it waits for them."""
    emr.background.pause(TERMINATION_SECONDS)
    while job_scheduler.live(emr, virtual_cluster) or job_scheduler.clean_up(emr, virtual_cluster):
        emr.background.pause(JOB_POLL_SECONDS)
    cluster = emr.eks.clusters.get(virtual_cluster.cluster)
    if cluster is not None and cluster.status in ("ACTIVE", "UPDATING"):
        if not _has_access(emr, cluster, virtual_cluster.namespace):
            virtual_cluster.document["state"] = "ARRESTED"
            return
        if virtual_cluster.access_entry:
            access.leave_entry(emr.eks, cluster, virtual_cluster.namespace)
    with emr.lock:
        virtual_cluster.document.update(state="TERMINATED", tags={})


def _has_access(emr: EmrContainers, cluster: Cluster, namespace: str) -> bool:
    try:
        return access.refusal(emr.eks, cluster, namespace) is None
    except ServiceError:
        return False


def list_endpoints(emr: EmrContainers, call: Call, params: dict[str, Any]) -> Document:
    """ListManagedEndpoints: there are none, since none can be made."""
    emr.virtual_cluster(call, params["virtualClusterId"], INVALID)
    return {"endpoints": []}


def _live(emr: EmrContainers) -> list[VirtualCluster]:
    return [v for v in emr.virtual_clusters.values() if v.state in LIVE]


def _retried(emr: EmrContainers, call: Call, params: dict[str, Any]) -> VirtualCluster | None:
    """The virtual cluster that an earlier try of the same request made."""
    for found in list(emr.virtual_clusters.values()):
        same_place = found.cluster[:2] == (call.account, call.region)
        if same_place and found.request["clientToken"] == params["clientToken"]:
            if found.request != params:
                raise ServiceError(INVALID, "The client token was used before, with other parameters.")
            return found
    return None


def _cluster(emr: EmrContainers, call: Call, name: str) -> Cluster:
    found = emr.eks.clusters.get(ClusterKey(call.account, call.region, name))
    if found is None:
        raise ServiceError(INVALID, f"Cluster {name} does not exist.")
    if found.status not in ("ACTIVE", "UPDATING"):
        raise ServiceError(INVALID, f"Cluster {name} is currently not reachable.")
    return found


def _document(call: Call, params: dict[str, Any]) -> Document:
    cluster_id = new_id(_ID_LENGTH)
    return {
        "id": cluster_id,
        "name": params["name"],
        "arn": f"arn:aws:emr-containers:{call.region}:{call.account}:/virtualclusters/{cluster_id}",
        "state": "RUNNING",
        "containerProvider": params["containerProvider"],
        "createdAt": now(),
        "tags": dict(params.get("tags", {})),
        "sessionEnabled": params.get("sessionEnabled"),
        "schedulerConfiguration": params.get("schedulerConfiguration"),
    }


def _created(virtual_cluster: VirtualCluster) -> Document:
    return {name: virtual_cluster.document[name] for name in ("id", "name", "arn")}
