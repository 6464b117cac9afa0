"""Why a job run cannot be put into its namespace."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local.control_plane import ApiError

VALIDATION_ERROR = "VALIDATION_ERROR"
"""Failure reason: the request itself cannot be carried out."""
USER_ERROR = "USER_ERROR"
"""Failure reason: the cluster, as the customer set it up, does not let the job run; or the job failed."""
_BEFORE = "JobRun submission failed."


class WorkloadRefused(Exception):  # noqa: N818 - a refusal is an outcome of the job run, not an error of the emulator
    """The job run cannot start, for a reason that trying again does not mend."""

    def __init__(self, message: str, failure_reason: str) -> None:
        """`message` is for the run's stateDetails, `failure_reason` for its failureReason."""
        super().__init__(message)
        self.message = message
        self.failure_reason = failure_reason


def invalid(why: str) -> WorkloadRefused:
    """A request that cannot be carried out, as the guide has `Classification <c> not supported.` of it."""
    return WorkloadRefused(f"{_BEFORE} {why}", VALIDATION_ERROR)


def explained(error: ApiError) -> Exception:
    """What a refusal by the API server means for the job run.

    A missing permission, a namespace that is gone and a server that does not answer stay ApiErrors: the service has its
    own words for them (EMR on EKS Development Guide, "Common errors"). What quota, limits and admission say is passed
    on in their words, and so is what they say of a value that came from the request.
    """
    if error.reason in ("Invalid", "BadRequest"):
        return invalid(error.message)
    if error.reason == "Forbidden" and not _lacks_permission(error.message):
        return WorkloadRefused(f"{_BEFORE} {error.message}", USER_ERROR)
    return error


def _lacks_permission(message: str) -> bool:
    """Whether RBAC speaks: `User "x" cannot ...`, or `user "x" (groups=...) is attempting to grant ...`."""
    return 'user "emr-containers"' in message.lower() or "being terminated" in message
