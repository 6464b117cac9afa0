"""Looks after the job runs of a virtual cluster, in one thread for all of them.

Everything a thread knows is in the state: it can be begun again after a restart of the emulator.
"""

from __future__ import annotations

import logging
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from local.aws.emulator.background import StoppingError
from local.aws.emulator.eks.state import now
from local.aws.emulator.emr_containers import access, job_retries, job_scheduler, job_states, job_validation, job_words
from local.aws.emulator.emr_containers.job_trouble import Trouble
from local.aws.emulator.emr_containers.workload import WorkloadRefused
from local.aws.emulator.rest_json.errors import ServiceError
from local.control_plane import ApiError
from local.spark import SparkUnavailable

if TYPE_CHECKING:
    from local.aws.emulator.eks.state import ClusterKey
    from local.aws.emulator.emr_containers.job_run import JobRun
    from local.aws.emulator.emr_containers.state import EmrContainers

LOG = logging.getLogger(__name__)
LOOK_SECONDS = 1.0
"""How often a job run is looked at."""
TICK_SECONDS = 0.2
"""How soon a new job run is noticed."""
START_TIMEOUT_SECONDS = 900
"""How long a job run may be SUBMITTED if it does not say (job-start-timeout)."""
_TOKEN_SECONDS = 600  # of the 900 that a token of EMR's role is good for


def watch(emr: EmrContainers, virtual_cluster_id: str) -> None:
    """See to it that the job runs of a virtual cluster are looked after."""
    with emr.lock:
        if virtual_cluster_id in emr.watched:
            return
        emr.watched.add(virtual_cluster_id)
    emr.background.start(f"job runs of virtual cluster {virtual_cluster_id}", _Watcher(emr, virtual_cluster_id).run)


def resume(emr: EmrContainers) -> None:
    """Look after all job runs that are not done with, as after a restart."""
    for job in list(emr.job_runs.values()):
        if _is_unfinished(job):
            watch(emr, job.virtual_cluster_id)


def _is_unfinished(job: JobRun) -> bool:
    return not job.has_ended or job.clean_up_at is not None


class _Watcher:
    """The thread of one virtual cluster."""

    def __init__(self, emr: EmrContainers, virtual_cluster_id: str) -> None:
        self._emr = emr
        self._id = virtual_cluster_id
        self._clients: dict[ClusterKey, tuple[float, Any]] = {}
        self._looked: dict[str, float] = {}
        self._trouble = Trouble(emr)

    def run(self) -> None:
        """Work until no job run needs it."""
        while jobs := self._unfinished():
            for job in jobs:
                self._look_after(job)
            self._emr.background.pause(TICK_SECONDS)

    def _unfinished(self) -> list[JobRun]:
        with self._emr.lock:
            mine = [j for j in self._emr.job_runs.values() if j.virtual_cluster_id == self._id and _is_unfinished(j)]
            if not mine:
                self._emr.watched.discard(self._id)
        return sorted(mine, key=lambda job: (job.document["createdAt"], job.id))

    def _look_after(self, job: JobRun) -> None:
        try:
            self._advance(job)
            self._trouble.over(job)
        except StoppingError:
            raise
        except (ApiError, ServiceError) as error:
            self._clients.pop(job.cluster, None)
            self._trouble.met(job, error)
        except Exception:
            LOG.exception("job run %s", job.id)
            self._trouble.bug(job)

    def _advance(self, job: JobRun) -> None:
        if job.state == "PENDING":
            self._submit(job)
        elif self._is_due(job):
            if job.state == "CANCEL_PENDING":
                self._cancel(job)
            elif job.has_ended:
                self._clean_up(job)
            elif job.retry_at is not None:
                job_retries.begin(self._emr, job, self._api(job))
            else:
                self._observe(job)

    def _is_due(self, job: JobRun) -> bool:
        """Pace the questions to the cluster."""
        if time.monotonic() - self._looked.get(job.id, 0.0) < LOOK_SECONDS:
            return False
        self._looked[job.id] = time.monotonic()
        return True

    def _submit(self, job: JobRun) -> None:
        fault = job_validation.fault(job)
        if fault:
            job_states.failed(self._emr, job, job_words.invalid(fault), keep=False)
            job.clean_up_at = None
            return
        if not self._has_its_turn(job):
            return
        try:
            if not self._emr.spark.ready(self._emr.background, job.document["createdAt"]):
                job.document["stateDetails"] = job_words.FETCHING
                return
            self._emr.workload.submit(self._api(job), job)
        except SparkUnavailable as error:
            job_states.failed(self._emr, job, job_words.no_spark(str(error)), keep=False)
        except WorkloadRefused as error:
            failure = job_words.failed(error.message, error.failure_reason)
            job_states.failed(self._emr, job, failure, keep=False)
        else:
            job_states.submitted(self._emr, job)

    def _has_its_turn(self, job: JobRun) -> bool:
        if job_scheduler.is_next(self._emr, self._emr.virtual_clusters[self._id], job):
            return True
        if now() - job.document["createdAt"] > job_scheduler.LONGEST_WAIT:
            minutes = int(job_scheduler.LONGEST_WAIT.total_seconds() / 60)
            job_states.failed(self._emr, job, job_words.waited_too_long(minutes), keep=False)
        return False

    def _observe(self, job: JobRun) -> None:
        seen = self._emr.workload.observe(self._api(job), job)
        if seen.driver_started is not None:
            job.started_at = job.started_at or seen.driver_started
        if seen.phase in ("running", "succeeded") or job.started_at is not None:
            job_states.running(self._emr, job, seen.driver_started)
        if seen.phase == "succeeded":
            job_states.completed(self._emr, job)
        elif seen.phase in ("failed", "gone"):
            gone = seen.phase == "gone" and not seen.details
            failure = job_words.gone() if gone else job_words.failed(seen.details, seen.failure_reason)
            if not job_retries.plan(job, failure):
                job_states.failed(self._emr, job, failure)
        elif seen.phase == "submitting" and self._is_too_late(job):
            job_states.failed(self._emr, job, job_words.timed_out(seen.details), keep=False)

    def _is_too_late(self, job: JobRun) -> bool:
        seconds = job_validation.start_timeout(job, START_TIMEOUT_SECONDS)
        began = job.submitted_at or job.document["createdAt"]
        return job.started_at is None and now() - began > timedelta(seconds=seconds)

    def _cancel(self, job: JobRun) -> None:
        if self._emr.workload.remove(self._api(job), job):
            job_states.cancelled(self._emr, job)

    def _clean_up(self, job: JobRun) -> None:
        if job.clean_up_at and now() >= job.clean_up_at and self._emr.workload.remove(self._api(job), job):
            job.clean_up_at = None

    def _api(self, job: JobRun) -> Any:
        """A client as EMR's own role, made anew before its token ends."""
        made, client = self._clients.get(job.cluster, (0.0, None))
        if client is None or time.monotonic() - made > _TOKEN_SECONDS:
            made, client = time.monotonic(), access.client(self._emr.eks, self._trouble.cluster(job))
            self._clients[job.cluster] = made, client
        return client
