"""What a job run's stateDetails say, and which failureReason goes with them.

Sources: EMR on EKS Development Guide, "Common errors when running jobs", for what fails before and after a run
begins to run; answers of the service that its users published, for the end of a run and for a run that could not
start. The rest is ours, and says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime

_LONGEST = 256  # String256 of the service model
_MONITORING = "Trouble monitoring your JobRun."
_LOGS = "Please refer logs uploaded to S3/CloudWatch based on your monitoring configuration."

FETCHING = "The embedded cloud is fetching Spark, which it does once."
"""The details of a run that waits for that; our words."""


class Failure(NamedTuple):
    """Why a job run failed."""

    details: str
    """The API's stateDetails."""
    reason: str
    """The API's FailureReason."""


def fitting(details: str) -> str:
    """The details, cut to the length that the service model has room for."""
    return details if len(details) <= _LONGEST else f"{details[: _LONGEST - 3]}..."


def completed(started: datetime | None, finished: datetime) -> str:
    """The details of a run that completed."""
    seconds = round((finished - started).total_seconds()) if started else 0
    return f"JobRun completed successfully. It ran for {seconds} Seconds"


def failed(details: str, reason: str) -> Failure:
    """A run whose driver or submitter failed: what the cluster side found, or the service's general words."""
    return Failure(details or f"JobRun failed. {_LOGS}", reason or "USER_ERROR")


def gone() -> Failure:
    """A run whose driver pod was deleted by somebody else; our words."""
    return Failure(f"JobRun failed. Its pods were deleted. {_LOGS}", "USER_ERROR")


def timed_out(last_event: str) -> Failure:
    """A run whose driver did not start in time; the last event, if there is one, says what kept it."""
    beginning = "JobRun timed out before spark driver pod started running"
    if not last_event:
        return Failure(f"{beginning}. {_LOGS}", "USER_ERROR")
    event = last_event if last_event.endswith(".") else f"{last_event}."
    return Failure(f"{beginning} due to lack of cluster resources. {event} {_LOGS}", "USER_ERROR")


def waited_too_long(minutes: int) -> Failure:
    """A run whose turn did not come; our words."""
    return Failure(f"JobRun waited {minutes} minutes in the queue of its virtual cluster.", "USER_ERROR")


def invalid(details: str) -> Failure:
    """A run that was accepted and then found to be wrong."""
    return Failure(details, "VALIDATION_ERROR")


def no_cluster(cluster: str, *, submitted: bool) -> Failure:
    """The EKS cluster is gone."""
    return _unavailable(f"Cluster {cluster} does not exist.", submitted=submitted)


def no_permission(cluster: str, *, submitted: bool) -> Failure:
    """EMR may not do in the cluster what it must."""
    return _unavailable(f"Cluster {cluster} does not have sufficient permissions.", submitted=submitted)


def unreachable(cluster: str, *, submitted: bool) -> Failure:
    """The cluster does not answer."""
    return _unavailable(f"Cluster {cluster} is currently not reachable.", submitted=submitted)


def no_namespace(namespace: str, *, submitted: bool) -> Failure:
    """The namespace is gone; our words."""
    return _unavailable(f"Namespace {namespace} does not exist.", submitted=submitted)


def internal(*, submitted: bool) -> Failure:
    """Something that should not happen; the emulator's log says what."""
    if submitted:
        return Failure("Trouble monitoring your JobRun due to an internal error", "INTERNAL_ERROR")
    return Failure("JobRun submission failed due to an internal error.", "INTERNAL_ERROR")


def no_spark(why: str) -> Failure:
    """The embedded cloud has no Spark; its own words."""
    return Failure(why, "INTERNAL_ERROR")


def _unavailable(what: str, *, submitted: bool) -> Failure:
    return Failure(f"{_MONITORING} {what}" if submitted else what, "CLUSTER_UNAVAILABLE")
