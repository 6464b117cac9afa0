"""Names, labels and paths of what EMR makes in a namespace for one attempt of a job run.

Source of the forms: public copies of what EMR on EKS made in clusters (EMR on EKS best practices guide; AWS samples).
How a second attempt is told from the first is not published: its number at the end is our choice.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local.aws.emulator.emr_containers.job_run import JobRun

SUBMITTER_CONTAINER = "job-runner"
"""Main container of the pod that runs spark-submit."""
DRIVER_CONTAINER = "spark-kubernetes-driver"
"""Main container of the driver."""
EXECUTOR_CONTAINER = "spark-kubernetes-executor"
"""Main container of an executor."""
SIDECAR_CONTAINER = "emr-container-fluentd"
"""The container that uploads logs, in every pod of a job."""

JOB_ID = "emr-containers.amazonaws.com/job.id"
"""Label by which everything of a job run is found."""
COMPONENT = "emr-containers.amazonaws.com/component"
"""Label with the part that a pod plays."""
CONTROLLER = "controller"
"""Component of the submitter."""
DRIVER = "driver"
"""Component of the driver."""
EXECUTOR = "executor"
"""Component of an executor."""


def job_name(job: JobRun) -> str:
    """Name of the Kubernetes Job: the id of the run, with the number of the attempt after the first."""
    return job.id if job.attempt == 1 else f"{job.id}-{job.attempt}"


def config_map_name(job: JobRun) -> str:
    """Name of the ConfigMap with Spark's configuration and EMR's pod templates."""
    return f"{job_name(job)}-spark-defaults"


def driver_pod_name(job: JobRun) -> str:
    """Name of the driver pod."""
    return f"spark-{job_name(job)}-driver"


def is_driver_pod(name: str, job: JobRun) -> bool:
    """Whether a name is that of the driver pod of any attempt of the run."""
    return re.fullmatch(rf"spark-{re.escape(job.id)}(-\d+)?-driver", name) is not None


def labels(job: JobRun, component: str = "") -> dict[str, str]:
    """Labels of an object of the run; of a pod, with its component."""
    found = {
        JOB_ID: job.id,
        "emr-containers.amazonaws.com/virtual-cluster-id": job.virtual_cluster_id,
        "emr-containers.amazonaws.com/resource.type": "job.run",
    }
    return found | ({COMPONENT: component} if component else {})


def core(job: JobRun, resource: str, name: str = "") -> str:
    """Path of a collection of the core API group in the job's namespace, or of one object in it."""
    return _path("/api/v1", job, resource, name)


def batch(job: JobRun, resource: str, name: str = "") -> str:
    """The same for API group `batch`."""
    return _path("/apis/batch/v1", job, resource, name)


def rbac(job: JobRun, resource: str, name: str = "") -> str:
    """The same for API group `rbac.authorization.k8s.io`."""
    return _path("/apis/rbac.authorization.k8s.io/v1", job, resource, name)


def _path(group: str, job: JobRun, resource: str, name: str) -> str:
    return f"{group}/namespaces/{job.namespace}/{resource}" + (f"/{name}" if name else "")
