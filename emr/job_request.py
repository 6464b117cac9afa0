"""Whether a StartJobRun request, as a person writes it for `--cli-input-json`, would be taken and would run.

Source: EMR on EKS Development Guide, "Submit a job run", "Options for configuring a job run" and "Common errors when
running jobs"; the service model of `emr-containers`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

from emr import quotas
from emr.fault import Fault
from emr.job_configuration import check_configuration
from emr.job_settings import PARAMETERS, Driver, drivers, properties
from emr.releases import RETRIES, SPARK_SQL, check_feature, check_label, release
from emr.shapes import check
from emr.spark_conf import check_settings, check_twice
from emr.spark_size_checks import check_sizes
from emr.spark_submit import parse
from emr.start_job_run import REQUEST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from emr.releases import Release

Document = dict[str, Any]
"""A request as JSON has it."""

_ROLE_ARN = re.compile(r"arn:aws[a-zA-Z0-9-]*:iam::\d{12}:role(/|/[\x21-\x7f]+/)[\w+=,.@-]+", re.ASCII)
_ROLE_NAME = re.compile(r"[\w+=,.@-]{1,64}", re.ASCII)
_SCHEME = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]*)://(?P<path>.*)", re.ASCII)
_NEEDED = ("name", "executionRoleArn", "releaseLabel", "jobDriver")


def check_request(request: object) -> tuple[Fault, ...]:
    """Everything that is wrong with a request, each fault under its path.

    Fields of a wrong type, or that are missing, come alone: what they mean cannot be told. A request that names a job
    template may leave out what the template holds.
    """
    faults = (*check(REQUEST, request), *_check_needed(request))
    if faults:
        return faults
    document = cast("Document", request)
    chosen = release(document.get("releaseLabel", ""))
    return (
        *_check_role(document),
        *_check_release(document, chosen),
        *_check_drivers(document, chosen),
        *check_configuration(document, chosen),
        *(fault.within("tags") for fault in quotas.check_tags(document.get("tags", {}))),
    )


def _check_needed(request: object) -> Iterator[Fault]:
    if not isinstance(request, dict) or "jobTemplateId" in request:
        return
    for name in _NEEDED:
        if name not in request:
            yield Fault(
                given=f"no {name}",
                allowed=f"{name}, unless jobTemplateId names a job template",
                why="the guide counts it among what a job run must name",
                write=f"a value for {name}",
            )


def _check_role(request: Document) -> Iterator[Fault]:
    role: str | None = request.get("executionRoleArn")
    if role is None or _ROLE_ARN.fullmatch(role):
        return
    why = f"1 validation error detected: Value {role} at 'executionRoleArn' failed to satisfy the ARN pattern"
    if _ROLE_NAME.fullmatch(role):
        why += "; the sample in the guide has a role's name here, which the service refuses"
    yield Fault(
        where="executionRoleArn",
        given=repr(role),
        allowed="the whole ARN: arn:aws:iam::<account>:role/<name>",
        why=why,
        write=f"arn:aws:iam::<account>:role/{role if _ROLE_NAME.fullmatch(role) else '<name>'}",
    )


def _check_release(request: Document, chosen: Release | None) -> Iterator[Fault]:
    label: str | None = request.get("releaseLabel")
    if label is not None:
        yield from (fault.within("releaseLabel") for fault in check_label(label))
    if chosen and "retryPolicyConfiguration" in request:
        yield from (fault.within("retryPolicyConfiguration") for fault in check_feature(chosen, RETRIES))


def _check_drivers(request: Document, chosen: Release | None) -> Iterator[Fault]:
    given = list(drivers(request))
    if "jobDriver" in request and len(given) != 1:
        yield Fault(
            where="jobDriver",
            given=" and ".join(driver.kind for driver in given) or "no driver",
            allowed=f"exactly one of {' and '.join(PARAMETERS)}",
            why="the field is a union: a job run has one program",
            write="sparkSubmitJobDriver",
        )
    for driver in given:
        yield from (fault.within(f"jobDriver.{driver.kind}") for fault in _check_driver(request, driver, chosen))


def _check_driver(request: Document, driver: Driver, chosen: Release | None) -> Iterator[Fault]:
    if driver.kind == "sparkSqlJobDriver" and chosen:
        yield from check_feature(chosen, SPARK_SQL)
    if driver.entry_point:
        yield from (fault.within("entryPoint") for fault in _check_entry_point(driver.entry_point))
    parsed = parse(driver.parameters)
    found = (
        *parsed.faults,
        *check_settings(parsed.settings, chosen),
        *check_sizes(parsed.settings),
        *check_twice(parameters=parsed.settings, defaults=properties(request, "spark-defaults")),
    )
    yield from (fault.within(PARAMETERS[driver.kind]) for fault in found)


def _check_entry_point(entry_point: str) -> Iterator[Fault]:
    found = _SCHEME.fullmatch(entry_point)
    scheme, path = (found["scheme"], found["path"]) if found else ("", "")
    if not found or scheme == "file":
        why = "the driver is a pod: a path without scheme, or with file:, is on the machine that submits"
        file = path if found else entry_point
        write = f"s3://<bucket>/{file.rpartition('/')[2]}, or local:///{file.lstrip('/')}"
    elif scheme == "local" and not path.startswith("/"):
        why = "what follows local:// is a whole path in the image"
        write = f"local:///{path}"
    elif scheme.startswith("s3") and "/" not in path.rstrip("/"):
        why = "a program is one object of a bucket"
        write = f"{scheme}://{path.rstrip('/') or '<bucket>'}/<key>"
    else:
        return
    yield Fault(
        given=repr(entry_point),
        allowed="a file in a file system that Hadoop knows: s3://<bucket>/<key>, or local:///<path> in the image",
        why=why,
        write=write,
    )
