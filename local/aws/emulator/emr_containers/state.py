"""What the emulated EMR on EKS remembers."""

from __future__ import annotations

import secrets
import string
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local.aws.emulator.rest_json.errors import ServiceError

if TYPE_CHECKING:
    from local.aws.emulator.background import Background
    from local.aws.emulator.eks.core import Eks
    from local.aws.emulator.eks.state import ClusterKey
    from local.aws.emulator.emr_containers.job_run import JobRun
    from local.aws.emulator.emr_containers.job_work import SparkLike, Workload
    from local.aws.emulator.rest_json.service import Call

Document = dict[str, Any]
INVALID = "ValidationException"
NOT_FOUND = "ResourceNotFoundException"
LIVE = ("RUNNING", "TERMINATING", "ARRESTED")
"""States in which a virtual cluster holds its namespace and may be tagged."""
_ID_CHARACTERS = string.ascii_lowercase + string.digits


def new_id(length: int) -> str:
    """An identifier as EMR's are: small letters and digits."""
    return "".join(secrets.choice(_ID_CHARACTERS) for _ in range(length))


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


@dataclass
class JobTemplate:
    """Values of StartJobRun that are kept for many runs."""

    document: Document
    """The API's JobTemplate."""
    account: str
    """Twelve digits."""
    region: str
    """The Region it was made in."""
    request: Document
    """The parameters it was created with; a retry must bring the same."""


class EmrContainers:
    """Everything the operations work on."""

    def __init__(self, eks: Eks, background: Background, workload: Workload, spark: SparkLike) -> None:
        self.eks = eks
        self.background = background
        self.workload = workload
        """How a job run is put into a cluster, looked at and taken away."""
        self.spark = spark
        """The Spark that job runs run."""
        self.virtual_clusters: dict[str, VirtualCluster] = {}
        """By id; terminated ones stay listed."""
        self.job_runs: dict[str, JobRun] = {}
        """By id, ended ones too."""
        self.job_templates: dict[str, JobTemplate] = {}
        """By id."""
        self.watched: set[str] = set()
        """Ids of the virtual clusters whose job runs a thread looks after."""
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

    def job_run(self, call: Call, identifier: str, code: str = NOT_FOUND) -> JobRun:
        """Find a job run.

        Raises:
            ServiceError: with this code.
        """
        found = self.job_runs.get(identifier)
        if found is None or found.cluster[:2] != (call.account, call.region):
            raise ServiceError(code, f"Job run {identifier} doesn't exist.")
        return found

    def job_template(self, call: Call, identifier: str, code: str = NOT_FOUND) -> JobTemplate:
        """Find a job template.

        Raises:
            ServiceError: with this code.
        """
        found = self.job_templates.get(identifier)
        if found is None or (found.account, found.region) != (call.account, call.region):
            raise ServiceError(code, f"Job template {identifier} doesn't exist.")
        return found
