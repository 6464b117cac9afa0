"""Topics, their policies and subscriptions; what SNS says of them are attributes, and all of them text."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from local.aws.providers.aws.rows import Action, AutoName, Call, Read, Row, Special, Tagging, Work

if TYPE_CHECKING:
    from collections.abc import Mapping

_ATTRIBUTES: Final = {"displayName": "DisplayName", "kmsMasterKeyId": "KmsMasterKeyId"}
_OWNERS: Final = (
    *("AddPermission", "DeleteTopic", "GetTopicAttributes", "ListSubscriptionsByTopic", "Publish"),
    *("RemovePermission", "SetTopicAttributes", "Subscribe"),
)


def attribute(name: str) -> Special:
    """Give what reads an attribute."""
    return Special(from_api=lambda raw: raw["attributes"].get(name) or None)


def change_attributes(work: Work, olds: Mapping[str, Any], news: Mapping[str, Any]) -> None:
    """Set the attributes of a topic that differ; an empty text takes one away."""
    for name, member in _ATTRIBUTES.items():
        if olds.get(name) != news.get(name):
            work.api("SetTopicAttributes", TopicArn=work.id, AttributeName=member, AttributeValue=news.get(name) or "")


def reset_policy(work: Work) -> None:
    """Give a topic the policy that SNS gives a new one: all rights to its own account (CreateTopic)."""
    statement = {
        "Sid": "__default_statement_ID",
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": [f"SNS:{action}" for action in _OWNERS],
        "Resource": work.id,
        "Condition": {"StringEquals": {"AWS:SourceOwner": work.id.split(":")[4]}},
    }
    policy = {"Version": "2008-10-17", "Id": "__default_policy_ID", "Statement": [statement]}
    work.api("SetTopicAttributes", TopicArn=work.id, AttributeName="Policy", AttributeValue=json.dumps(policy))


_TOPIC: Final = Read(operation="GetTopicAttributes", request={"TopicArn": "{id}"}, path="Attributes", into="attributes")

TOPIC: Final = Row(
    type="aws:sns/topic:Topic",
    service="sns",
    create=Call(operation="CreateTopic", only=frozenset({"name"})),
    id="TopicArn",
    reads=(
        _TOPIC,
        Read(operation="ListTagsForResource", request={"ResourceArn": "{id}"}, path="Tags", into="tags"),
    ),
    updates=(Action(covers=frozenset(_ATTRIBUTES), run=change_attributes),),
    delete=Call(operation="DeleteTopic", request={"TopicArn": "{id}"}),
    specials={
        **{name: attribute(member) for name, member in _ATTRIBUTES.items()},
        "name": Special(from_api=lambda raw: raw["attributes"]["TopicArn"].rpartition(":")[2]),
        "owner": attribute("Owner"),
        "policy": attribute("Policy"),
    },
    computed={"arn": "{id}"},
    autoname=AutoName(limit=256),
    tags=Tagging(tag="TagResource", untag="UntagResource", request={"ResourceArn": "{id}"}),
)

TOPIC_POLICY: Final = Row(
    type="aws:sns/topicPolicy:TopicPolicy",
    service="sns",
    create=Call(
        operation="SetTopicAttributes",
        request={"TopicArn": "{arn}", "AttributeName": "Policy", "AttributeValue": "{policy}"},
        only=frozenset({"arn", "policy"}),
    ),
    id="{arn}",
    reads=(_TOPIC,),
    updates=(
        Call(
            operation="SetTopicAttributes",
            request={"TopicArn": "{id}", "AttributeName": "Policy", "AttributeValue": "{policy}"},
            only=frozenset({"policy"}),
        ),
    ),
    delete=None,
    specials={"policy": attribute("Policy"), "owner": attribute("Owner")},
    computed={"arn": "{id}"},
    identity=frozenset({"arn"}),
    before_delete=reset_policy,
)

SUBSCRIPTION: Final = Row(
    type="aws:sns/topicSubscription:TopicSubscription",
    service="sns",
    create=Call(operation="Subscribe", request={"ReturnSubscriptionArn": True}),
    id="SubscriptionArn",
    reads=(
        Read(
            operation="GetSubscriptionAttributes",
            request={"SubscriptionArn": "{id}"},
            path="Attributes",
            into="attributes",
        ),
    ),
    delete=Call(operation="Unsubscribe", request={"SubscriptionArn": "{id}"}),
    names={"topic": "TopicArn"},
    specials={
        "endpoint": attribute("Endpoint"),
        "protocol": attribute("Protocol"),
        "topic": attribute("TopicArn"),
        "ownerId": attribute("Owner"),
        "pendingConfirmation": Special(from_api=lambda raw: raw["attributes"]["PendingConfirmation"] == "true"),
        "confirmationWasAuthenticated": Special(
            from_api=lambda raw: raw["attributes"].get("ConfirmationWasAuthenticated") == "true"
        ),
    },
    computed={"arn": "{id}"},
    defaults={"confirmationTimeoutInMinutes": 1, "endpointAutoConfirms": False},
    settings=frozenset({"confirmationTimeoutInMinutes", "endpointAutoConfirms"}),
)

ROWS: Final = (TOPIC, TOPIC_POLICY, SUBSCRIPTION)
