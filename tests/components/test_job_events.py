from __future__ import annotations

import json
from typing import TYPE_CHECKING

from components.event_bus import EventBus, EventBusArgs
from components.tenant.events import JobEvents, JobEventsArgs
from spec.events import EventsSpec
from spec.place import Place

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Recording

PLACE = Place(platform="emr", account="123456789012", region="us-west-2")
RULE = "arn:aws:events:us-west-2:123456789012:rule/emr-events/emr-sales-job-events"


def tenant() -> JobEvents:
    args = JobEventsArgs(
        tenant="sales", spec=EventsSpec(), place=PLACE, bus="emr-events", virtual_cluster_id="vc1", tags={"team": "a"}
    )
    return JobEvents("sales-events", args)


def test_a_rule_on_the_platforms_bus_chooses_the_tenants_own_virtual_cluster(record: Callable[..., Recording]) -> None:
    rule = record(tenant).one("aws:cloudwatch/eventRule:EventRule", "sales-events-rule")
    assert rule.inputs["eventBusName"] == "emr-events"
    assert json.loads(rule.inputs["eventPattern"])["detail"]["virtualClusterId"] == ["vc1"]


def test_both_queues_are_encrypted_and_let_only_that_rule_send(record: Callable[..., Recording]) -> None:
    recording = record(tenant)
    for name, queue in (("queue", "emr-sales-job-events"), ("dead-letters", "emr-sales-job-events-dead")):
        made = recording.one("aws:sqs/queue:Queue", f"sales-events-{name}")
        assert (made.inputs["name"], made.inputs["sqsManagedSseEnabled"]) == (queue, True)
        policy = recording.one("aws:sqs/queuePolicy:QueuePolicy", f"sales-events-{name}-policy")
        allowed = json.loads(policy.inputs["policy"])["Statement"][0]
        assert allowed["Condition"] == {"ArnEquals": {"aws:SourceArn": RULE}}
        assert allowed["Resource"] == f"arn:aws:sqs:us-west-2:123456789012:{queue}"


def test_events_go_to_the_platforms_bus_by_a_role_that_only_puts_them_there(record: Callable[..., Recording]) -> None:
    recording = record(lambda: EventBus("events", EventBusArgs(place=PLACE)))
    rule = recording.one("aws:cloudwatch/eventRule:EventRule", "events-rule")
    assert json.loads(rule.inputs["eventPattern"]) == {"source": ["aws.emr-containers"]}
    assert "eventBusName" not in rule.inputs  # services of AWS send to the default bus only
    (statement,) = json.loads(recording.one("aws:iam/rolePolicy:RolePolicy").inputs["policy"])["Statement"]
    assert statement["Action"] == "events:PutEvents"
    assert statement["Resource"] == "arn:aws:events:us-west-2:123456789012:event-bus/emr-events"
