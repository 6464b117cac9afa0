"""How far an attempt of a job run is, from what stands in its namespace.

Words: `JobRun failed.`, `Last event from ...` and `Please refer logs uploaded to S3/CloudWatch based on your monitoring
configuration.` are the service's, as public reports quote them. What stands between them is not published as a list:
where no report is known, the words are ours.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from local.aws.emulator.emr_containers.workload import names, pod_status
from local.aws.emulator.emr_containers.workload.refusals import USER_ERROR
from local.control_plane import ApiError

if TYPE_CHECKING:
    from datetime import datetime

    from local.aws.emulator.emr_containers.job_run import JobRun
    from local.control_plane import Api

Document = dict[str, Any]

_LOGS = "Please refer logs uploaded to S3/CloudWatch based on your monitoring configuration."
# EMR's own filter for the errors in a log (variable K8S_SPARK_LOG_ERROR_REGEX of its templates).
_ERROR = re.compile(r"Error|Exception|Fail")
# Lines; a message that is longer is the end of a log, by policy FallbackToLogsOnError.
_LONGEST_STATEMENT = 6
_JOB_NAME = "batch.kubernetes.io/job-name"


@dataclass(frozen=True, kw_only=True)
class Observation:
    """What is seen of an attempt."""

    phase: Literal["submitting", "running", "succeeded", "failed", "gone"]
    """`submitting` until the driver runs; `gone` if neither Kubernetes Job nor driver is there."""
    details: str = ""
    """For `failed`, the stateDetails; for `submitting`, what keeps the driver from running, if anything does."""
    failure_reason: str = ""
    """For `failed`, the failureReason."""
    driver_started: datetime | None = None
    """When the main container of the driver began to run."""


def observe(api: Api, job: JobRun) -> Observation:
    """Look at an attempt.

    Raises:
        ApiError: the API server refuses, or does not answer.
    """
    pods = api.list(names.core(job, "pods"), labelSelector=f"{names.JOB_ID}={job.id}")
    driver = next((pod for pod in pods if pod["metadata"]["name"] == names.driver_pod_name(job)), None)
    submitter = next((pod for pod in pods if _is_submitter(pod, job)), None)
    if driver is not None and (seen := _of_driver(driver)):
        return seen
    if job.started_at is not None:
        return _failed("The Spark driver pod was deleted.")
    if submitter is not None and (seen := _of_submitter(submitter)):
        return seen
    if driver is not None:
        return Observation(phase="submitting", details=pod_status.last_event(driver))
    if submitter is not None:
        return Observation(phase="submitting", details=pod_status.last_event(submitter))
    return _of_job(api, job)


def _is_submitter(pod: Document, job: JobRun) -> bool:
    labels = pod["metadata"]["labels"]
    return labels.get(names.COMPONENT) == names.CONTROLLER and labels.get(_JOB_NAME) == names.job_name(job)


def _of_driver(pod: Document) -> Observation | None:
    """What the driver says; None while its main container has not begun to run."""
    state, details = pod_status.container_state(pod, names.DRIVER_CONTAINER)
    started = pod_status.started(details)
    if state == "running":
        return Observation(phase="running", driver_started=started)
    if state == "terminated" and details["exitCode"] == 0:
        return Observation(phase="succeeded", driver_started=started)
    if state == "terminated":
        return _failed(_end("Main Spark Driver container", pod, details), started)
    if reason := pod_status.failure_of_pod(pod):
        return _failed(f"The Spark driver pod ended before it ran. {reason}")
    return None


def _of_submitter(pod: Document) -> Observation | None:
    """What the submitter says of a job without a running driver; None while it goes on."""
    state, details = pod_status.container_state(pod, names.SUBMITTER_CONTAINER)
    if state == "terminated" and details["exitCode"] == 0:
        # spark-submit succeeds once there is a driver, and the pods were all read at one moment.
        return _failed("The Spark driver pod was deleted.")
    if state == "terminated":
        if details.get("message") and details.get("reason") != "OOMKilled":
            return _failed(_quoted(details["message"]))
        return _failed(_end("Main Job Runner container", pod, details))
    if reason := pod_status.failure_of_pod(pod):
        return _failed(f"The job submitter pod ended before the driver was created. {reason}")
    return None


def _of_job(api: Api, job: JobRun) -> Observation:
    """What the Kubernetes Job says of an attempt without pods."""
    try:
        found = api.get(names.batch(job, "jobs", names.job_name(job)))
    except ApiError as error:
        if error.reason != "NotFound":
            raise
        return Observation(phase="gone")
    conditions: list[Document] = found.get("status", {}).get("conditions") or []
    for condition in conditions:
        if condition["type"] == "Failed" and condition["status"] == "True":
            return _failed(f"The job submitter pod was deleted. {condition.get('message', '')}")
    return Observation(phase="submitting", details=_refused_pod(api, job, found["metadata"]["uid"]))


def _refused_pod(api: Api, job: JobRun, uid: str) -> str:
    """Why the Job's controller cannot create the pod, such as a quota; it tries again, so the job is not lost yet."""
    events = api.list(names.core(job, "events"), fieldSelector=f"involvedObject.uid={uid},reason=FailedCreate")
    if not events:
        return ""
    latest = max(events, key=lambda each: each.get("lastTimestamp") or "")
    return pod_status.event("job-controller", "FailedCreate", latest["message"])


def _end(container: str, pod: Document, details: Document) -> str:
    """How a container ended: its exit code, Kubernetes' reason where that says more, the last error of its log."""
    parts = [f"{container} terminated with exit code {details['exitCode']}"]
    if details.get("reason") not in (None, "", "Error", "Completed"):
        parts[0] += f" ({details['reason']})"
    if reason := pod_status.failure_of_pod(pod):
        parts.append(reason)
    if error := _last_error(details.get("message", "")):
        parts.append(f"Last error seen in logs - {error}")
    return " ".join(_sentence(part) for part in parts)


def _last_error(log: str) -> str:
    return next((line.strip() for line in reversed(log.splitlines()) if _ERROR.search(line)), "")


def _quoted(message: str) -> str:
    """What the submitter left to be said, as a whole; of the end of its log, if it left nothing, the last error."""
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    if len(lines) > _LONGEST_STATEMENT:
        return _last_error(message) or lines[-1]
    return " ".join(lines)


def _failed(cause: str, started: datetime | None = None) -> Observation:
    return Observation(
        phase="failed",
        details=f"JobRun failed. {_sentence(cause)} {_LOGS}",
        failure_reason=USER_ERROR,
        driver_started=started,
    )


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text}."
