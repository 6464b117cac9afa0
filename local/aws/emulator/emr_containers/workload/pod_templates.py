"""EMR's own pod templates for driver and executors, under which those of the tenant are laid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.aws.emulator.emr_containers.workload import classifications, names, pod_parts, sidecar

if TYPE_CHECKING:
    from local.aws.emulator.emr_containers.job_run import JobRun

Document = dict[str, Any]


def driver(job: JobRun, config_map_uid: str) -> Document:
    """Template of the driver. Its pod belongs to the job's ConfigMap, as on EMR, and so to the Kubernetes Job."""
    template = _template(job, names.DRIVER, names.DRIVER_CONTAINER)
    template["metadata"]["ownerReferences"] = [
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "name": names.config_map_name(job),
            "uid": config_map_uid,
            "controller": True,
            "blockOwnerDeletion": True,
        }
    ]
    template["spec"]["containers"].append(sidecar.container(job, sidecar.of_spark(job), names.DRIVER))
    return template


def executor(job: JobRun) -> Document:
    """Template of the executors, without a sidecar if their logging is DISABLED. They belong to the driver pod."""
    template = _template(job, names.EXECUTOR, names.EXECUTOR_CONTAINER)
    defaults = classifications.of(job).get(classifications.CONTAINER_DEFAULTS, {})
    if not classifications.is_disabled(defaults, "executor.logging"):
        template["spec"]["containers"].append(sidecar.container(job, sidecar.of_spark(job), names.EXECUTOR))
    return template


def _template(job: JobRun, component: str, container: str) -> Document:
    main: Document = {
        "name": container,
        "securityContext": pod_parts.CONTAINER_SECURITY,
        "env": pod_parts.log_environment(),
        "volumeMounts": pod_parts.mounts(),
        # EMR has the errors of the log in the termination message; this is Kubernetes' way to the same.
        "terminationMessagePolicy": "FallbackToLogsOnError",
    }
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"labels": names.labels(job, component)},
        "spec": {
            "securityContext": pod_parts.POD_SECURITY,
            "volumes": pod_parts.volumes(job),
            "containers": [main],
        },
    }
