"""The guide's pi example, from the AWS CLI to the event in a queue; and the same with a seed."""

from __future__ import annotations

import gzip
import json
import re
import sys
from typing import TYPE_CHECKING, Any

import pytest

from local.job import request
from tests.cloud.jobs.conftest import COMPONENT, ENDED, JOB_ID, Jobs, Run, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.cloud


@pytest.fixture(scope="module")
def queue(jobs: Jobs) -> Iterator[str]:
    """A queue that gets the state changes of job runs, as a tenant would have one."""
    sqs, events = jobs.cloud.aws("sqs"), jobs.cloud.aws("events")
    url = sqs.create_queue(QueueName="job-events")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    pattern = {"source": ["aws.emr-containers"], "detail-type": ["EMR Job Run State Change"]}
    rule = events.put_rule(Name="job-events", EventPattern=json.dumps(pattern))["RuleArn"]
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "events.amazonaws.com"},
                "Action": "sqs:SendMessage",
                "Resource": arn,
                "Condition": {"ArnEquals": {"aws:SourceArn": rule}},
            }
        ],
    }
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
    events.put_targets(Rule="job-events", Targets=[{"Id": "queue", "Arn": arn}])
    yield url
    events.remove_targets(Rule="job-events", Ids=["queue"])
    events.delete_rule(Name="job-events")


def received(jobs: Jobs, queue: str) -> list[dict[str, Any]]:
    """All messages of the queue."""
    found: list[dict[str, Any]] = []
    while page := jobs.cloud.aws("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
        found += [json.loads(message["Body"]) for message in page]
    return found


@pytest.mark.covers("JR-16", "JR-17", "JR-19", "JR-20", "MO-08", "MO-09")
def test_the_guides_example_runs_as_its_reader_would_run_it(jobs: Jobs, queue: str, tmp_path: Path) -> None:
    document, _ = request.read("pi")
    parameters = request.filled(document, jobs.tenants["analytics"], None)
    file = tmp_path / "start-job-run-request.json"
    file.write_text(json.dumps(parameters))
    started = json.loads(
        jobs.cloud.run(
            "aws", "emr-containers", "start-job-run", "--cli-input-json", f"file://{file}", "--output", "json"
        )
    )
    run = Run(id=started["id"], virtual_cluster=started["virtualClusterId"], namespace="analytics", request=parameters)
    seen: dict[str, dict[str, Any]] = {}
    states: list[str] = []

    def ended() -> bool:
        state = jobs.describe(run)["state"]
        states.extend([state] if state not in states else [])
        if state in ("SUBMITTED", "RUNNING"):
            seen.update({pod["metadata"]["name"]: pod for pod in jobs.pods(run)})
        return state in ENDED

    wait_for("the end of pi", ended)
    done = jobs.describe(run)
    assert done["state"] == "COMPLETED", done
    assert [state for state in states if state in ("SUBMITTED", "RUNNING", "COMPLETED")] == [
        "SUBMITTED",
        "RUNNING",
        "COMPLETED",
    ]
    components = sorted(pod["metadata"]["labels"][COMPONENT] for pod in seen.values())
    assert components == ["controller", "driver", "executor", "executor"]
    assert all(pod["metadata"]["labels"][JOB_ID] == run.id for pod in seen.values())
    accounts = {pod["spec"]["serviceAccountName"].split("-")[4] for pod in seen.values()}
    assert accounts == {"client", "driver", "executor"}

    value = wait_for("the result", lambda: re.search(r"Pi is roughly (\d\.\d+)", jobs.driver(run)), 30)
    assert 3 < float(value[1]) < 3.3
    assert_logs_lie_where_the_guide_says(jobs, run, seen)

    events = [event for event in received(jobs, queue) if event["detail"]["id"] == run.id]
    assert sorted(event["detail"]["state"] for event in events) == ["COMPLETED", "RUNNING", "SUBMITTED"]
    assert {event["source"] for event in events} == {"aws.emr-containers"}


def assert_logs_lie_where_the_guide_says(jobs: Jobs, run: Run, pods: dict[str, dict[str, Any]]) -> None:
    by_component: dict[str, list[dict[str, Any]]] = {}
    for pod in pods.values():
        by_component.setdefault(pod["metadata"]["labels"][COMPONENT], []).append(pod)
    (controller,), (driver,) = by_component["controller"], by_component["driver"]
    application = driver["metadata"]["labels"]["spark-app-selector"]
    folders = [controller["metadata"]["name"], f"{application}/{driver['metadata']['name']}"]
    folders += [f"{application}/{pod['metadata']['name']}" for pod in by_component["executor"]]
    middle = f"{run.virtual_cluster}/jobs/{run.id}/containers"

    contract = jobs.tenants["analytics"]
    bucket, _, key = contract["logsUri"].removeprefix("s3://").partition("/")
    listed = jobs.cloud.aws("s3").list_objects_v2(Bucket=bucket, Prefix=f"{key}{middle}/").get("Contents", [])
    keys = {each["Key"] for each in listed}
    streams = {
        stream["logStreamName"]
        for stream in jobs.cloud.aws("logs").describe_log_streams(logGroupName=contract["logGroup"])["logStreams"]
    }
    for folder in folders:
        for name in ("stdout", "stderr"):
            if name == "stdout" and not folder.endswith("-driver"):
                continue  # only what was written is uploaded, and these write nothing there
            assert f"{key}{middle}/{folder}/{name}.gz" in keys
            assert f"pi/{middle}/{folder}/{name}" in streams
    body = jobs.cloud.aws("s3").get_object(Bucket=bucket, Key=f"{key}{middle}/{folders[0]}/stderr.gz")["Body"].read()
    assert gzip.decompress(body)


def test_pi_is_computed_by_the_executors_and_follows_its_seed(jobs: Jobs) -> None:
    two = (
        "--conf spark.executor.instances=2",
        # Not a task before both executors are there, however busy the machine is.
        "--conf spark.scheduler.minRegisteredResourcesRatio=1.0",
        "--conf spark.scheduler.maxRegisteredResourcesWaitingTime=900s",
    )
    runs = [jobs.start("sandbox", jobs.request("sandbox", *two, arguments=(seed, "4"))) for seed in ("7", "7", "8")]
    for run in runs:
        done = jobs.end(run)
        assert done["state"] == "COMPLETED", done
    first, second, other = (jobs.result(run) for run in runs)
    assert first["pi"] == second["pi"] != other["pi"]
    for result in (first, second, other):
        assert 3 < result["pi"] < 3.3
        assert len(result["executors"]) == 2


@pytest.mark.covers("RM-02")
def test_a_driver_over_the_maximum_fails_with_the_api_servers_words(jobs: Jobs) -> None:
    document, _ = request.read("driver-too-large")
    run = jobs.start("analytics", request.filled(document, jobs.tenants["analytics"], None))
    done = jobs.end(run)
    assert done["state"] == "FAILED"
    assert done["failureReason"] == "USER_ERROR"
    assert "must be less than or equal to cpu limit of 6" in done["stateDetails"]
    assert not jobs.pods(run, "driver")


def test_make_job_explains_executors_over_the_maximum_and_cancels(jobs: Jobs) -> None:
    command = (sys.executable, "-m", "local", "job", "executor-too-large", "--folder", str(jobs.cloud.folder.path))
    printed = jobs.cloud.run(*command)
    assert "CANCELLED" in printed
    (sentence,) = [line for line in printed.splitlines() if line.startswith("The run stays RUNNING")]
    assert "must be less than or equal to cpu limit of 6" in sentence
    assert "executor" not in [line.split()[2] for line in printed.splitlines() if " s  " in line]
