"""Trails, metric filters, alarms, topics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.local.aws.providers.aws.samples.sample import Sample
from tests.local.aws.providers.aws.world import document

if TYPE_CHECKING:
    from tests.local.aws.providers.aws.world import World


def _selectors(bucket: str, kind: str) -> list[dict[str, Any]]:
    values = [f"arn:aws:s3:::{bucket}/"]
    data = [{"type": "AWS::S3::Object", "values": values}]
    return [{"readWriteType": kind, "includeManagementEvents": True, "dataResources": data}]


def _trail(world: World) -> dict[str, Any]:
    bucket = world.trail_bucket()
    return {
        "name": world.name(),
        "s3BucketName": bucket,
        "s3KeyPrefix": "one",
        "kmsKeyId": world.key_for("cloudtrail.amazonaws.com"),
        "cloudWatchLogsGroupArn": f"{world.log_group()}:*",
        "cloudWatchLogsRoleArn": world.trail_role(),
        "isMultiRegionTrail": True,
        "includeGlobalServiceEvents": True,
        "enableLogFileValidation": True,
        "enableLogging": True,
        "eventSelectors": _selectors(bucket, "All"),
        "tags": {"a": "1"},
    }


def _transformation(name: str) -> dict[str, Any]:
    return {"name": name, "namespace": "Test", "value": "1", "defaultValue": "0", "unit": "Count"}


_ALARM = {
    "alarmDescription": "one",
    "namespace": "Test",
    "metricName": "one",
    "statistic": "Sum",
    "period": 300,
    "evaluationPeriods": 1,
    "datapointsToAlarm": 1,
    "threshold": 1,
    "comparisonOperator": "GreaterThanOrEqualToThreshold",
    "treatMissingData": "notBreaching",
    "unit": "Count",
    "actionsEnabled": True,
}
_OTHER_ALARM = {
    "alarmDescription": "two",
    "namespace": "Test2",
    "metricName": "two",
    "statistic": "Maximum",
    "period": 60,
    "evaluationPeriods": 3,
    "datapointsToAlarm": 2,
    "threshold": 2.5,
    "comparisonOperator": "GreaterThanThreshold",
    "treatMissingData": "ignore",
    "unit": "Bytes",
    "actionsEnabled": False,
}
_ACTIONS = ("alarmActions", "okActions", "insufficientDataActions")

SAMPLES = [
    Sample(
        "aws:cloudtrail/trail:Trail",
        _trail,
        lambda world: {
            "s3BucketName": world.trail_bucket(),
            "s3KeyPrefix": "two",
            "kmsKeyId": world.key_for("cloudtrail.amazonaws.com"),
            "cloudWatchLogsGroupArn": f"{world.log_group()}:*",
            "cloudWatchLogsRoleArn": world.trail_role(),
            "isMultiRegionTrail": False,
            "includeGlobalServiceEvents": False,
            "enableLogFileValidation": False,
            "enableLogging": False,
            "eventSelectors": _selectors("other", "WriteOnly"),
        },
    ),
    Sample(
        "aws:cloudwatch/logMetricFilter:LogMetricFilter",
        lambda world: {
            "name": world.name(),
            "logGroupName": world.log_group().rpartition(":")[2],
            "pattern": '{ $.a = "b" }',
            "metricTransformation": _transformation("one"),
        },
        lambda _: {"pattern": '{ $.a = "c" }', "metricTransformation": _transformation("two")},
        adopts=True,
    ),
    Sample(
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        lambda world: {
            "name": world.name(),
            **_ALARM,
            **{name: [world.topic()] for name in _ACTIONS},
            "tags": {"a": "1"},
        },
        lambda world: {**_OTHER_ALARM, **{name: [world.topic()] for name in _ACTIONS}},
        adopts=True,
    ),
    Sample(
        "aws:sns/topic:Topic",
        lambda world: {
            "name": world.name(),
            "displayName": "one",
            "kmsMasterKeyId": world.key()["Arn"],
            "tags": {"a": "1"},
        },
        lambda world: {"displayName": "two", "kmsMasterKeyId": world.key()["Arn"]},
        adopts=True,
    ),
    Sample(
        "aws:sns/topicPolicy:TopicPolicy",
        lambda world: {"arn": world.topic(), "policy": document("sns:Publish", Principal="*")},
        lambda _: {"policy": document("sns:Subscribe", Principal="*")},
        adopts=True,
        stays=True,
    ),
    Sample(
        "aws:sns/topicSubscription:TopicSubscription",
        lambda world: {
            "topic": world.topic(),
            "protocol": "email",
            "endpoint": "security@example.com",
            "confirmationTimeoutInMinutes": 2,
            "endpointAutoConfirms": False,
        },
        adopts=True,
    ),
]
