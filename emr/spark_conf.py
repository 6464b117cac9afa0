"""Spark settings of a job run: which EMR on EKS refuses, and which value counts where several places give one.

Source: EMR on EKS Development Guide, "Options for configuring a job run" and "Using pod templates".
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from emr.fault import Fault
from emr.releases import POD_TEMPLATES, check_feature

if TYPE_CHECKING:
    from collections.abc import Mapping

    from emr.releases import Release

REFUSED = MappingProxyType(
    {
        "spark.kubernetes.authenticate.driver.serviceAccountName": "EMR makes the account, after the execution role",
        "spark.kubernetes.authenticate.executor.serviceAccountName": "EMR makes the account, after the execution role",
        "spark.kubernetes.container.image": "EMR takes the image of the release label",
        "spark.kubernetes.namespace": "a job runs in the namespace of its virtual cluster",
        "spark.kubernetes.driver.pod.name": "EMR names the driver after the job run",
        "spark.kubernetes.container.image.pullPolicy": "EMR chooses it with the image",
        "spark.kubernetes.driver.podTemplateContainerName": "the name is fixed: spark-kubernetes-driver",
        "spark.kubernetes.executor.podTemplateContainerName": "the name is fixed: spark-kubernetes-executor",
    }
)
"""Settings that a job run cannot have, with the reason; EMR's own value counts whatever is given."""

PRECEDENCE = (
    "what the program says when it creates its SparkSession",
    "sparkSubmitParameters",
    "applicationConfiguration (spark-defaults)",
    "what EMR chose for the release",
    "Spark's own default",
)
"""Where a setting may come from; the first place that gives it counts. Only the second and third can be seen before
the job runs, and EMR does not publish the fourth.
"""

TEMPLATE_FILES = MappingProxyType(
    {
        "driver": "spark.kubernetes.driver.podTemplateFile",
        "executor": "spark.kubernetes.executor.podTemplateFile",
    }
)
"""The settings that name the pod templates in S3."""


def effective(*, parameters: Mapping[str, str], defaults: Mapping[str, str]) -> dict[str, str]:
    """The settings that count: those of sparkSubmitParameters before those of spark-defaults."""
    return {**defaults, **parameters}


def check_settings(settings: Mapping[str, str], release: Release | None) -> list[Fault]:
    """Settings of one place that EMR refuses, each fault under its key; a release that is not known passes."""
    faults = [
        Fault(
            where=key,
            given=repr(settings[key]),
            allowed="nothing: EMR on EKS gives this setting itself",
            why=why,
            write="the job run without this setting",
        )
        for key, why in REFUSED.items()
        if key in settings
    ]
    for key in TEMPLATE_FILES.values():
        if key in settings:
            faults += [fault.within(key) for fault in _check_template_file(settings[key], release)]
    return faults


def check_twice(*, parameters: Mapping[str, str], defaults: Mapping[str, str]) -> list[Fault]:
    """Settings that both places give with unlike values, each fault under its key."""
    return [
        Fault(
            where=key,
            given=f"{parameters[key]!r} in sparkSubmitParameters, {defaults[key]!r} in spark-defaults",
            allowed="one value of one setting",
            why=f"sparkSubmitParameters come first: {parameters[key]!r} counts, {defaults[key]!r} does not",
            write=f"{key} in one place only",
        )
        for key in parameters
        if key in defaults and parameters[key] != defaults[key]
    ]


def _check_template_file(uri: str, release: Release | None) -> list[Fault]:
    faults = check_feature(release, POD_TEMPLATES) if release else []
    if not uri.startswith("s3://"):
        faults.append(
            Fault(
                given=repr(uri),
                allowed="a file in S3: s3://<bucket>/<key>",
                why="EMR reads pod templates from S3, with the execution role",
                write="the URI of an uploaded template that the execution role may read",
            )
        )
    return faults
