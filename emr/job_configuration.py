"""Whether the configurationOverrides of a StartJobRun request would be taken.

Source: EMR on EKS Development Guide, the releases' tables of classifications, "Configure a job run to use S3 logs".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from emr.fault import Fault
from emr.nearest import nearest
from emr.releases import NATIVE_SIDECAR, check_feature
from emr.spark_conf import check_settings
from emr.spark_size_checks import check_sizes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from emr.releases import Release

Document = dict[str, Any]
"""A request as JSON has it, with the fields and types of `emr.start_job_run`."""

_LOG_URI = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/.*)?", re.ASCII)


def check_configuration(request: Document, release: Release | None) -> Iterator[Fault]:
    """What is wrong with the overrides of a request, each fault under its path; a release not known passes."""
    overrides: Document = request.get("configurationOverrides", {})
    blocks: list[Document] = overrides.get("applicationConfiguration", [])
    names: set[str] = set()
    for index, block in enumerate(blocks):
        place = f"configurationOverrides.applicationConfiguration[{index}]"
        name: str = block["classification"]
        if name in names:
            yield _twice(name).within(place)
        names.add(name)
        yield from (fault.within(place) for fault in _check_block(name, block.get("properties", {}), release))
    monitoring: Document = overrides.get("monitoringConfiguration", {})
    uri: str | None = monitoring.get("s3MonitoringConfiguration", {}).get("logUri")
    if uri is not None and not _LOG_URI.fullmatch(uri):
        yield _log_uri(uri)


def _check_block(name: str, properties: dict[str, str], release: Release | None) -> Iterator[Fault]:
    if release and name not in release.classifications:
        yield Fault(
            where="classification",
            given=repr(name),
            allowed=", ".join(sorted(release.classifications)),
            why=f"{release.label} has no other; the job FAILS: JobRun submission failed. Classification {name} not "
            "supported.",
            write=nearest(name, release.classifications) or "spark-defaults",
        )
    if name == "spark-defaults":
        found = (*check_settings(properties, release), *check_sizes(properties))
        yield from (fault.within("properties") for fault in found)
    if release and name == "emr-containers-defaults" and "logging.nativeSidecar" in properties:
        yield from (
            fault.within("properties.logging.nativeSidecar") for fault in check_feature(release, NATIVE_SIDECAR)
        )


def _twice(name: str) -> Fault:
    return Fault(
        where="classification",
        given=f"{name!r} again",
        allowed="each classification once",
        why="which of two blocks counts is not published",
        write=f"one block of {name} with all properties",
    )


def _log_uri(uri: str) -> Fault:
    field = "configurationOverrides.monitoringConfiguration.s3MonitoringConfiguration.logUri"
    bucket, slash, prefix = re.sub(r"^\w+:/*|^/+", "", uri).partition("/")
    bucket = re.sub(r"[^a-z0-9.-]", "-", bucket.lower()).strip("-.")
    return Fault(
        where=field,
        given=repr(uri),
        allowed="s3://<bucket>, or a prefix in it; a bucket has 3 to 63 lower-case letters, digits, - and .",
        why=f"the service refuses the request: {field} failed to satisfy constraint",
        write=f"s3://{bucket or '<bucket>'}{slash}{prefix}",
    )
