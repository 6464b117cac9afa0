"""What the emulated EMR on EKS remembers."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local.aws.emulator.rest_json.errors import ServiceError

if TYPE_CHECKING:
    from local.aws.emulator.background import Background
    from local.aws.emulator.eks.core import Eks
    from local.aws.emulator.eks.state import ClusterKey
    from local.aws.emulator.rest_json.service import Call

Document = dict[str, Any]
INVALID = "ValidationException"
NOT_FOUND = "ResourceNotFoundException"
LIVE = ("RUNNING", "TERMINATING", "ARRESTED")
"""States in which a virtual cluster holds its namespace and may be tagged."""


@dataclass
class VirtualCluster:
    """One registered namespace."""

    document: Document
    """The API's VirtualCluster."""
    cluster: ClusterKey
    """The EKS cluster."""
    access_entry: bool
    """Whether EMR comes in by an access entry of its own making (eksAccessEntryIntegrated)."""
    request: Document
    """The parameters it was created with; a retry must bring the same."""

    @property
    def namespace(self) -> str:
        """The namespace it stands for."""
        return str(self.document["containerProvider"]["info"]["eksInfo"]["namespace"])

    @property
    def state(self) -> str:
        """The API's VirtualClusterState."""
        return str(self.document["state"])


class EmrContainers:
    """Everything the operations work on."""

    def __init__(self, eks: Eks, background: Background) -> None:
        self.eks = eks
        self.background = background
        self.virtual_clusters: dict[str, VirtualCluster] = {}
        """By id; terminated ones stay listed."""
        self.registering: set[tuple[ClusterKey, str]] = set()
        """Namespaces that a CreateVirtualCluster is at work on."""
        self.lock = threading.RLock()
        """Held while the state is checked and changed, never while a control plane is asked."""

    def virtual_cluster(self, call: Call, cluster_id: str, code: str = NOT_FOUND) -> VirtualCluster:
        """Find a virtual cluster.

        Raises:
            ServiceError: with this code, in EMR's words.
        """
        found = self.virtual_clusters.get(cluster_id)
        if found is None or found.cluster[:2] != (call.account, call.region):
            raise ServiceError(code, f"Virtual cluster {cluster_id} doesn't exist.")
        return found
