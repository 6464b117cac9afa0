"""The applicationConfiguration of a job run, by classification.

Source: EMR on EKS Development Guide, "Release versions" (table of classifications), "Using job submitter
classification" and "Using Amazon EMR container defaults classification".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.aws.emulator.emr_containers.workload.refusals import invalid

if TYPE_CHECKING:
    from local.aws.emulator.emr_containers.job_run import JobRun

Document = dict[str, Any]

SPARK_DEFAULTS = "spark-defaults"
SPARK_ENV = "spark-env"
EXPORT = "export"
CONTAINER_DEFAULTS = "emr-containers-defaults"
JOB_SUBMITTER = "emr-job-submitter"
LOG4J = ("spark-log4j", "spark-log4j2")
METRICS = "spark-metrics"
SITES = {"core-site": "core-site.xml", "emrfs-site": "emrfs-site.xml", "spark-hive-site": "hive-site.xml"}
"""Classifications that are Hadoop configuration files, with the name of the file."""
SUPPORTED = (SPARK_DEFAULTS, SPARK_ENV, CONTAINER_DEFAULTS, JOB_SUBMITTER, *LOG4J, METRICS, *SITES)
"""Every classification of a job run."""
_DISABLED = "DISABLED"


def of(job: JobRun) -> dict[str, dict[str, str]]:
    """The properties of a run by classification; those of `export` within `spark-env` under `spark-env`.

    A classification that is given twice is the union of both; the later one wins.

    Raises:
        WorkloadRefused: a classification is not supported.
    """
    found: dict[str, dict[str, str]] = {}
    for configuration in _list(job.overrides, "applicationConfiguration"):
        name: str = configuration["classification"]
        if name not in SUPPORTED:
            raise _unsupported(name)
        found.setdefault(name, {}).update(configuration.get("properties") or {})
        for nested in _list(configuration, "configurations"):
            if (name, nested["classification"]) != (SPARK_ENV, EXPORT):
                raise _unsupported(nested["classification"])
            found[name].update(nested.get("properties") or {})
    return found


def is_disabled(properties: dict[str, str], key: str) -> bool:
    """Whether a setting such as `executor.logging` is DISABLED; any other value enables."""
    return properties.get(key) == _DISABLED


def _list(document: Document, key: str) -> list[Document]:
    return document.get(key) or []


def _unsupported(name: str) -> Exception:
    return invalid(f"Classification {name} not supported.")
