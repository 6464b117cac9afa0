"""The operations on job runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.aws.emulator.eks.state import now
from local.aws.emulator.emr_containers import job_permissions, job_progress, job_request, job_scheduler
from local.aws.emulator.emr_containers.job_run import JobRun
from local.aws.emulator.emr_containers.state import INVALID, NOT_FOUND, EmrContainers, VirtualCluster, new_id
from local.aws.emulator.pages import page
from local.aws.emulator.rest_json.errors import ServiceError

if TYPE_CHECKING:
    from local.aws.emulator.emr_containers.state import Document
    from local.aws.emulator.rest_json.service import Call

_CANCELLABLE = ("PENDING", "SUBMITTED", "RUNNING")


def start(emr: EmrContainers, call: Call, params: dict[str, Any]) -> Document:
    """StartJobRun."""
    retried = _retried(emr, call, params)
    if retried is None:
        resolved = job_request.resolve(emr, call, params)
        found = emr.virtual_cluster(call, params["virtualClusterId"])
        with emr.lock:
            retried = _retried(emr, call, params)
            if retried is None:
                job_request.check_state(found)
                job_scheduler.check_room(emr, found)
                retried = _job_run(call, params, resolved, found)
                emr.job_runs[retried.id] = retried
    job_progress.watch(emr, retried.virtual_cluster_id)
    return {name: retried.document.get(name) for name in ("id", "name", "arn", "virtualClusterId")}


def describe(emr: EmrContainers, call: Call, params: dict[str, Any]) -> Document:
    """DescribeJobRun."""
    return {"jobRun": _find(emr, call, params, "DescribeJobRun", NOT_FOUND).document}


def list_all(emr: EmrContainers, call: Call, params: dict[str, Any]) -> Document:
    """ListJobRuns: newest first; of the retry policy only how far it is."""
    identifier = params["virtualClusterId"]
    arn = job_request.virtual_cluster_arn(call, identifier)
    job_permissions.require(call, "ListJobRuns", arn, job_request.virtual_cluster_tags(emr, call, identifier))
    emr.virtual_cluster(call, identifier, INVALID)
    found = [
        {name: value for name, value in job.document.items() if name != "retryPolicyConfiguration"}
        for job in list(emr.job_runs.values())
        if job.virtual_cluster_id == identifier and _is_asked_for(job, params)
    ]
    found.sort(key=lambda document: document["createdAt"], reverse=True)
    return page(found, params, "jobRuns", invalid=INVALID)


def cancel(emr: EmrContainers, call: Call, params: dict[str, Any]) -> Document:
    """CancelJobRun: CANCEL_PENDING at once, CANCELLED when nothing of it is left."""
    job = _find(emr, call, params, "CancelJobRun", INVALID)
    with emr.lock:
        if job.state not in _CANCELLABLE:
            raise ServiceError(INVALID, f"Job run {job.id} is not in a cancellable state")
        job.document["state"] = "CANCEL_PENDING"
    job_progress.watch(emr, job.virtual_cluster_id)
    return {"id": job.id, "virtualClusterId": job.virtual_cluster_id}


def _find(emr: EmrContainers, call: Call, params: dict[str, Any], action: str, code: str) -> JobRun:
    """Find a job run that the caller may do this with; its tags count for who may."""
    identifier, virtual_cluster_id = params["id"], params["virtualClusterId"]
    arn = f"{job_request.virtual_cluster_arn(call, virtual_cluster_id)}/jobruns/{identifier}"
    known = emr.job_runs.get(identifier)
    if known is not None and known.document["arn"] != arn:
        known = None
    job_permissions.require(call, action, arn, known.document["tags"] if known else {})
    if known is None:
        raise ServiceError(code, f"Job run {identifier} doesn't exist.")
    return known


def _is_asked_for(job: JobRun, params: dict[str, Any]) -> bool:
    created = job.document["createdAt"].replace(microsecond=0)  # as the API tells it
    return (
        params.get("name", job.document.get("name")) == job.document.get("name")
        and job.state in (params.get("states") or [job.state])
        and params.get("createdAfter", created) <= created <= params.get("createdBefore", created)
    )


def _retried(emr: EmrContainers, call: Call, params: dict[str, Any]) -> JobRun | None:
    """The job run that an earlier try of the same request made, which is the caller's own."""
    for found in list(emr.job_runs.values()):
        same_place = found.cluster[:2] == (call.account, call.region)
        if same_place and found.request["clientToken"] == params["clientToken"]:
            if found.request != params or _principal(found.document["createdBy"]) != _principal(call.caller.arn):
                raise ServiceError(INVALID, "The client token was used before, with other parameters.")
            return found
    return None


def _principal(arn: str) -> str:
    """The user, or the role behind a session."""
    return arn.rsplit("/", 1)[0] if ":assumed-role/" in arn else arn


def _job_run(call: Call, params: dict[str, Any], resolved: Document, virtual_cluster: VirtualCluster) -> JobRun:
    identifier = f"0000000{new_id(12)}"  # the form of EMR's own ids
    document: Document = {
        "id": identifier,
        "name": params.get("name"),
        "virtualClusterId": params["virtualClusterId"],
        "arn": f"{job_request.virtual_cluster_arn(call, params['virtualClusterId'])}/jobruns/{identifier}",
        "state": "PENDING",
        "clientToken": params["clientToken"],
        "executionRoleArn": resolved["executionRoleArn"],
        "releaseLabel": resolved["releaseLabel"],
        "configurationOverrides": resolved.get("configurationOverrides"),
        "jobDriver": resolved["jobDriver"],
        "createdAt": now(),
        "createdBy": call.caller.arn,
        "tags": dict(resolved.get("tags", {})),
    }
    retries: Document = params.get("retryPolicyConfiguration", {})
    if retries.get("maxAttempts", 1) > 1:
        document |= {"retryPolicyConfiguration": retries, "retryPolicyExecution": {"currentAttemptCount": 1}}
    return JobRun(
        document=document,
        request=params,
        virtual_cluster_id=params["virtualClusterId"],
        namespace=virtual_cluster.namespace,
        cluster=virtual_cluster.cluster,
        driver=resolved["jobDriver"],
        overrides=resolved.get("configurationOverrides", {}),
    )
