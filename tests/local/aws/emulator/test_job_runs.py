from __future__ import annotations

import time
from datetime import timedelta

import pytest

from local.aws.emulator.emr_containers import job_states
from plugin import live_work
from tests.local.aws.emulator.as_user import allow
from tests.local.aws.emulator.emr_role import NAMESPACE


@pytest.fixture
def listed(aws, virtual_cluster):
    return lambda **options: [
        run["id"] for run in aws("emr-containers").list_job_runs(virtualClusterId=virtual_cluster, **options)["jobRuns"]
    ]


def test_runs_are_listed_newest_first_in_pages(aws, virtual_cluster, start, listed):
    runs = [start() for _ in range(5)]
    assert listed() == runs[::-1]
    pages = (
        aws("emr-containers").get_paginator("list_job_runs").paginate(virtualClusterId=virtual_cluster, maxResults=2)
    )
    assert [[run["id"] for run in page["jobRuns"]] for page in pages] == [runs[:2:-1], runs[2:0:-1], runs[:1]]


def test_runs_are_filtered_by_name_state_and_time(world, start, listed, reaches):
    first = start(name="first")
    reaches(first, "SUBMITTED")
    world.workload.every("succeeded")
    reaches(first, "COMPLETED")
    world.emulator.emr.job_runs[first].document["createdAt"] -= timedelta(hours=1)
    created = reaches(first, "COMPLETED")["createdAt"]
    world.workload.every("submitting")
    second = start(name="second")
    reaches(second, "SUBMITTED")
    assert listed(name="first") == [first]
    assert listed(states=["COMPLETED"]) == [first]
    assert listed(states=["COMPLETED", "SUBMITTED"]) == [second, first]
    assert listed(states=["FAILED"]) == []
    assert listed(createdBefore=created) == [first]
    assert listed(createdAfter=created) == [second, first]
    assert listed(createdAfter=created + timedelta(seconds=1)) == [second]
    assert listed(createdAfter="2100-01-01") == []


def test_runs_of_another_virtual_cluster_are_not_listed_nor_found(
    *, aws, open_namespace, create, start, listed, refused
):
    emr = aws("emr-containers")
    run = start()
    open_namespace(NAMESPACE, "team-b")
    other = create("team-b")["id"]
    assert listed() == [run]
    assert emr.list_job_runs(virtualClusterId=other)["jobRuns"] == []
    missing = f"Job run {run} doesn't exist."
    assert refused(emr.describe_job_run, id=run, virtualClusterId=other) == ("ResourceNotFoundException", missing)
    assert refused(emr.cancel_job_run, id=run, virtualClusterId=other) == ("ValidationException", missing)


def test_a_run_is_cancelled_when_nothing_of_it_is_left(
    *, world, aws, virtual_cluster, start, reaches, described, refused
):
    emr = aws("emr-containers")
    run = start()
    world.workload.every("running")
    reaches(run, "RUNNING")
    world.workload.leaves = True
    assert emr.cancel_job_run(id=run, virtualClusterId=virtual_cluster)["id"] == run
    time.sleep(0.05)
    assert described(run)["state"] == "CANCEL_PENDING"
    world.workload.leaves = False
    assert reaches(run, "CANCELLED")["finishedAt"]
    assert refused(emr.cancel_job_run, id=run, virtualClusterId=virtual_cluster) == (
        "ValidationException",
        f"Job run {run} is not in a cancellable state",
    )
    world.settle()


def test_cancelling_needs_the_right_to_on_the_run(virtual_cluster, start, as_user, refused):
    run = start()
    request = {"id": run, "virtualClusterId": virtual_cluster}
    code, message = refused(as_user(allow("emr-containers:DescribeJobRun")).cancel_job_run, **request)
    arn = f"arn:aws:emr-containers:us-west-2:123456789012:/virtualclusters/{virtual_cluster}/jobruns/{run}"
    assert code == "AccessDeniedException"
    assert message.endswith(f"is not authorized to perform: emr-containers:CancelJobRun on resource: {arn}")
    assert (
        refused(as_user(allow("emr-containers:CancelJobRun")).describe_job_run, **request)[0] == "AccessDeniedException"
    )
    assert refused(as_user().list_job_runs, virtualClusterId=virtual_cluster)[0] == "AccessDeniedException"
    assert as_user(allow("emr-containers:CancelJobRun", arn)).cancel_job_run(**request)["id"] == run


def test_a_virtual_cluster_is_terminated_only_after_its_last_run(*, world, aws, virtual_cluster, start, reaches):
    emr = aws("emr-containers")
    run = start()
    world.workload.every("running")
    reaches(run, "RUNNING")
    emr.delete_virtual_cluster(id=virtual_cluster)
    time.sleep(0.2)
    assert emr.describe_virtual_cluster(id=virtual_cluster)["virtualCluster"]["state"] == "TERMINATING"
    emr.cancel_job_run(id=run, virtualClusterId=virtual_cluster)
    reaches(run, "CANCELLED")
    world.settle()
    assert emr.describe_virtual_cluster(id=virtual_cluster)["virtualCluster"]["state"] == "TERMINATED"


def test_what_ended_runs_left_goes_with_the_virtual_cluster(
    *, world, aws, virtual_cluster, start, reaches, monkeypatch
):
    monkeypatch.setattr(job_states, "KEEP_SECONDS", 1000.0)
    world.workload.every("succeeded")
    run = start()
    reaches(run, "COMPLETED")
    aws("emr-containers").delete_virtual_cluster(id=virtual_cluster)
    world.settle()
    assert world.workload.removed == [run]
    assert aws("emr-containers").describe_virtual_cluster(id=virtual_cluster)["virtualCluster"]["state"] == "TERMINATED"


def test_the_provider_finds_live_runs_and_ends_them(*, world, aws, virtual_cluster, start, reaches):
    emr = aws("emr-containers")
    world.workload.every("succeeded")
    reaches(start(), "COMPLETED")
    world.workload.every("running")
    run = start(name="live")
    reaches(run, "RUNNING")
    found = live_work.find(emr, virtual_cluster)
    assert live_work.listing(found) == f"job run {run} live (RUNNING)"
    live_work.end(emr, virtual_cluster, found)
    reaches(run, "CANCELLED")
    assert live_work.find(emr, virtual_cluster) == []
