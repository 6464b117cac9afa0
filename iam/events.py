"""Names and policies of job events: the platform's bus, and the queues of tenants.

Source: EventBridge User Guide, "Using resource-based policies for Amazon EventBridge" and "Sending and receiving
events between event buses in the same account and Region".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam import names
from iam.documents import document

if TYPE_CHECKING:
    from iam.documents import Document

SERVICE = "events.amazonaws.com"
"""The principal of EventBridge."""
_USING = ("sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ReceiveMessage", "sqs:SendMessage")


def bus_name(platform: str) -> str:
    """Name of a platform's event bus, and of the rule on the default bus and the role that fill it."""
    return names.platform_role(platform, "events")


def queue_name(platform: str, tenant: str) -> str:
    """Name of the queue of a tenant's job events, and of the rule that fills it."""
    return f"{platform}-{tenant}-job-events"


def dead_letter_name(platform: str, tenant: str) -> str:
    """Name of the queue of what could not be delivered to it."""
    return f"{queue_name(platform, tenant)}-dead"


def arn(service: str, resource: str, *, account: str, region: str) -> str:
    """ARN of a bus, a rule or a queue."""
    return f"arn:{names.partition(region)}:{service}:{region}:{account}:{resource}"


def forwarding(bus_arn: str) -> Document:
    """What the rule on the default bus may: put events onto the platform's bus."""
    return document({"Sid": "Forward", "Effect": "Allow", "Action": "events:PutEvents", "Resource": bus_arn})


def queue(*, queue_arn: str, rule_arn: str) -> Document:
    """Policy of a queue: one rule may send, and nobody speaks plain HTTP."""
    return document(
        {
            "Sid": "LetRuleSend",
            "Effect": "Allow",
            "Principal": {"Service": SERVICE},
            "Action": "sqs:SendMessage",
            "Resource": queue_arn,
            "Condition": {"ArnEquals": {"aws:SourceArn": rule_arn}},
        },
        {
            "Sid": "RefuseWithoutTls",
            "Effect": "Deny",
            "Principal": "*",
            "Action": list(_USING),
            "Resource": queue_arn,
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
    )
