"""Spark's settings of a job run: EMR's defaults under the caller's, and EMR's own that nobody can change.

Priority, high to low: SparkSession in the code, `--conf` in sparkSubmitParameters, applicationConfiguration, EMR's
defaults, Spark's (EMR on EKS Development Guide, "Options for configuring a job run"); the fixed ones stand above all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.aws.emulator.emr_containers.workload import classifications, names, service_accounts, submitter_settings
from local.aws.emulator.emr_containers.workload.images import image

if TYPE_CHECKING:
    from local.aws.emulator.emr_containers.job_run import JobRun

# AWS publishes no list. These are in public copies of the file that EMR makes; left out are paths within EMR's image,
# EMR's own classes, and the event log, which feeds EMR's history server.
DEFAULTS = {
    "spark.driver.cores": "1",
    "spark.driver.memory": "1G",
    "spark.executor.cores": "1",
    "spark.executor.memory": "1G",
    "spark.authenticate": "true",
    "spark.dynamicAllocation.enabled": "false",
    "spark.shuffle.service.enabled": "false",
}
"""EMR's settings where neither the request nor the code has one."""
_SPARK = "spark.kubernetes"


def settings(job: JobRun) -> dict[str, str]:
    """What spark-defaults.conf holds.

    Raises:
        WorkloadRefused: a classification is not supported.
    """
    return DEFAULTS | classifications.of(job).get(classifications.SPARK_DEFAULTS, {})


def fixed(job: JobRun) -> dict[str, str]:
    """What holds whatever the request says: EMR on EKS names these as not to be set, or needs its own labels.

    Raises:
        WorkloadRefused: the request cannot be carried out.
    """
    found = {
        "spark.submit.deployMode": "cluster",
        f"{_SPARK}.namespace": job.namespace,
        f"{_SPARK}.container.image": image("spark", job.region, job.release_label),
        f"{_SPARK}.container.image.pullPolicy": "Always",
        f"{_SPARK}.driver.pod.name": names.driver_pod_name(job),
        f"{_SPARK}.driver.podTemplateContainerName": names.DRIVER_CONTAINER,
        f"{_SPARK}.executor.podTemplateContainerName": names.EXECUTOR_CONTAINER,
    }
    for component in (service_accounts.DRIVER, service_accounts.EXECUTOR):
        account = service_accounts.account_name(job, component)
        found[f"{_SPARK}.authenticate.{component}.serviceAccountName"] = account
    for key, value in names.labels(job, names.DRIVER).items():
        found[f"{_SPARK}.driver.label.{key}"] = value
        found[f"{_SPARK}.driver.service.label.{key}"] = value
    for key, value in names.labels(job, names.EXECUTOR).items():
        found[f"{_SPARK}.executor.label.{key}"] = value
    if submitter_settings.of(job).graceful_termination:
        found[f"{_SPARK}.submission.waitAppCompletion"] = "false"
    return found
