"""What a StartJobRun request says about Spark and about EMR's own containers."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from emr.job_shape import job_shape
from emr.spark_conf import effective
from emr.spark_submit import parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from emr.job_shape import JobShape

Document = dict[str, Any]
"""A request as JSON has it, with the fields and types of `emr.start_job_run`."""

PARAMETERS = MappingProxyType(
    {"sparkSubmitJobDriver": "sparkSubmitParameters", "sparkSqlJobDriver": "sparkSqlParameters"}
)
"""The field of each job driver that holds parameters of spark-submit."""


@dataclass(frozen=True, kw_only=True)
class Driver:
    """The one job driver of a request."""

    kind: str
    """`sparkSubmitJobDriver` or `sparkSqlJobDriver`."""
    entry_point: str
    """The program; empty if none is named."""
    parameters: str
    """Parameters of spark-submit; empty if none are given."""


def drivers(request: Document) -> Iterator[Driver]:
    """The job drivers of a request; there should be one."""
    for kind, parameters in PARAMETERS.items():
        driver: Document | None = request.get("jobDriver", {}).get(kind)
        if driver is not None:
            yield Driver(kind=kind, entry_point=driver.get("entryPoint", ""), parameters=driver.get(parameters, ""))


def properties(request: Document, classification: str) -> dict[str, str]:
    """The properties of a classification; of several blocks the last value counts, by our own choice."""
    blocks: list[Document] = request.get("configurationOverrides", {}).get("applicationConfiguration", [])
    found: dict[str, str] = {}
    for block in blocks:
        if block["classification"] == classification:
            found |= block.get("properties", {})
    return found


def settings_of(request: Document) -> Mapping[str, str]:
    """The Spark settings that count when a request runs, as far as it says."""
    parameters = "".join(driver.parameters for driver in drivers(request))
    return effective(parameters=parse(parameters).settings, defaults=properties(request, "spark-defaults"))


def shape_of(request: Document) -> JobShape:
    """The pods of a job run that was asked for with a request that has no faults.

    Raises:
        ValueError: the request has a size that cannot be read.
    """
    return job_shape(
        settings_of(request),
        entry_point="".join(driver.entry_point for driver in drivers(request)),
        container_defaults=properties(request, "emr-containers-defaults"),
        job_submitter=properties(request, "emr-job-submitter"),
    )
