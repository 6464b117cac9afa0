"""The Kubernetes Job of a job run: one pod that runs spark-submit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.aws.emulator.emr_containers.workload import (
    names,
    pod_parts,
    service_accounts,
    sidecar,
    submit_words,
    submitter_settings,
)
from local.aws.emulator.emr_containers.workload.images import image
from local.control_plane import ApiError

if TYPE_CHECKING:
    from local.aws.emulator.emr_containers.job_run import JobRun
    from local.aws.emulator.emr_containers.workload.submitter_settings import SubmitterSettings
    from local.control_plane import Api

Document = dict[str, Any]

# What EMR requests for spark-submit, and how long it keeps a Job, is not published: both are our choice.
_RESOURCES: Document = {"requests": {"cpu": "100m", "memory": "512Mi"}, "limits": {"memory": "1Gi"}}
_KEPT_SECONDS = 3600


def document(job: JobRun) -> Document:
    """The Job. It never tries again by itself: retries are EMR's.

    Raises:
        WorkloadRefused: the request cannot be turned into one.
    """
    settings = submitter_settings.of(job)
    metadata: Document = {"labels": settings.labels | names.labels(job, names.CONTROLLER)}
    if settings.annotations:
        metadata["annotations"] = settings.annotations
    spec: Document = {"backoffLimit": 0, "template": {"metadata": metadata, "spec": _pod(job, settings)}}
    if not settings.graceful_termination:  # else the driver, which goes with the Job, would not live longer
        spec["ttlSecondsAfterFinished"] = _KEPT_SECONDS
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {
            "name": names.job_name(job),
            "namespace": job.namespace,
            "labels": names.labels(job),
        },
        "spec": spec,
    }


def make(api: Api, job: JobRun, wanted: Document) -> Document:
    """Create the Job, or find the one that an earlier try of the same attempt made.

    Raises:
        ApiError: the API server refuses, or does not answer.
    """
    try:
        return api.create(names.batch(job, "jobs"), wanted)
    except ApiError as error:
        if error.reason != "AlreadyExists":
            raise
        return api.get(names.batch(job, "jobs", names.job_name(job)))


def _pod(job: JobRun, settings: SubmitterSettings) -> Document:
    containers = [_main(job, settings)]
    if settings.logging:
        logging = sidecar.of_submitter(job)
        containers.append(sidecar.container(job, logging, names.CONTROLLER, settings.pull_policy))
    pod: Document = {
        "serviceAccountName": service_accounts.account_name(job, service_accounts.CLIENT),
        "restartPolicy": "Never",
        "securityContext": pod_parts.POD_SECURITY,
        "volumes": pod_parts.volumes(job),
        "containers": containers,
    }
    if settings.node_selector:
        pod["nodeSelector"] = settings.node_selector
    if settings.tolerations:
        pod["tolerations"] = settings.tolerations
    if settings.scheduler:
        pod["schedulerName"] = settings.scheduler
    return pod


def _main(job: JobRun, settings: SubmitterSettings) -> Document:
    config = {"name": pod_parts.CONFIG, "mountPath": pod_parts.CONFIG_PATH}
    return {
        "name": names.SUBMITTER_CONTAINER,
        "image": settings.image or image("spark", job.region, job.release_label),
        "imagePullPolicy": settings.pull_policy,
        "args": submit_words.arguments(job),
        "env": pod_parts.log_environment(),
        "resources": _RESOURCES,
        "securityContext": pod_parts.CONTAINER_SECURITY,
        "terminationMessagePolicy": "FallbackToLogsOnError",
        "volumeMounts": [config, *pod_parts.mounts()],
    }
