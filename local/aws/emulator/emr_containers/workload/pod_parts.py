"""What the pods of a job have in common: EMR's volumes, and what the main container gets of them.

Source: EMR on EKS Development Guide, "Pod template fields" (predefined volumes, mounts and variables); security
contexts as in public copies of EMR's own templates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.aws.emulator.emr_containers.workload import names

if TYPE_CHECKING:
    from local.aws.emulator.emr_containers.job_run import JobRun

Document = dict[str, Any]

COMMUNICATE = "emr-container-communicate"
APPLICATION_LOGS = "emr-container-application-log-dir"
EVENT_LOGS = "emr-container-event-log-dir"
CONFIG = "config-volume"
CONFIG_PATH = "/etc/spark/conf"
"""Where the submitter finds the ConfigMap of the job."""
MOUNTS = {
    COMMUNICATE: "/var/log/fluentd",
    APPLICATION_LOGS: "/var/log/spark/user",
    EVENT_LOGS: "/var/log/spark/apps",
    "mnt-dir": "/mnt",
    "temp-data-dir": "/tmp",  # noqa: S108 - a path within the container
    "home-dir": "/home/hadoop",
}
"""Predefined volumes and where the main container has them."""
POD_SECURITY: Document = {"fsGroup": 65534}
"""Security context of a pod."""
CONTAINER_SECURITY: Document = {
    "runAsNonRoot": True,
    "runAsUser": 999,
    "runAsGroup": 1000,
    "privileged": False,
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "capabilities": {"drop": ["ALL"]},
}
"""Security context of EMR's containers."""


def volumes(job: JobRun) -> list[Document]:
    """The predefined volumes of a pod; also those that only a tenant's own sidecar may mount."""
    config = {"name": CONFIG, "configMap": {"name": names.config_map_name(job)}}
    return [config, *({"name": name, "emptyDir": {}} for name in MOUNTS)]


def mounts(*volume_names: str) -> list[Document]:
    """Mounts of these predefined volumes; of all of them, if none is named."""
    return [{"name": name, "mountPath": MOUNTS[name]} for name in volume_names or MOUNTS]


def variable(name: str, value: str) -> Document:
    """An environment variable."""
    return {"name": name, "value": value}


def field(name: str, path: str) -> Document:
    """An environment variable from a field of the pod."""
    return {"name": name, "valueFrom": {"fieldRef": {"fieldPath": path}}}


def log_environment() -> list[Document]:
    """Variables of the main container and its sidecar: where the logs lie, and the sign of life between them."""
    folder = f"{MOUNTS[APPLICATION_LOGS]}/$(SPARK_CONTAINER_ID)"
    return [
        field("SPARK_CONTAINER_ID", "metadata.name"),
        variable("K8S_SPARK_LOG_URL_STDERR", f"{folder}/stderr"),
        variable("K8S_SPARK_LOG_URL_STDOUT", f"{folder}/stdout"),
        variable("SIDECAR_SIGNAL_FILE", f"{MOUNTS[COMMUNICATE]}/main-container-terminated"),
    ]
