"""The container `emr-container-fluentd`, which uploads the logs of its pod to where the monitoring configuration says.

On EMR it reads a fluentd configuration; here it has its destinations in variables, which is our own choice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local.aws.emulator.emr_containers.workload import classifications, names, pod_parts
from local.aws.emulator.emr_containers.workload.images import image

if TYPE_CHECKING:
    from local.aws.emulator.emr_containers.job_run import JobRun

Document = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Logging:
    """The settings of a sidecar, from a classification."""

    image: str
    """Its image; empty for EMR's."""
    memory: str
    """Memory as a Kubernetes quantity: request and limit, as we read the guide's one figure."""
    cores: str
    """CPU requested, as a Kubernetes quantity; empty for none."""


def of_spark(job: JobRun) -> Logging:
    """Settings for driver and executors ("Using Amazon EMR container defaults classification")."""
    properties = classifications.of(job).get(classifications.CONTAINER_DEFAULTS, {})
    return Logging(
        image=properties.get("logging.image", ""),
        memory=properties.get("logging.request.memory", "512Mi"),
        cores=properties.get("logging.request.cores", ""),
    )


def of_submitter(job: JobRun) -> Logging:
    """Settings for the submitter ("Using job submitter classification")."""
    properties = classifications.of(job).get(classifications.JOB_SUBMITTER, {})
    return Logging(
        image=properties.get("jobsubmitter.logging.image", ""),
        memory=properties.get("jobsubmitter.logging.request.memory", "200Mi"),
        cores=properties.get("jobsubmitter.logging.request.cores", "100m"),
    )


def container(job: JobRun, logging: Logging, component: str, pull_policy: str = "Always") -> Document:
    """The sidecar of a pod of a component."""
    requests = {"memory": logging.memory} | ({"cpu": logging.cores} if logging.cores else {})
    return {
        "name": names.SIDECAR_CONTAINER,
        "image": logging.image or image("fluentd", job.region, job.release_label),
        "imagePullPolicy": pull_policy,
        "securityContext": pod_parts.CONTAINER_SECURITY,
        "resources": {"requests": requests, "limits": {"memory": logging.memory}},
        "env": [*pod_parts.log_environment(), *_destinations(job), *_folder(component)],
        "volumeMounts": pod_parts.mounts(
            pod_parts.COMMUNICATE, pod_parts.APPLICATION_LOGS, pod_parts.EVENT_LOGS, "temp-data-dir", "home-dir"
        ),
    }


def _destinations(job: JobRun) -> list[Document]:
    """Where to, as in the request; absent where the request names none."""
    monitoring: Document = job.overrides.get("monitoringConfiguration") or {}
    s3: Document = monitoring.get("s3MonitoringConfiguration") or {}
    cloud_watch: Document = monitoring.get("cloudWatchMonitoringConfiguration") or {}
    values: dict[str, str | None] = {
        "EMR_VIRTUAL_CLUSTER_ID": job.virtual_cluster_id,
        "EMR_JOB_RUN_ID": job.id,
        "LOG_S3_URI": s3.get("logUri"),
        "LOG_GROUP": cloud_watch.get("logGroupName"),
        "LOG_STREAM_PREFIX": cloud_watch.get("logStreamNamePrefix"),
    }
    return [pod_parts.variable(name, value) for name, value in values.items() if value]


def _folder(component: str) -> list[Document]:
    """The folder of the pod's logs (EMR on EKS Development Guide, "S3 logs" and "CloudWatch Logs")."""
    pod = pod_parts.field("POD_NAME", "metadata.name")
    if component == names.CONTROLLER:
        return [pod, pod_parts.variable("LOG_FOLDER", "$(POD_NAME)")]
    return [
        pod,
        pod_parts.field("SPARK_APPLICATION_ID", "metadata.labels['spark-app-selector']"),
        pod_parts.variable("LOG_FOLDER", "$(SPARK_APPLICATION_ID)/$(POD_NAME)"),
    ]
