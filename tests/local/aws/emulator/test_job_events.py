from __future__ import annotations

import json
import time

import pytest

from local.aws.emulator import event_delivery

PATTERN = json.dumps({"source": ["aws.emr-containers"], "detail-type": ["EMR Job Run State Change"]})
RULE = "arn:aws:events:us-west-2:123456789012:rule/rule"


def let_in(action, resource, **condition):
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": action,
        "Resource": resource,
    }
    return json.dumps(
        {"Version": "2012-10-17", "Statement": [statement | ({"Condition": condition} if condition else {})]}
    )


@pytest.fixture
def rule(aws):
    """Makes a rule for job runs with the targets given."""

    def make(*targets, name="rule", pattern=PATTERN, **options):
        aws("events").put_rule(Name=name, EventPattern=pattern, **options)
        aws("events").put_targets(Rule=name, Targets=[{"Id": str(n)} | t for n, t in enumerate(targets)])

    return make


class Queue:
    def __init__(self, sqs, name, policy=None):
        self.sqs, self.arn = sqs, f"arn:aws:sqs:us-west-2:123456789012:{name}"
        open_to_the_rule = let_in("sqs:SendMessage", self.arn, ArnEquals={"aws:SourceArn": RULE})
        attributes = {"Policy": policy or open_to_the_rule}
        self.url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]

    def messages(self):
        found = self.sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10).get("Messages", [])
        return [message["Body"] for message in found]

    def events(self):
        return [json.loads(body) for body in self.messages()]


@pytest.fixture
def queue(aws):
    return lambda name="queue", policy=None: Queue(aws("sqs"), name, policy)


@pytest.mark.covers("MO-02", "MO-03", "MO-04")
def test_a_run_that_completes_tells_three_events(*, world, queue, rule, virtual_cluster, start, reaches):
    target = queue()
    rule({"Arn": target.arn})
    run = start()
    reaches(run, "SUBMITTED")
    world.workload.every("running")
    reaches(run, "RUNNING")
    world.workload.every("succeeded")
    reaches(run, "COMPLETED")
    world.settle()
    events = sorted(target.events(), key=lambda e: ("SUBMITTED", "RUNNING", "COMPLETED").index(e["detail"]["state"]))
    assert [e["detail"]["severity"] for e in events] == ["INFO"] * 3
    first, second, last = (e["detail"] for e in events)
    about = f"Job Run {run} (pi)"
    assert first["message"].startswith(f"{about} was successfully submitted to virtual cluster {virtual_cluster} at 20")
    assert first["message"].endswith(" UTC.")
    assert second["message"].startswith(f"{about} in virtual cluster {virtual_cluster} started running at 20")
    assert last["message"].startswith(f"{about} in virtual cluster {virtual_cluster} completed at 20")
    assert last["message"].endswith(" and took 0 minutes to complete.")
    assert last["arn"].endswith(f":/virtualclusters/{virtual_cluster}/jobruns/{run}")
    assert last["virtualClusterId"] == virtual_cluster
    assert last["executionRoleArn"] == "arn:aws:iam::123456789012:role/job-role"
    assert last["finishedAt"][-1] == "Z"
    envelope = {name: value for name, value in events[0].items() if name not in ("id", "time", "detail")}
    assert envelope == {
        "version": "0",
        "detail-type": "EMR Job Run State Change",
        "source": "aws.emr-containers",
        "account": "123456789012",
        "region": "us-west-2",
        "resources": [],
    }


@pytest.mark.covers("MO-02", "MO-03")
def test_failure_is_an_error_and_cancellation_a_warning(*, world, aws, queue, rule, virtual_cluster, start, reaches):
    target = queue()
    states = {"detail": {"state": ["FAILED", "CANCELLED", "PENDING", "CANCEL_PENDING"]}}
    rule({"Arn": target.arn}, pattern=json.dumps(states))
    world.workload.every("failed", "JobRun failed. Exit code 1.", "USER_ERROR")
    reaches(start(), "FAILED")
    world.workload.every("running")
    run = start()
    reaches(run, "RUNNING")
    aws("emr-containers").cancel_job_run(id=run, virtualClusterId=virtual_cluster)
    reaches(run, "CANCELLED")
    world.settle()
    by_state = {event["detail"]["state"]: event["detail"] for event in target.events()}
    assert set(by_state) == {"FAILED", "CANCELLED"}
    assert by_state["FAILED"]["severity"] == "ERROR"
    assert by_state["FAILED"]["failureReason"] == "USER_ERROR"
    assert by_state["FAILED"]["stateDetails"] == "JobRun failed. Exit code 1."
    assert by_state["CANCELLED"]["severity"] == "WARN"
    assert by_state["CANCELLED"]["message"].startswith(f"Cancellation request has succeeded for Job Run {run} (pi)")


