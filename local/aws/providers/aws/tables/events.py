"""EventBridge: buses, rules and their targets, which pulumi_aws has under CloudWatch."""

from __future__ import annotations

from typing import Final

from local.aws.providers.aws.rows import AutoName, Call, Read, Row, Tagging

_TAGS: Final = Read(operation="ListTagsForResource", request={"ResourceARN": "{Arn}"}, path="Tags", into="tags")
_TAGGING: Final = Tagging(tag="TagResource", untag="UntagResource", request={"ResourceARN": "{arn}"})
_OF_RULE: Final = {"Rule": "{rule}", "EventBusName": "{eventBusName}"}
_RULE: Final = {"Name": "{name}", "EventBusName": "{eventBusName}"}
_TARGET: Final = frozenset(
    {
        *("arn", "deadLetterConfig", "input", "inputPath", "inputTransformer", "retryPolicy", "roleArn"),
        "sqsTarget",
    }
)
"""What a target says to the services that events are delivered to here."""

EVENT_BUS: Final = Row(
    type="aws:cloudwatch/eventBus:EventBus",
    service="events",
    create=Call(operation="CreateEventBus"),
    id="{name}",
    reads=(Read(operation="DescribeEventBus", request={"Name": "{id}"}), _TAGS),
    updates=(Call(operation="UpdateEventBus", request={"Name": "{id}"}, whole=True),),
    delete=Call(operation="DeleteEventBus", request={"Name": "{id}"}),
    without=frozenset({"eventSourceName", "logConfig"}),
    autoname=AutoName(limit=256),
    tags=_TAGGING,
)

EVENT_RULE: Final = Row(
    type="aws:cloudwatch/eventRule:EventRule",
    service="events",
    create=Call(operation="PutRule"),
    id="{eventBusName}/{name}",
    reads=(Read(operation="DescribeRule", request=_RULE), _TAGS),
    updates=(Call(operation="PutRule", request=_RULE, whole=True),),
    delete=Call(operation="DeleteRule", request=_RULE),
    defaults={"eventBusName": "default", "state": "ENABLED"},
    without=frozenset({"forceDestroy", "isEnabled"}),
    autoname=AutoName(limit=64),
    tags=_TAGGING,
)

EVENT_TARGET: Final = Row(
    type="aws:cloudwatch/eventTarget:EventTarget",
    service="events",
    create=Call(
        operation="PutTargets",
        request={**_OF_RULE, "Targets": [{"Id": "{targetId}"}]},
        within="Targets[0]",
        only=_TARGET | {"eventBusName", "rule", "targetId"},
    ),
    id="{eventBusName}/{rule}/{targetId}",
    reads=(
        Read(
            operation="ListTargetsByRule",
            request=_OF_RULE,
            path="Targets[?Id=='{targetId}'] | [0]",
            paged=True,
        ),
    ),
    updates=(
        Call(
            operation="PutTargets",
            request={**_OF_RULE, "Targets": [{"Id": "{targetId}"}]},
            within="Targets[0]",
            only=_TARGET,
            whole=True,
        ),
    ),
    delete=Call(operation="RemoveTargets", request={**_OF_RULE, "Ids": ["{targetId}"]}),
    names={
        "inputTransformer.inputPaths": "inputPathsMap",
        "retryPolicy.maximumEventAgeInSeconds": "maximumEventAgeInSeconds",
        "sqsTarget": "sqsParameters",
        "targetId": "Id",
    },
    computed={"rule": "{rule}", "eventBusName": "{eventBusName}"},
    defaults={"eventBusName": "default"},
    autoname=AutoName(name="targetId", limit=64, prefixed_by=""),
)

ROWS: Final = (EVENT_BUS, EVENT_RULE, EVENT_TARGET)
