"""Trails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from local.aws.providers.aws.rows import Action, AutoName, Call, Read, Row, Special, Tagging, Work

if TYPE_CHECKING:
    from collections.abc import Mapping


def change_logging(work: Work, olds: Mapping[str, Any], news: Mapping[str, Any]) -> None:
    """Start or stop a trail."""
    del olds
    work.api("StartLogging" if news.get("enableLogging") else "StopLogging", Name=work.id)


TRAIL: Final = Row(
    type="aws:cloudtrail/trail:Trail",
    service="cloudtrail",
    create=Call(operation="CreateTrail"),
    id="TrailARN",
    reads=(
        Read(operation="GetTrail", request={"Name": "{id}"}, path="Trail"),
        Read(operation="GetTrailStatus", request={"Name": "{id}"}),
        Read(operation="GetEventSelectors", request={"TrailName": "{id}"}),
        Read(
            operation="ListTags",
            request={"ResourceIdList": ["{id}"]},
            path="ResourceTagList[0].TagsList",
            into="tags",
        ),
    ),
    updates=(
        Call(operation="UpdateTrail", request={"Name": "{id}"}),
        Call(operation="PutEventSelectors", request={"TrailName": "{id}"}),
        Action(covers=frozenset({"enableLogging"}), run=change_logging),
    ),
    delete=Call(operation="DeleteTrail", request={"Name": "{id}"}),
    names={"arn": "TrailARN", "cloudWatchLogsGroupArn": "CloudWatchLogsLogGroupArn"},
    paths={"enableLogFileValidation": "LogFileValidationEnabled"},
    specials={"enableLogging": Special(from_api=lambda raw: raw["IsLogging"])},
    computed={"homeRegion": "{region}"},
    defaults={
        "enableLogFileValidation": False,
        "enableLogging": True,
        "includeGlobalServiceEvents": True,
        "isMultiRegionTrail": False,
    },
    without=frozenset({"advancedEventSelectors", "insightSelectors", "isOrganizationTrail", "snsTopicName"}),
    autoname=AutoName(limit=128),
    tags=Tagging(tag="AddTags", untag="RemoveTags", request={"ResourceId": "{id}"}, member="TagsList"),
)

ROWS: Final = (TRAIL,)
