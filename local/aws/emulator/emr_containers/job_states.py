"""The steps from state to state of a job run: each is taken once, whoever comes first, and tells EventBridge."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from local.aws.emulator.eks.state import now
from local.aws.emulator.emr_containers import job_events, job_words

if TYPE_CHECKING:
    from datetime import datetime

    from local.aws.emulator.emr_containers.job_run import JobRun
    from local.aws.emulator.emr_containers.job_words import Failure
    from local.aws.emulator.emr_containers.state import EmrContainers

KEEP_SECONDS = 300.0
"""How long pods and objects of a run that ended by itself stay, for those who want to look. Our own choice."""


def submitted(emr: EmrContainers, job: JobRun) -> None:
    """Its Job was made."""
    job.submitted_at = now()
    job.document.pop("stateDetails", None)
    _step(emr, job, ("PENDING",), "SUBMITTED")


def submitted_again(emr: EmrContainers, job: JobRun) -> None:
    """The Job of a further attempt was made; that has an event of its own."""
    job.submitted_at = now()
    with emr.lock:
        if job.state in ("SUBMITTED", "RUNNING"):
            job.document["state"] = "SUBMITTED"
        job.document["retryPolicyExecution"] = {"currentAttemptCount": job.attempt}


def running(emr: EmrContainers, job: JobRun, since: datetime | None) -> None:
    """Its driver runs."""
    job.started_at = job.started_at or since or now()
    _step(emr, job, ("SUBMITTED",), "RUNNING")


def completed(emr: EmrContainers, job: JobRun) -> None:
    """Its driver ended well."""
    finished = now()
    details = job_words.completed(job.started_at, finished)
    _end(emr, job, ("SUBMITTED", "RUNNING"), "COMPLETED", finishedAt=finished, stateDetails=details)


def failed(emr: EmrContainers, job: JobRun, failure: Failure, *, keep: bool = True) -> None:
    """It failed; `keep` says whether what it left stays for a while."""
    _end(
        emr,
        job,
        ("PENDING", "SUBMITTED", "RUNNING", "CANCEL_PENDING"),
        "FAILED",
        keep=keep,
        finishedAt=now(),
        stateDetails=job_words.fitting(failure.details),
        failureReason=failure.reason,
    )


def cancelled(emr: EmrContainers, job: JobRun) -> None:
    """Nothing of it is left after a CancelJobRun."""
    _end(emr, job, ("CANCEL_PENDING",), "CANCELLED", keep=False, finishedAt=now())
    job.clean_up_at = None


def _end(
    emr: EmrContainers, job: JobRun, before: tuple[str, ...], state: str, *, keep: bool = True, **changes: Any
) -> None:
    with emr.lock:
        if job.state in before:
            job.clean_up_at = now() + timedelta(seconds=KEEP_SECONDS if keep else 0)
    _step(emr, job, before, state, **changes)


def _step(emr: EmrContainers, job: JobRun, before: tuple[str, ...], state: str, **changes: Any) -> None:
    """Take a step, unless a CancelJobRun or another end came first."""
    with emr.lock:
        if job.state not in before:
            return
        job.document.update(changes, state=state)
    job_events.state_change(job)
