"""One run of a job: what was asked for, what it resolves to, and how far it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from local.aws.emulator.eks.state import ClusterKey

Document = dict[str, Any]
ENDED = ("COMPLETED", "FAILED", "CANCELLED")
"""The states that a job run does not leave."""


@dataclass
class JobRun:
    """A job run, as the API side keeps it and the cluster side works from it."""

    document: Document
    """The API's JobRun."""
    request: Document
    """StartJobRun's parameters as the caller gave them."""
    virtual_cluster_id: str
    """Id of the virtual cluster it runs in."""
    namespace: str
    """The Kubernetes namespace of that virtual cluster."""
    cluster: ClusterKey
    """The EKS cluster."""
    driver: Document
    """The jobDriver, with the job template's parameters filled in."""
    overrides: Document
    """The configurationOverrides, with the job template's parameters filled in; empty if none were given."""
    attempt: int = 1
    """Which attempt is under way: 1, then more if its retry policy allows."""
    submitted_at: datetime | None = None
    """When the Job of this attempt was made; None before."""
    started_at: datetime | None = None
    """When the driver of this attempt began to run; None before."""
    retry_at: datetime | None = None
    """When the next attempt begins; None while an attempt is under way."""
    last_failure: str = ""
    """Why the attempt before this one failed."""
    clean_up_at: datetime | None = None
    """When what it left in the cluster is taken away; None before its end, and after that was done."""

    @property
    def id(self) -> str:
        """The id, which is also the name of the Kubernetes Job."""
        return str(self.document["id"])

    @property
    def state(self) -> str:
        """The API's JobRunState."""
        return str(self.document["state"])

    @property
    def has_ended(self) -> bool:
        """Whether it has completed, failed or been cancelled."""
        return self.state in ENDED

    @property
    def account(self) -> str:
        """Twelve digits: the account of the cluster, and of the execution role."""
        return self.cluster.account

    @property
    def region(self) -> str:
        """The Region."""
        return self.cluster.region

    @property
    def execution_role_arn(self) -> str:
        """The role its pods act with."""
        return str(self.document["executionRoleArn"])

    @property
    def release_label(self) -> str:
        """The release as asked for, such as `emr-7.9.0-latest`."""
        return str(self.document["releaseLabel"])
