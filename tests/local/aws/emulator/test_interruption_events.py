"""EC2's warnings on their way to a queue, by a rule with an event pattern."""

from __future__ import annotations

import json
from typing import Any

from local.aws.emulator import event_delivery

QUEUE = "arn:aws:sqs:us-west-2:123456789012:interruptions"
SPOT = "EC2 Spot Instance Interruption Warning"


def received(sqs: Any, url: str) -> list[dict[str, Any]]:
    found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    return [json.loads(message["Body"]) for message in found]


def test_a_spot_warning_reaches_the_queue_and_other_events_do_not(aws: Any) -> None:
    events, sqs = aws("events"), aws("sqs")
    url = sqs.create_queue(QueueName="interruptions")["QueueUrl"]
    pattern = json.dumps({"source": ["aws.ec2"], "detail-type": [SPOT]})
    rule = events.put_rule(Name="spot", EventPattern=pattern)["RuleArn"]
    events.put_targets(Rule="spot", Targets=[{"Id": "queue", "Arn": QUEUE}])
    detail = {"instance-id": "i-1", "instance-action": "terminate"}
    event_delivery.put("123456789012", "us-west-2", "aws.ec2", SPOT, detail)
    assert received(sqs, url) == [], "the queue's policy lets nobody in yet"
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": QUEUE,
        "Condition": {"ArnEquals": {"aws:SourceArn": rule}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "1"})  # which leaves the policy alone
    event_delivery.put("123456789012", "us-west-2", "aws.ec2", "EC2 Instance Launch Successful", detail)
    event_delivery.put("123456789012", "us-west-2", "aws.ec2", SPOT, detail)
    (message,) = received(sqs, url)
    assert (message["detail-type"], message["detail"]) == (SPOT, detail)
