"""The heart of the emulated EKS: its clusters, their control planes, and the errors every operation shares."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from local.aws.emulator.eks.state import Cluster, ClusterKey
from local.aws.emulator.rest_json.errors import ServiceError

if TYPE_CHECKING:
    from local.aws.emulator.background import Background
    from local.aws.emulator.eks.control_planes import ControlPlaneLike, ControlPlanes
    from local.aws.emulator.rest_json.service import Call

INVALID = "InvalidParameterException"
REFUSED = "InvalidRequestException"
IN_USE = "ResourceInUseException"
NOT_FOUND = "ResourceNotFoundException"


class Eks:
    """Everything the operations work on."""

    def __init__(self, control_planes: ControlPlanes, background: Background) -> None:
        self.control_planes = control_planes
        self.background = background
        self.clusters: dict[ClusterKey, Cluster] = {}
        self.lock = threading.RLock()
        """Held while the state is checked and changed, never while a control plane is asked."""

    def cluster(self, call: Call, name: str) -> Cluster:
        """Find a cluster.

        Raises:
            ServiceError: ResourceNotFoundException.
        """
        found = self.clusters.get(ClusterKey(call.account, call.region, name))
        if found is None:
            raise ServiceError(NOT_FOUND, f"No cluster found for name: {name}.", clusterName=name)
        return found

    def active(self, call: Call, name: str) -> Cluster:
        """Find a cluster that can be worked on: past creation, not being deleted.

        Raises:
            ServiceError: ResourceNotFoundException, or InvalidRequestException while it is not active.
        """
        found = self.cluster(call, name)
        if found.status not in ("ACTIVE", "UPDATING"):
            message = f"Cluster '{name}' is not in ACTIVE status"
            raise ServiceError(REFUSED, message, clusterName=name)
        return found

    def api(self, cluster: Cluster) -> Any:
        """The administrator's client of a cluster's API server.

        Raises:
            ServiceError: ServerException, when its control plane does not run.
        """
        return self.plane(cluster).api

    def plane(self, cluster: Cluster) -> ControlPlaneLike:
        """The running control plane of a cluster.

        Raises:
            ServiceError: ServerException, when it does not run.
        """
        plane = self.control_planes.get(cluster.key)
        if plane is None:
            message = f"The control plane of cluster {cluster.key.name} does not run."
            raise ServiceError("ServerException", message, clusterName=cluster.key.name)
        return plane
