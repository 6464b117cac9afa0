from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from local.aws.emulator.emr_containers import job_retries
from local.aws.emulator.emr_containers.workload import Observation, WorkloadRefused
from local.control_plane import ApiError


def test_a_driver_that_failed_is_tried_again_as_often_as_the_policy_says(world, start, failed, described):
    world.workload.every("failed", "JobRun failed. Exit code 1.", "USER_ERROR")
    run = start(retryPolicyConfiguration={"maxAttempts": 3})
    assert failed(run) == ("JobRun failed. Exit code 1.", "USER_ERROR")
    assert world.workload.submitted == [(run, 1), (run, 2), (run, 3)]
    found = described(run)
    assert found["retryPolicyConfiguration"] == {"maxAttempts": 3}
    assert found["retryPolicyExecution"] == {"currentAttemptCount": 3}


def test_a_later_attempt_may_succeed(world, aws, virtual_cluster, start, reaches):
    world.workload.every("failed", "JobRun failed.", "USER_ERROR")
    run = start(retryPolicyConfiguration={"maxAttempts": 1000})
    while (run, 2) not in world.workload.submitted:
        time.sleep(0.005)
    world.workload.every("succeeded")
    assert reaches(run, "COMPLETED")["retryPolicyExecution"]["currentAttemptCount"] >= 2
    listed = aws("emr-containers").list_job_runs(virtualClusterId=virtual_cluster)["jobRuns"][0]
    assert listed["retryPolicyExecution"]
    assert "retryPolicyConfiguration" not in listed


def test_a_run_whose_driver_never_started_is_not_tried_again(world, start, failed):
    world.workload.otherwise = Observation(phase="failed", details="JobRun failed. exceeded quota.")
    run = start(retryPolicyConfiguration={"maxAttempts": 3})
    failed(run)
    assert world.workload.submitted == [(run, 1)]


@pytest.fixture
def between_attempts(world, start, monkeypatch):
    """A run whose first attempt has failed; the next one begins when its `retry_at` is set to now."""
    monkeypatch.setattr(job_retries, "FIRST_PAUSE_SECONDS", 1000.0)
    world.workload.every("failed", "JobRun failed.", "USER_ERROR")
    run = world.emulator.emr.job_runs[start(retryPolicyConfiguration={"maxAttempts": 2})]
    while run.retry_at is None:
        time.sleep(0.001)
    return run


def test_an_attempt_that_cannot_be_made_yet_is_made_later(world, between_attempts, reaches):
    run = between_attempts
    world.workload.refusal = ApiError(0, "", "no answer")
    run.retry_at = datetime.now(UTC)
    time.sleep(0.05)
    world.workload.every("succeeded")
    world.workload.refusal = None
    assert reaches(run.id, "COMPLETED")["retryPolicyExecution"] == {"currentAttemptCount": 2}
    assert world.workload.submitted == [(run.id, 1), (run.id, 2)]


def test_an_attempt_that_is_refused_ends_the_run(world, between_attempts, failed):
    world.workload.refusal = WorkloadRefused("JobRun submission failed. exceeded quota", "USER_ERROR")
    between_attempts.retry_at = datetime.now(UTC)
    assert failed(between_attempts.id) == ("JobRun submission failed. exceeded quota", "USER_ERROR")


def test_a_run_can_be_cancelled_between_two_attempts(world, aws, virtual_cluster, between_attempts, reaches):
    aws("emr-containers").cancel_job_run(id=between_attempts.id, virtualClusterId=virtual_cluster)
    reaches(between_attempts.id, "CANCELLED")
    assert world.workload.submitted == [(between_attempts.id, 1)]
