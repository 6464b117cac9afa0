"""The events of job runs on the default bus of EventBridge.

Source: EMR on EKS Development Guide, "Monitor jobs with Amazon CloudWatch Events" (states, severities, messages) and
"Using job retry policies". The fields of the detail are those that users of the service parse. Delivery is best
effort, as EventBridge's reference says of them: it never harms a run.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from local.aws.emulator import event_delivery
from local.aws.emulator.eks.state import now
from local.aws.emulator.emr_containers.workload import names

if TYPE_CHECKING:
    from datetime import datetime

    from local.aws.emulator.emr_containers.job_run import Document, JobRun

LOG = logging.getLogger(__name__)
SOURCE = "aws.emr-containers"
STATE_CHANGE = "EMR Job Run State Change"
NEW_ATTEMPT = "EMR Job Run New Driver Attempt"
SEVERITIES = {"SUBMITTED": "INFO", "RUNNING": "INFO", "COMPLETED": "INFO", "CANCELLED": "WARN", "FAILED": "ERROR"}
"""The states that are told, and how grave they are."""
_FIELDS = (
    "name",
    "id",
    "arn",
    "virtualClusterId",
    "state",
    "createdBy",
    "releaseLabel",
    "executionRoleArn",
    "configurationOverrides",
    "createdAt",
    "finishedAt",
    "stateDetails",
    "failureReason",
)


def state_change(job: JobRun) -> None:
    """Tell that a job run has come into its state, if that is one of those that are told."""
    state = job.state
    if state not in SEVERITIES:
        return
    moment = now()
    detail: Document = {"severity": SEVERITIES[state], **_fields(job), "message": message(job, state, moment)}
    _put(job, STATE_CHANGE, detail)


def new_attempt(job: JobRun) -> None:
    """Tell that another driver of a job run with a retry policy is made."""
    detail: Document = {
        **_fields(job),
        "newDriverPodName": names.driver_pod_name(job),
        "newDriverCreatedAt": _text(job.submitted_at or now()),
        "previousDriverFailureMessage": job.last_failure,
        "currentAttemptCount": job.attempt,
    }
    _put(job, NEW_ATTEMPT, detail)


def message(job: JobRun, state: str, moment: datetime) -> str:
    """The sentence of an event. The hour's form, and the end of the one for CANCELLED, are ours."""
    run, cluster = f"Job Run {job.id} ({job.document.get('name') or ''})", job.virtual_cluster_id
    when = _minute(moment)
    if state == "SUBMITTED":
        return f"{run} was successfully submitted to virtual cluster {cluster} at {when}."
    if state == "RUNNING":
        return f"{run} in virtual cluster {cluster} started running at {when}."
    if state == "COMPLETED":
        started = job.started_at or moment
        minutes = round((moment - started).total_seconds() / 60)
        return (
            f"{run} in virtual cluster {cluster} completed at {when}. "
            f"The Job Run started running at {_minute(started)} and took {minutes} minutes to complete."
        )
    if state == "CANCELLED":
        return f"Cancellation request has succeeded for {run} in virtual cluster {cluster} at {when}."
    return f"{run} in virtual cluster {cluster} failed at {when}."


def _fields(job: JobRun) -> Document:
    found = {name: job.document[name] for name in _FIELDS if job.document.get(name) is not None}
    return {name: _text(value) if name.endswith("At") else value for name, value in found.items()}


def _put(job: JobRun, kind: str, detail: Document) -> None:
    try:
        event_delivery.put(job.account, job.region, SOURCE, kind, detail)
    except Exception:
        LOG.exception("the event of job run %s was not delivered", job.id)


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _minute(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M UTC")
