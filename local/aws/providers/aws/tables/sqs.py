"""Queues and their policies; what SQS says of a queue are attributes, and all of them text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from local.aws.providers.aws.rows import Action, AutoName, Call, Read, Row, Special, Tagging, Work

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_NUMBERS: Final = {
    "delaySeconds": "DelaySeconds",
    "kmsDataKeyReusePeriodSeconds": "KmsDataKeyReusePeriodSeconds",
    "maxMessageSize": "MaximumMessageSize",
    "messageRetentionSeconds": "MessageRetentionPeriod",
    "receiveWaitTimeSeconds": "ReceiveMessageWaitTimeSeconds",
    "visibilityTimeoutSeconds": "VisibilityTimeout",
}
_TEXTS: Final = {"kmsMasterKeyId": "KmsMasterKeyId", "redrivePolicy": "RedrivePolicy"}
_FLAGS: Final = {"sqsManagedSseEnabled": "SqsManagedSseEnabled"}
_ATTRIBUTES: Final = {**_NUMBERS, **_TEXTS, **_FLAGS}
_DEFAULTS: Final = {
    "delaySeconds": 0,
    "kmsDataKeyReusePeriodSeconds": 300,
    "maxMessageSize": 262144,
    "messageRetentionSeconds": 345600,
    "receiveWaitTimeSeconds": 0,
    "visibilityTimeoutSeconds": 30,
}
"""What a queue has that is told nothing (SQS API reference, SetQueueAttributes): an absent number goes back to it."""


def said(name: str, value: Any) -> str:
    """Give the text of an attribute; one that is absent goes back to what a new queue has."""
    if value is None:
        value = _DEFAULTS.get(name, "")
    return str(value).lower() if isinstance(value, bool) else str(value)


def creation(values: dict[str, Any]) -> dict[str, Any]:
    """Give the request for a queue."""
    attributes = {_ATTRIBUTES[name]: said(name, values[name]) for name in _ATTRIBUTES if values.get(name) is not None}
    return {"QueueName": values["name"], "Attributes": attributes}


def change_attributes(work: Work, olds: Mapping[str, Any], news: Mapping[str, Any]) -> None:
    """Set the attributes of a queue that differ."""
    changed = {
        member: said(name, news.get(name))
        for name, member in _ATTRIBUTES.items()
        if olds.get(name) != news.get(name) and not (name in _FLAGS and news.get(name) is None)
    }
    if changed:
        work.api("SetQueueAttributes", QueueUrl=work.id, Attributes=changed)


def attribute(member: str, convert: Callable[[str], Any] = str) -> Special:
    """Give what reads an attribute."""

    def from_api(raw: dict[str, Any]) -> Any:
        text = raw["attributes"].get(member)
        return convert(text) if text else None

    return Special(from_api=from_api)


def is_true(text: str) -> bool:
    """Read a flag."""
    return text.lower() == "true"


def of_queue(token: str, name: str, member: str) -> Row:
    """Give the row of a policy of a queue, a resource of its own in Pulumi and an attribute in SQS."""
    put = "SetQueueAttributes"
    return Row(
        type=token,
        service="sqs",
        create=Call(
            operation=put,
            request={"QueueUrl": "{queueUrl}", "Attributes": {member: f"{{{name}}}"}},
            only=frozenset({"queueUrl", name}),
        ),
        id="{queueUrl}",
        reads=(
            Read(
                operation="GetQueueAttributes",
                request={"QueueUrl": "{id}", "AttributeNames": ["All"]},
                path=f"Attributes.{member} && Attributes",
                into="attributes",
            ),
        ),
        updates=(
            Call(
                operation=put,
                request={"QueueUrl": "{id}", "Attributes": {member: f"{{{name}}}"}},
                only=frozenset({name}),
            ),
        ),
        delete=Call(operation=put, request={"QueueUrl": "{id}", "Attributes": {member: ""}}),
        specials={name: attribute(member)},
        computed={"queueUrl": "{id}"},
        identity=frozenset({"queueUrl"}),
    )


QUEUE: Final = Row(
    type="aws:sqs/queue:Queue",
    service="sqs",
    create=Call(operation="CreateQueue", only=frozenset({"name", *_ATTRIBUTES}), build=creation),
    id="QueueUrl",
    reads=(
        Read(
            operation="GetQueueAttributes",
            request={"QueueUrl": "{id}", "AttributeNames": ["All"]},
            path="Attributes",
            into="attributes",
        ),
        Read(operation="ListQueueTags", request={"QueueUrl": "{id}"}, path="Tags", into="tags"),
    ),
    updates=(Action(covers=frozenset(_ATTRIBUTES), run=change_attributes),),
    delete=Call(operation="DeleteQueue", request={"QueueUrl": "{id}"}),
    specials={
        **{name: attribute(member, int) for name, member in _NUMBERS.items()},
        **{name: attribute(member) for name, member in _TEXTS.items()},
        **{name: attribute(member, is_true) for name, member in _FLAGS.items()},
        "arn": attribute("QueueArn"),
        "name": Special(from_api=lambda raw: raw["attributes"]["QueueArn"].rpartition(":")[2]),
        "policy": attribute("Policy"),
        "redriveAllowPolicy": attribute("RedriveAllowPolicy"),
    },
    computed={"url": "{id}"},
    # Policies are resources of their own here: one that names its own queue needs the queue's ARN first.
    without=frozenset({"policy", "redriveAllowPolicy"}),
    defaults={name: value for name, value in _DEFAULTS.items() if name != "kmsDataKeyReusePeriodSeconds"},
    autoname=AutoName(limit=80),
    tags=Tagging(tag="TagQueue", untag="UntagQueue", request={"QueueUrl": "{id}"}),
)

QUEUE_POLICY: Final = of_queue("aws:sqs/queuePolicy:QueuePolicy", "policy", "Policy")
REDRIVE_ALLOW_POLICY: Final = of_queue(
    "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy", "redriveAllowPolicy", "RedriveAllowPolicy"
)

ROWS: Final = (QUEUE, QUEUE_POLICY, REDRIVE_ALLOW_POLICY)
