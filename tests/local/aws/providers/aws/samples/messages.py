"""Queues, buses, rules and what they send to."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.local.aws.providers.aws.samples.sample import Sample
from tests.local.aws.providers.aws.world import document

if TYPE_CHECKING:
    from tests.local.aws.providers.aws.world import World


def _redrive(world: World, count: int) -> str:
    return json.dumps({"deadLetterTargetArn": world.queue_arn(), "maxReceiveCount": count})


def _target(world: World) -> dict[str, Any]:
    bus = world.event_bus()
    return {"rule": world.event_rule(bus), "eventBusName": bus, "arn": world.queue_arn()}


def _dead_letters(world: World) -> dict[str, Any]:
    return {
        "deadLetterConfig": {"arn": world.queue_arn()},
        "retryPolicy": {"maximumEventAgeInSeconds": 60, "maximumRetryAttempts": 2},
        "roleArn": world.role("events.amazonaws.com")["Arn"],
        "sqsTarget": {"messageGroupId": world.name()},
    }


_QUEUES = [
    Sample(
        "aws:sqs/queue:Queue",
        lambda world: {
            "name": world.name(),
            "kmsMasterKeyId": world.key()["Arn"],
            "kmsDataKeyReusePeriodSeconds": 600,
            "messageRetentionSeconds": 300,
            "visibilityTimeoutSeconds": 60,
            "delaySeconds": 1,
            "maxMessageSize": 2048,
            "receiveWaitTimeSeconds": 20,
            "redrivePolicy": _redrive(world, 3),
            "tags": {"a": "1"},
        },
        lambda world: {
            "kmsMasterKeyId": world.key()["Arn"],
            "kmsDataKeyReusePeriodSeconds": 900,
            "messageRetentionSeconds": 600,
            "visibilityTimeoutSeconds": 61,
            "delaySeconds": 2,
            "maxMessageSize": 4096,
            "receiveWaitTimeSeconds": 10,
            "redrivePolicy": _redrive(world, 4),
        },
        adopts=True,
    ),
    Sample(
        "aws:sqs/queue:Queue",
        lambda world: {"name": world.name(), "sqsManagedSseEnabled": True},
        lambda _: {"sqsManagedSseEnabled": False},
        case="with its own key",
        adopts=True,
    ),
    Sample(
        "aws:sqs/queuePolicy:QueuePolicy",
        lambda world: {"queueUrl": world.queue(), "policy": document("sqs:SendMessage", Principal="*")},
        lambda _: {"policy": document("sqs:ReceiveMessage", Principal="*")},
        adopts=True,
    ),
    Sample(
        "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy",
        lambda world: {"queueUrl": world.queue(), "redriveAllowPolicy": '{"redrivePermission": "denyAll"}'},
        lambda _: {"redriveAllowPolicy": '{"redrivePermission": "allowAll"}'},
        adopts=True,
    ),
]

SAMPLES = [
    *_QUEUES,
    Sample(
        "aws:cloudwatch/eventBus:EventBus",
        lambda world: {
            "name": world.name(),
            "description": "one",
            "kmsKeyIdentifier": world.key()["Arn"],
            "deadLetterConfig": {"arn": world.queue_arn()},
            "tags": {"a": "1"},
        },
        lambda world: {
            "description": "two",
            "kmsKeyIdentifier": world.key()["Arn"],
            "deadLetterConfig": {"arn": world.queue_arn()},
        },
    ),
    Sample(
        "aws:cloudwatch/eventRule:EventRule",
        lambda world: {
            "name": world.name(),
            "eventBusName": world.event_bus(),
            "description": "one",
            "eventPattern": '{"source": ["aws.ec2"]}',
            "roleArn": world.role("events.amazonaws.com")["Arn"],
            "state": "ENABLED",
            "tags": {"a": "1"},
        },
        lambda world: {
            "description": "two",
            "eventPattern": '{"source": ["aws.health"]}',
            "roleArn": world.role("events.amazonaws.com")["Arn"],
            "state": "DISABLED",
        },
        adopts=True,
    ),
    Sample(
        "aws:cloudwatch/eventRule:EventRule",
        lambda world: {"name": world.name(), "scheduleExpression": "rate(5 minutes)"},
        lambda _: {"scheduleExpression": "rate(6 minutes)"},
        case="by the clock",
        adopts=True,
    ),
    Sample(
        "aws:cloudwatch/eventTarget:EventTarget",
        lambda world: {
            **_target(world),
            "targetId": world.name(),
            **_dead_letters(world),
            "inputTransformer": {"inputPaths": {"id": "$.detail.id"}, "inputTemplate": '{"id": <id>}'},
        },
        lambda world: {
            "arn": world.queue_arn(),
            **_dead_letters(world),
            "retryPolicy": {"maximumEventAgeInSeconds": 90, "maximumRetryAttempts": 3},
            "inputTransformer": {"inputPaths": {"id": "$.detail.id"}, "inputTemplate": '{"di": <id>}'},
        },
        adopts=True,
    ),
    Sample(
        "aws:cloudwatch/eventTarget:EventTarget",
        lambda world: {**_target(world), "targetId": world.name(), "input": '{"a": 1}'},
        lambda _: {"input": '{"a": 2}'},
        case="with a constant",
        adopts=True,
    ),
    Sample(
        "aws:cloudwatch/eventTarget:EventTarget",
        lambda world: {**_target(world), "targetId": world.name(), "inputPath": "$.detail"},
        lambda _: {"inputPath": "$.source"},
        case="with a part",
        adopts=True,
    ),
]
