"""What EMR finds wrong with a job run after it has accepted it: such a run FAILs with VALIDATION_ERROR.

Sources: EMR on EKS Development Guide, "Common errors when running jobs" (classifications, and its words for them),
"Options for configuring a job run" (Spark settings that are not supported) and "Using pod templates" (names of the
containers). For the settings AWS publishes no words: they follow those for classifications.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from local.aws.emulator.emr_containers import releases

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.aws.emulator.emr_containers.job_run import Document, JobRun

REFUSED_SETTINGS = frozenset(
    {
        "spark.kubernetes.authenticate.driver.serviceAccountName",
        "spark.kubernetes.authenticate.executor.serviceAccountName",
        "spark.kubernetes.container.image",
        "spark.kubernetes.driver.container.image",
        "spark.kubernetes.executor.container.image",
        "spark.kubernetes.namespace",
        "spark.kubernetes.driver.pod.name",
        "spark.kubernetes.container.image.pullPolicy",
        "spark.kubernetes.driver.podTemplateContainerName",
        "spark.kubernetes.executor.podTemplateContainerName",
    }
)
"""Spark settings that belong to EMR; the two images of driver and executor alone are here as the one of both is."""
_REFUSED_OPTIONS = ("--master", "--deploy-mode", "--properties-file")
_TEMPLATES = ("spark.kubernetes.driver.podTemplateFile", "spark.kubernetes.executor.podTemplateFile")
_TIMEOUT = "job-start-timeout"


def fault(job: JobRun) -> str | None:
    """What is wrong with a job run, in the service's words; None if nothing is."""
    found = next(_faults(job), None)
    return f"JobRun submission failed. {found}" if found else None


def _faults(job: JobRun) -> Iterator[str]:
    release = releases.find(job.release_label)
    configurations: list[Document] = job.overrides.get("applicationConfiguration", [])
    supported = releases.classifications(release) if release else frozenset[str]()
    for one in configurations:
        if one["classification"] not in supported:
            yield f"Classification {one['classification']} not supported."
    try:
        words = shlex.split(job.driver["sparkSubmitJobDriver"].get("sparkSubmitParameters", ""))
    except ValueError as error:
        yield f"sparkSubmitParameters cannot be split into words: {error}."
        return
    for word in words:
        if word.partition("=")[0] in _REFUSED_OPTIONS:
            yield f"Option {word.partition('=')[0]} not supported."
    has_templates = release is not None and releases.has_pod_templates(release)
    for name in [*_conf(words), *_properties(configurations, "spark-defaults")]:
        if name in REFUSED_SETTINGS or (name in _TEMPLATES and not has_templates):
            yield f"Spark configuration {name} not supported."
    timeout = _properties(configurations, "emr-containers-defaults").get(_TIMEOUT)
    if timeout is not None and not (timeout.isdecimal() and int(timeout) > 0):
        yield f"{_TIMEOUT} must be a number of seconds above 0, not {timeout}."


def start_timeout(job: JobRun, default: int) -> int:
    """Seconds in which the driver must be running."""
    given = _properties(job.overrides.get("applicationConfiguration", []), "emr-containers-defaults").get(_TIMEOUT)
    return int(given) if given else default


def _conf(words: list[str]) -> Iterator[str]:
    """The names of the settings in the words of a spark-submit command."""
    for word, following in zip(words, [*words[1:], ""], strict=False):
        if word in ("--conf", "-c"):
            yield following.partition("=")[0].strip()
        elif word.startswith("--conf="):
            yield word.split("=", 2)[1].strip()


def _properties(configurations: list[Document], classification: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in configurations:
        if one["classification"] == classification:
            found.update(one.get("properties", {}))
    return found
