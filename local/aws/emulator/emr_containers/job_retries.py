"""Further attempts of a job run whose driver failed (EMR on EKS Development Guide, "Using job retry policies").

Which state a run is in between two drivers AWS does not say: here it is SUBMITTED again.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from local.aws.emulator.eks.state import now
from local.aws.emulator.emr_containers import job_events, job_states, job_words
from local.aws.emulator.emr_containers.workload import WorkloadRefused
from local.control_plane import ApiError

if TYPE_CHECKING:
    from local.aws.emulator.emr_containers.job_run import JobRun
    from local.aws.emulator.emr_containers.job_words import Failure
    from local.aws.emulator.emr_containers.state import EmrContainers

FIRST_PAUSE_SECONDS = 10.0
"""The pause before the second attempt; each further one is twice as long."""
_LONGEST_PAUSE_SECONDS = 360.0


def plan(job: JobRun, failure: Failure) -> bool:
    """Plan another attempt, if the driver of this one had started and the retry policy has one left."""
    attempts = job.document.get("retryPolicyConfiguration", {}).get("maxAttempts", 1)
    if job.started_at is None or job.attempt >= attempts:
        return False
    pause = min(FIRST_PAUSE_SECONDS * 2 ** (job.attempt - 1), _LONGEST_PAUSE_SECONDS)
    job.retry_at = now() + timedelta(seconds=pause)
    job.last_failure = failure.details
    return True


def begin(emr: EmrContainers, job: JobRun, api: Any) -> None:
    """Begin the next attempt when it is time and nothing of the last one is left.

    Raises:
        ApiError: the cluster refuses or does not answer; the attempt is still to begin.
    """
    if job.retry_at is None or now() < job.retry_at or not emr.workload.remove(api, job):
        return
    job.attempt += 1
    try:
        emr.workload.submit(api, job)
    except ApiError:
        job.attempt -= 1
        raise
    except WorkloadRefused as error:
        failure = job_words.failed(error.message, error.failure_reason)
        job_states.failed(emr, job, failure, keep=False)
        return
    job.retry_at, job.started_at = None, None
    job_states.submitted_again(emr, job)
    job_events.new_attempt(job)
