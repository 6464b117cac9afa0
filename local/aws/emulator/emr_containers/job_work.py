"""What looking after job runs needs of others: the cluster side, and the Spark they run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from local.aws.emulator.background import Background
    from local.aws.emulator.emr_containers.job_run import JobRun
    from local.aws.emulator.emr_containers.workload import Observation


class Workload(Protocol):
    """The cluster side of job runs; `api` is a client as user `emr-containers`. All raise ApiError."""

    def submit(self, api: Any, job: JobRun, /) -> None:
        """Make all that a job run needs in its namespace; raises WorkloadRefused."""

    def observe(self, api: Any, job: JobRun, /) -> Observation:
        """Say how it stands."""
        ...

    def remove(self, api: Any, job: JobRun, /) -> bool:
        """Ask for the removal of all that a job run made; True once nothing is left."""
        ...


class SparkLike(Protocol):
    """The Spark that job runs run."""

    def ready(self, background: Background, since: datetime, /) -> bool:
        """Whether it is there; begins to fetch it otherwise.

        Raises:
            SparkUnavailable: it could not be fetched after `since`; the message says why, for a person.
        """
        ...
