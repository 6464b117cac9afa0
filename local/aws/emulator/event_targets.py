"""The targets that an EventBridge rule may send to here: queues, topics and log groups of moto's services."""

from __future__ import annotations

import json
import logging
import time
import uuid
from typing import Any

from moto.logs.models import logs_backends as _logs_backends  # pyright: ignore[reportMissingTypeStubs]
from moto.sns.models import sns_backends as _sns_backends  # pyright: ignore[reportMissingTypeStubs]
from moto.sqs.models import sqs_backends as _sqs_backends  # pyright: ignore[reportMissingTypeStubs]

from iam.evaluation import Principal, Request, evaluate_resource_policy

LOG = logging.getLogger(__name__)
Document = dict[str, Any]
_LOGS: Any = _logs_backends
_SNS: Any = _sns_backends
_SQS: Any = _sqs_backends
_SERVICES = ("events.amazonaws.com", "delivery.logs.amazonaws.com")


class UndeliverableError(Exception):
    """A target does not get its event; the message says why."""


def deliver(rule_arn: str, target: Document, text: str) -> None:
    """Send to one target.

    Raises:
        UndeliverableError: the target is absent, lets EventBridge not in, or is of a kind not delivered to here.
    """
    arn: str = target["Arn"]
    service = arn.split(":")[2]
    if service == "sqs":
        _to_queue(rule_arn, arn, text, target.get("SqsParameters", {}).get("MessageGroupId"))
    elif service == "sns":
        _to_topic(rule_arn, arn, text)
    elif service == "logs":
        _to_log_group(rule_arn, arn.removesuffix(":*"), text)
    else:
        raise UndeliverableError(f"the embedded cloud delivers no events to {service}")


def dead_letter(rule_arn: str, target: Document, text: str) -> None:
    """Keep what could not be delivered, if the target names a queue for that."""
    arn = target.get("DeadLetterConfig", {}).get("Arn")
    if arn is None:
        return
    try:
        _to_queue(rule_arn, arn, text, None)
    except Exception as error:  # noqa: BLE001 - whatever moto raises, the event is lost
        LOG.warning("EventBridge dead-letter queue %s: %s", arn, error)


def _to_queue(rule_arn: str, arn: str, text: str, group: str | None) -> None:
    _, _, _, region, account, name = arn.split(":")
    backend = _SQS[account][region]
    queue = backend.queues.get(name)
    if queue is None:
        raise UndeliverableError("there is no such queue")
    _check([queue.policy], rule_arn, "sqs:SendMessage", arn)
    backend.send_message(queue_name=name, message_body=text, group_id=group)


def _to_topic(rule_arn: str, arn: str, text: str) -> None:
    _, _, _, region, account, _ = arn.split(":")
    topic = _SNS[account][region].topics.get(arn)
    if topic is None:
        raise UndeliverableError("there is no such topic")
    _check([topic.policy], rule_arn, "sns:Publish", arn)
    topic.publish(text)


def _to_log_group(rule_arn: str, arn: str, text: str) -> None:
    _, _, _, region, account, _, name = arn.split(":", 6)
    backend = _LOGS[account][region]
    if name not in backend.groups:
        raise UndeliverableError("there is no such log group")
    stream = str(uuid.uuid4())
    policies = [policy.policy_document for policy in backend.resource_policies.values()]
    _check(policies, rule_arn, "logs:PutLogEvents", f"{arn}:log-stream:{stream}")
    backend.create_log_stream(name, stream)
    backend.put_log_events(name, stream, [{"timestamp": int(time.time() * 1000), "message": text}])


def _check(policies: list[Any], rule_arn: str, action: str, resource: str) -> None:
    """Ask the target's own policies whether EventBridge may."""
    context = {"aws:SourceArn": rule_arn, "aws:SourceAccount": rule_arn.split(":")[4]}
    request = Request(action=action, resource=resource, context=context)
    principal = Principal(kind="Service", names=_SERVICES)
    decisions = [
        evaluate_resource_policy(json.loads(policy) if isinstance(policy, str) else policy, principal, request)
        for policy in policies
        if policy
    ]
    refused = any(decision.outcome == "explicitDeny" for decision in decisions)
    if refused or not any(decision.allowed for decision in decisions):
        raise UndeliverableError(f"its policy does not let EventBridge do {action}")
