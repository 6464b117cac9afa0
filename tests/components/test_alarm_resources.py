from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from components.alarms import Alarms, AlarmsArgs
from iam.evaluation import Principal, Request, evaluate_resource_policy
from spec import alarms
from spec.audit import AuditSpec
from spec.place import Place

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Recording

PLACE = Place(platform="emr", account="123456789012", region="us-west-2")
KEY = "arn:aws:kms:us-west-2:123456789012:key/audit"
TOPIC_ARN = "arn:aws:sns:us-west-2:123456789012:emr-alarms"
FILTER = "aws:cloudwatch/logMetricFilter:LogMetricFilter"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription"
CLOUDWATCH = Principal(kind="Service", names=("cloudwatch.amazonaws.com",))


def program(spec: AuditSpec) -> Callable[[], Alarms]:
    return lambda: Alarms(
        "alarms",
        AlarmsArgs(
            spec=spec, deployer=None, place=PLACE, trail_log_group="/trail", cluster_log_group="/cluster", key_arn=KEY
        ),
    )


@pytest.fixture
def recording(record: Callable[..., Recording]) -> Recording:
    return record(program(AuditSpec(subscribers=("a@example.com", "https://example.com/hook"))))


def test_each_call_that_matters_has_a_filter_on_the_log_that_records_it_and_an_alarm(recording: Recording) -> None:
    expected = [("/trail", each) for each in alarms.of_trail(PLACE, None)]
    expected += [("/cluster", each) for each in alarms.of_cluster(PLACE, None)]
    assert len(recording.of(FILTER)) == len(recording.of(ALARM)) == len(expected)
    for group, call in expected:
        name = f"emr-{call.purpose}"
        assert recording.one(FILTER, f"alarms-{call.purpose}-filter").inputs == {
            "name": name,
            "logGroupName": group,
            "pattern": call.pattern,
            "metricTransformation": {"name": name, "namespace": "Tenancy", "value": "1"},
        }
        assert recording.one(ALARM, f"alarms-{call.purpose}").inputs == {
            "name": name,
            "alarmDescription": call.description,
            "namespace": "Tenancy",
            "metricName": name,
            "statistic": "Sum",
            "period": 300,
            "evaluationPeriods": 1,
            "threshold": 1,
            "comparisonOperator": "GreaterThanOrEqualToThreshold",
            "treatMissingData": "notBreaching",
            "alarmActions": [TOPIC_ARN],
        }


def test_the_topic_is_encrypted_and_lets_only_the_platforms_alarms_publish(recording: Recording) -> None:
    assert recording.one("aws:sns/topic:Topic").inputs == {"name": "emr-alarms", "kmsMasterKeyId": KEY}
    policy = json.loads(recording.one("aws:sns/topicPolicy:TopicPolicy").inputs["policy"])

    def decided(principal: Principal, alarm: str, *, secure: str = "true") -> str:
        context = {
            "aws:SourceArn": f"arn:aws:cloudwatch:us-west-2:123456789012:alarm:{alarm}",
            "aws:SecureTransport": secure,
        }
        request = Request(action="sns:Publish", resource=TOPIC_ARN, context=context)
        return evaluate_resource_policy(policy, principal, request).outcome

    assert decided(CLOUDWATCH, "emr-rbac") == "allowed"
    assert decided(CLOUDWATCH, "other-rbac") == "implicitDeny"
    assert decided(Principal(kind="Service", names=("s3.amazonaws.com",)), "emr-rbac") == "implicitDeny"
    assert decided(CLOUDWATCH, "emr-rbac", secure="false") == "explicitDeny"


def test_an_alarm_waits_until_it_may_publish(recording: Recording) -> None:
    policy = recording.one("aws:sns/topicPolicy:TopicPolicy")
    assert all(recording.waits_for(each, policy) for each in recording.of(ALARM))


def test_subscribers_are_reached_as_they_can_be(recording: Recording) -> None:
    found = {each.inputs["endpoint"]: each.inputs["protocol"] for each in recording.of(SUBSCRIPTION)}
    assert found == {"a@example.com": "email", "https://example.com/hook": "https"}
    assert {each.inputs["topic"] for each in recording.of(SUBSCRIPTION)} == {TOPIC_ARN}


def test_a_subscriber_keeps_its_name_whoever_else_comes_and_no_name_tells_an_address(
    record: Callable[..., Recording], recording: Recording
) -> None:
    before = {each.inputs["endpoint"]: each.name for each in recording.of(SUBSCRIPTION)}
    spec = AuditSpec(subscribers=("first@example.com", "https://example.com/hook"))
    after = {each.inputs["endpoint"]: each.name for each in record(program(spec)).of(SUBSCRIPTION)}
    assert after["https://example.com/hook"] == before["https://example.com/hook"]
    assert not any("example" in name for name in (*before.values(), *after.values()))


def test_by_default_nobody_is_subscribed(record: Callable[..., Recording]) -> None:
    assert record(program(AuditSpec())).of(SUBSCRIPTION) == []
