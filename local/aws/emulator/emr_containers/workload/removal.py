"""Taking a job run out of its namespace: everything of all its attempts, nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.aws.emulator.emr_containers.workload import names
from local.control_plane import ApiError

if TYPE_CHECKING:
    from local.aws.emulator.emr_containers.job_run import JobRun
    from local.control_plane import Api

Document = dict[str, Any]


def remove(api: Api, job: JobRun) -> bool:
    """Ask for the removal of what is left of a run; True once nothing is.

    To be called until it is True: a submitter or driver that was still at work may have made something meanwhile.
    Role, bindings and accounts stay for later jobs. Claims for volumes that Spark made go with the driver pod.

    Raises:
        ApiError: the API server refuses, or does not answer.
    """
    selector = f"{names.JOB_ID}={job.id}"
    jobs = api.list(names.batch(job, "jobs"), labelSelector=selector)
    pods = api.list(names.core(job, "pods"), labelSelector=selector)
    services = [each for each in api.list(names.core(job, "services")) if _belongs(each, job)]
    config_maps = [each for each in api.list(names.core(job, "configmaps")) if _belongs(each, job)]
    # The Job first: it would make its pod again. In the foreground: it goes last of all that it owns.
    _delete(api, names.batch(job, "jobs"), jobs, "Foreground")
    _delete(api, names.core(job, "pods"), pods)
    _delete(api, names.core(job, "services"), services)
    _delete(api, names.core(job, "configmaps"), config_maps)
    return not (jobs or pods or services or config_maps)


def _belongs(found: Document, job: JobRun) -> bool:
    """Whether an object is the run's: by label, or, as Spark does not label all, by the driver pod that owns it."""
    labels: dict[str, str] = found["metadata"].get("labels") or {}
    owners: list[Document] = found["metadata"].get("ownerReferences") or []
    return labels.get(names.JOB_ID) == job.id or any(
        owner["kind"] == "Pod" and names.is_driver_pod(owner["name"], job) for owner in owners
    )


def _delete(api: Api, collection: str, found: list[Document], propagation: str = "Background") -> None:
    for each in found:
        if "deletionTimestamp" in each["metadata"]:
            continue
        try:
            api.delete(f"{collection}/{each['metadata']['name']}", propagationPolicy=propagation)
        except ApiError as error:
            if error.reason != "NotFound":
                raise