def test_a_further_attempt_is_told(world, queue, rule, start, reaches):
    target = queue()
    rule({"Arn": target.arn}, pattern=json.dumps({"detail-type": ["EMR Job Run New Driver Attempt"]}))
    world.workload.every("failed", "JobRun failed. Exit code 1.", "USER_ERROR")
    reaches(start(retryPolicyConfiguration={"maxAttempts": 2}), "FAILED")
    world.settle()
    (event,) = target.events()
    assert event["detail"]["currentAttemptCount"] == 2
    assert event["detail"]["previousDriverFailureMessage"] == "JobRun failed. Exit code 1."


def put():
    event_delivery.put(
        "123456789012", "us-west-2", "aws.emr-containers", "EMR Job Run State Change", {"state": "FAILED", "id": "1"}
    )


@pytest.mark.usefixtures("world")
@pytest.mark.covers("MO-01")
def test_a_pattern_without_a_source_matches_and_one_of_another_kind_does_not(queue, rule):
    matched, other = queue("matched"), queue("other")
    rule({"Arn": matched.arn}, pattern=json.dumps({"detail-type": ["EMR Job Run State Change"]}))
    rule({"Arn": other.arn}, name="other", pattern=json.dumps({"detail-type": ["EMR Cluster State Change"]}))
    put()
    assert len(matched.events()) == 1
    assert other.events() == []


@pytest.mark.usefixtures("world")
def test_a_disabled_rule_sends_nothing(queue, rule):
    target = queue()
    rule({"Arn": target.arn}, State="DISABLED")
    put()
    assert target.events() == []


@pytest.mark.usefixtures("world")
def test_topics_log_groups_and_other_buses_get_events(aws, queue, rule):
    target, at_topic = queue("of-bus"), queue("of-topic")
    topic = aws("sns").create_topic(Name="topic")["TopicArn"]
    aws("sns").set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=let_in("sns:Publish", topic))
    aws("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=at_topic.arn)
    aws("logs").create_log_group(logGroupName="/aws/events/jobs")
    group = "arn:aws:logs:us-west-2:123456789012:log-group:/aws/events/jobs"
    aws("logs").put_resource_policy(policyName="p", policyDocument=let_in("logs:PutLogEvents", f"{group}:*"))
    bus = aws("events").create_event_bus(Name="bus")["EventBusArn"]
    aws("events").put_rule(Name="rule", EventBusName="bus", EventPattern=PATTERN)
    open_queue = let_in("sqs:SendMessage", target.arn)
    aws("sqs").set_queue_attributes(QueueUrl=target.url, Attributes={"Policy": open_queue})
    aws("events").put_targets(Rule="rule", EventBusName="bus", Targets=[{"Id": "1", "Arn": target.arn}])
    rule({"Arn": topic}, {"Arn": group}, {"Arn": bus})
    put()
    assert json.loads(at_topic.events()[0]["Message"])["detail"]["state"] == "FAILED"
    logged = aws("logs").filter_log_events(logGroupName="/aws/events/jobs")["events"]
    assert json.loads(logged[0]["message"])["source"] == "aws.emr-containers"
    assert target.events()[0]["source"] == "aws.emr-containers"


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    "policy",
    [
        let_in("sqs:SendMessage", "arn:aws:sqs:us-west-2:123456789012:closed", ArnEquals={"aws:SourceArn": f"{RULE}2"}),
        let_in("sqs:ReceiveMessage", "*"),
    ],
)
def test_a_queue_whose_policy_does_not_let_the_rule_in_gets_nothing_and_the_others_theirs(queue, rule, policy):
    closed, target, dead = queue("closed", policy), queue(), queue("dead")
    rule(
        {"Arn": closed.arn, "DeadLetterConfig": {"Arn": dead.arn}},
        {"Arn": "arn:aws:sqs:us-west-2:123456789012:absent"},
        {"Arn": "arn:aws:lambda:us-west-2:123456789012:function:f"},
        {"Arn": target.arn},
    )
    put()
    assert closed.events() == []
    assert len(target.events()) == 1
    assert dead.events()[0]["detail"]["state"] == "FAILED"


@pytest.mark.usefixtures("world")
def test_a_target_chooses_its_input(queue, rule):
    constant, part, whole = queue("constant"), queue("part"), queue("whole")
    transformer = {"InputPathsMap": {"s": "$.detail.state"}, "InputTemplate": '{"is": "<s>"}'}
    rule(
        {"Arn": constant.arn, "Input": '"x"'},
        {"Arn": part.arn, "InputPath": "$.detail"},
        {"Arn": whole.arn, "InputTransformer": transformer},
    )
    put()
    assert constant.messages() == ['"x"']
    assert part.events() == [{"state": "FAILED", "id": "1"}]
    assert whole.events() == [{"is": "FAILED"}]


def test_trouble_with_events_never_harms_a_run(world, start, reaches, monkeypatch):
    def broken(*_):
        raise RuntimeError("broken")

    monkeypatch.setattr(event_delivery, "put", broken)
    world.workload.every("succeeded")
    reaches(start(), "COMPLETED")
    time.sleep(0.01)
