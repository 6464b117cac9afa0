"""What a deployer does for the events of job runs: the platform's bus, and the rules and queues of tenants.

Source: Service Authorization Reference of EventBridge, SQS and IAM; EventBridge User Guide, "Using identity-based
policies for Amazon EventBridge" (a rule's target with a role takes `iam:PassRole`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam import events
from iam.deployer.capacity import QUEUE, RULES
from iam.deployer.scope import Scope, allow

if TYPE_CHECKING:
    from iam.documents import Statement

_BUS = (
    "CreateEventBus",
    "DeleteEventBus",
    "DescribeEventBus",
    "ListTagsForResource",
    "TagResource",
    "UntagResource",
    "UpdateEventBus",
)


def of_platform(scope: Scope) -> list[Statement]:
    """The statements about the bus, and about the rule on the default bus that fills it."""
    bus = events.bus_name(scope.platform)
    to_events = {"StringEquals": {"iam:PassedToService": events.SERVICE}}
    return [
        allow("EventBus", "events", _BUS, scope.arn("events", f"event-bus/{bus}")),
        allow("ForwardEvents", "events", RULES, scope.arn("events", f"rule/{bus}")),
        allow("PassForwarder", "iam", ["PassRole"], scope.iam_arn(f"role/{bus}"), to_events),
    ]


def of_tenants(scope: Scope) -> list[Statement]:
    """The statements about the rules and the queues of tenants."""
    queues = events.queue_name(scope.platform, "*")
    return [
        allow("JobEvents", "events", RULES, scope.arn("events", f"rule/{events.bus_name(scope.platform)}/{queues}")),
        allow("JobEventQueues", "sqs", QUEUE, [scope.arn("sqs", queues), scope.arn("sqs", f"{queues}-dead")]),
    ]
