"""The ConfigMap `<job>-spark-defaults`: Spark's configuration and EMR's pod templates, as the submitter reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from local.aws.emulator.emr_containers.workload import (
    classifications,
    configuration_files,
    names,
    pod_templates,
    spark_defaults,
)
from local.control_plane import ApiError

if TYPE_CHECKING:
    from local.aws.emulator.emr_containers.job_run import JobRun
    from local.control_plane import Api

Document = dict[str, Any]

SPARK_DEFAULTS = "spark-defaults.conf"
DRIVER_TEMPLATE = "driver-podtemplate.yaml"
EXECUTOR_TEMPLATE = "executor-podtemplate.yaml"
# EMR's own file is not published: this one says where the log of a container goes, to its standard error.
_LOG4J = {
    "rootLogger.level": "info",
    "rootLogger.appenderRef.stdout.ref": "console",
    "appender.console.type": "Console",
    "appender.console.name": "console",
    "appender.console.target": "SYSTEM_ERR",
    "appender.console.layout.type": "PatternLayout",
    "appender.console.layout.pattern": "%d{yy/MM/dd HH:mm:ss} %p %c{1}: %m%n%ex",
}


def document(job: JobRun) -> Document:
    """The ConfigMap as it is created: without the driver's template, which names the uid that it gets then.

    Raises:
        WorkloadRefused: a classification is not supported, or the Region is not known.
    """
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {
            "name": names.config_map_name(job),
            "namespace": job.namespace,
            "labels": names.labels(job),
        },
        "data": _files(job),
    }


def make(api: Api, job: JobRun) -> None:
    """Create the ConfigMap, complete; one that an earlier try of the same attempt left is completed.

    Raises:
        ApiError: the API server refuses, or does not answer.
        WorkloadRefused: see `document`.
    """
    path = names.core(job, "configmaps", names.config_map_name(job))
    try:
        stored = api.create(names.core(job, "configmaps"), document(job))
    except ApiError as error:
        if error.reason != "AlreadyExists":
            raise
        stored = api.get(path)
    template = pod_templates.driver(job, stored["metadata"]["uid"])
    api.patch(path, {"data": {DRIVER_TEMPLATE: _yaml(template)}})


def give_to(api: Api, job: JobRun, owner: Document) -> None:
    """Let the ConfigMap belong to the Kubernetes Job, so that both go together."""
    reference = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "name": owner["metadata"]["name"],
        "uid": owner["metadata"]["uid"],
        "controller": True,
        "blockOwnerDeletion": True,
    }
    path = names.core(job, "configmaps", names.config_map_name(job))
    api.patch(path, {"metadata": {"ownerReferences": [reference]}})


def _files(job: JobRun) -> dict[str, str]:
    given = classifications.of(job)
    log4j = dict(_LOG4J)
    for name in classifications.LOG4J:
        log4j |= given.get(name, {})
    files = {
        SPARK_DEFAULTS: configuration_files.java_properties(spark_defaults.settings(job)),
        "log4j2.properties": configuration_files.java_properties(log4j),
        EXECUTOR_TEMPLATE: _yaml(pod_templates.executor(job)),
    }
    if metrics := given.get(classifications.METRICS):
        files["metrics.properties"] = configuration_files.java_properties(metrics)
    if exports := given.get(classifications.SPARK_ENV):
        files["spark-env.sh"] = configuration_files.shell_exports(exports)
    for name, file in classifications.SITES.items():
        if name in given:
            files[file] = configuration_files.hadoop_xml(given[name])
    return files


def _yaml(template: Document) -> str:
    return yaml.safe_dump(template, sort_keys=False, width=1000)
