"""The classification `emr-job-submitter`: where and how the submitter's pod runs.

Source: EMR on EKS Development Guide, "Using job submitter classification". Pod templates do not reach this pod.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local.aws.emulator.emr_containers.workload import classifications
from local.aws.emulator.emr_containers.workload.refusals import invalid

if TYPE_CHECKING:
    from local.aws.emulator.emr_containers.job_run import JobRun

Document = dict[str, Any]

_NODE_SELECTOR = "jobsubmitter.node.selector."
_TOLERATION = "jobsubmitter.node.toleration."
_LABEL = "jobsubmitter.label."
_ANNOTATION = "jobsubmitter.annotation."
_EFFECT, _SECONDS = ".effect", ".tolerationSeconds"
_EFFECTS = ("NoExecute", "NoSchedule", "PreferNoSchedule")


@dataclass(frozen=True, kw_only=True)
class SubmitterSettings:
    """What the classification says of the pod."""

    node_selector: dict[str, str]
    """Labels that its node must have."""
    tolerations: list[Document]
    """Its tolerations, in Kubernetes' form."""
    labels: dict[str, str]
    """Its own labels."""
    annotations: dict[str, str]
    """Its own annotations."""
    scheduler: str
    """Its scheduler; empty for the default one."""
    image: str
    """Image of the main container; empty for EMR's."""
    pull_policy: str
    """imagePullPolicy of its containers."""
    logging: bool
    """Whether it has the logging sidecar."""
    graceful_termination: bool
    """Whether spark-submit ends once the driver is there."""


def of(job: JobRun) -> SubmitterSettings:
    """The settings of a job run.

    Raises:
        WorkloadRefused: a toleration is incomplete or malformed.
    """
    properties = classifications.of(job).get(classifications.JOB_SUBMITTER, {})
    return SubmitterSettings(
        node_selector=_with_prefix(properties, _NODE_SELECTOR),
        tolerations=_tolerations(_with_prefix(properties, _TOLERATION)),
        labels=_with_prefix(properties, _LABEL),
        annotations=_with_prefix(properties, _ANNOTATION),
        scheduler=properties.get("jobsubmitter.scheduler.name", ""),
        image=properties.get("jobsubmitter.container.image", ""),
        pull_policy=properties.get("jobsubmitter.container.image.pullPolicy", "Always"),
        logging=not classifications.is_disabled(properties, "jobsubmitter.logging"),
        graceful_termination=properties.get("jobsubmitter.gracefulTermination") == "true",
    )


def _with_prefix(properties: dict[str, str], prefix: str) -> dict[str, str]:
    return {key.removeprefix(prefix): value for key, value in properties.items() if key.startswith(prefix)}


def _tolerations(properties: dict[str, str]) -> list[Document]:
    keys = [key for key in properties if not key.endswith((_EFFECT, _SECONDS))]
    extra = {key + suffix for key in keys for suffix in (_EFFECT, _SECONDS)}
    for key in properties:
        if key not in keys and key not in extra:
            raise invalid(f"{_TOLERATION}{key} is given without {_TOLERATION}{key.rpartition('.')[0]}.")
    return [_toleration(key, properties) for key in keys]


def _toleration(key: str, properties: dict[str, str]) -> Document:
    effect = properties.get(key + _EFFECT)
    if effect not in _EFFECTS:
        raise invalid(f"{_TOLERATION}{key}{_EFFECT} is {effect!r}: one of {', '.join(_EFFECTS)} is required.")
    value = properties[key]
    toleration: Document = {"key": key, "operator": "Equal" if value else "Exists", "effect": effect}
    if value:
        toleration["value"] = value
    if seconds := properties.get(key + _SECONDS):
        if not seconds.isascii() or not seconds.isdigit() or effect != "NoExecute":
            raise invalid(f"{_TOLERATION}{key}{_SECONDS} is {seconds!r}: seconds, and only with effect NoExecute.")
        toleration["tolerationSeconds"] = int(seconds)
    return toleration
