"""Tags of virtual clusters and job runs; those of job templates are given once, when they are made.

Source: EMR on EKS Development Guide, "Tagging your Amazon EMR on EKS resources", and the service model, whose
TagResource takes no ARN of a job template.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from local.aws.emulator.emr_containers.state import INVALID, LIVE, EmrContainers, VirtualCluster
from local.aws.emulator.rest_json.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.aws.emulator.emr_containers.job_run import JobRun
    from local.aws.emulator.emr_containers.state import Document
    from local.aws.emulator.rest_json.service import Call

MOST_TAGS = 50
_CHARACTERS = re.compile(r"[\w\s+\-=.:/@]*")


def check(tags: Mapping[str, str]) -> None:
    """Refuse what AWS keeps for itself and characters it does not take.

    Raises:
        ServiceError: ValidationException.
    """
    for part in (part for item in tags.items() for part in item):
        if part.lower().startswith("aws:"):
            raise ServiceError(INVALID, f"Tags must not begin with aws:, which is reserved for AWS use: {part}")
        if not _CHARACTERS.fullmatch(part):
            message = f"Tags hold letters, numbers, spaces and + - = . _ : / @ only: {part}"
            raise ServiceError(INVALID, message)


def tag(emr: EmrContainers, call: Call, params: dict[str, Any]) -> None:
    """TagResource."""
    found = _find(emr, call, params["resourceArn"])
    if isinstance(found, VirtualCluster) and found.state not in LIVE:
        raise ServiceError(INVALID, f"Virtual cluster state {found.state} is not valid to tag resource.")
    check(params["tags"])
    tags = {**found.document["tags"], **params["tags"]}
    if len(tags) > MOST_TAGS:
        raise ServiceError(INVALID, f"A resource can have at most {MOST_TAGS} tags.")
    found.document["tags"] = tags


def untag(emr: EmrContainers, call: Call, params: dict[str, Any]) -> None:
    """UntagResource."""
    found = _find(emr, call, params["resourceArn"])
    tags: dict[str, str] = found.document["tags"]
    found.document["tags"] = {key: value for key, value in tags.items() if key not in params["tagKeys"]}


def list_all(emr: EmrContainers, call: Call, params: dict[str, Any]) -> Document:
    """ListTagsForResource."""
    return {"tags": _find(emr, call, params["resourceArn"]).document["tags"]}


def _find(emr: EmrContainers, call: Call, arn: str) -> VirtualCluster | JobRun:
    *_, kind, identifier = arn.split("/")
    if kind == "jobruns":
        return emr.job_run(call, identifier)
    return emr.virtual_cluster(call, identifier)
