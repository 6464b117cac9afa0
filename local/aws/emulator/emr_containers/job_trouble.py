"""What becomes of a job run when its cluster refuses, is gone, or does not answer."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from local.aws.emulator.emr_containers import job_states, job_words
from local.aws.emulator.rest_json.errors import ServiceError

if TYPE_CHECKING:
    from local.aws.emulator.eks.state import Cluster
    from local.aws.emulator.emr_containers.job_run import JobRun
    from local.aws.emulator.emr_containers.job_words import Failure
    from local.aws.emulator.emr_containers.state import EmrContainers
    from local.control_plane import ApiError

LOG = logging.getLogger(__name__)
PATIENCE_SECONDS = 60.0
"""How long a cluster may be without an answer before its job runs fail. Our own choice."""
_GONE = "ClusterGone"
_UNAUTHENTICATED, _FORBIDDEN, _NOT_FOUND, _TOO_MANY, _SERVER = 401, 403, 404, 429, 500


class Trouble:
    """The trouble that the job runs of a virtual cluster are in."""

    def __init__(self, emr: EmrContainers) -> None:
        self._emr = emr
        self._since: dict[str, float] = {}

    def cluster(self, job: JobRun) -> Cluster:
        """The cluster of a job run.

        Raises:
            ServiceError: it is gone.
        """
        found = self._emr.eks.clusters.get(job.cluster)
        if found is None or found.status == "DELETING":
            raise ServiceError(_GONE, job.cluster.name)
        return found

    def over(self, job: JobRun) -> None:
        """The cluster answers."""
        self._since.pop(job.id, None)

    def met(self, job: JobRun, error: ApiError | ServiceError) -> None:
        """End the job run, if the trouble is of a kind that lasts or has lasted."""
        failure = self._failure(job, error)
        if failure is None:
            return
        LOG.warning("job run %s: %s", job.id, error)
        self.over(job)
        if job.has_ended:
            job.clean_up_at = None  # nobody can clean up there
        elif job.state == "CANCEL_PENDING" and _left_nothing(error):
            job_states.cancelled(self._emr, job)
        else:
            job_states.failed(self._emr, job, failure)

    def bug(self, job: JobRun) -> None:
        """End a job run after an error of the emulator's own."""
        if job.has_ended:
            job.clean_up_at = None
        else:
            job_states.failed(self._emr, job, job_words.internal(submitted=job.submitted_at is not None))

    def _failure(self, job: JobRun, error: ApiError | ServiceError) -> Failure | None:
        submitted, name = job.submitted_at is not None, job.cluster.name
        if isinstance(error, ServiceError):
            if error.code == _GONE:
                return job_words.no_cluster(name, submitted=submitted)
        elif error.status in (_UNAUTHENTICATED, _FORBIDDEN):
            return job_words.no_permission(name, submitted=submitted)
        elif error.status == _NOT_FOUND:
            return job_words.no_namespace(job.namespace, submitted=submitted)
        elif error.status and error.status < _SERVER and error.status != _TOO_MANY:
            return job_words.internal(submitted=submitted)
        if time.monotonic() - self._since.setdefault(job.id, time.monotonic()) < PATIENCE_SECONDS:
            return None
        return job_words.unreachable(name, submitted=submitted)


def _left_nothing(error: ApiError | ServiceError) -> bool:
    return error.code == _GONE if isinstance(error, ServiceError) else error.status == _NOT_FOUND
