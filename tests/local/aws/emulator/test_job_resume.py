from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest

from local import spark
from local.aws.emulator.background import Background
from local.aws.emulator.emr_containers import job_states
from local.aws.emulator.emr_containers.spark import Spark
from local.spark import SparkUnavailable
from tests.local.aws.emulator.world import CURRENT, World, forget_moto


@pytest.fixture
def restart(world, tmp_path):
    """Stops the emulator, forgets everything, and begins again from the saved state; takes what runs are seen as."""

    def run(*seen) -> World:
        content = world.emulator.end()
        forget_moto()
        again = World(tmp_path, world.clients)
        if seen:
            again.workload.every(*seen)
        again.emulator.restore(content)
        CURRENT["application"] = again.emulator.application
        again.emulator.resume()
        return again

    return run


def test_a_run_under_way_is_observed_again_after_a_restart(start, reaches, restart):
    run = start()
    before = reaches(run, "SUBMITTED")
    again = restart("failed", "JobRun failed. Its node is gone.", "USER_ERROR")
    found = reaches(run, "FAILED")
    assert found["stateDetails"] == "JobRun failed. Its node is gone."
    assert found["createdAt"] == before["createdAt"]
    assert again.workload.submitted == []


def test_a_run_that_waited_is_submitted_after_a_restart(world, start, reaches, restart):
    world.spark.there = False
    run = start()
    again = restart()
    reaches(run, "SUBMITTED")
    assert again.workload.submitted == [(run, 1)]


def test_a_run_that_was_being_cancelled_is_cancelled_after_a_restart(
    *, world, aws, virtual_cluster, start, reaches, restart
):
    world.workload.leaves = True
    run = start()
    reaches(run, "SUBMITTED")
    aws("emr-containers").cancel_job_run(id=run, virtualClusterId=virtual_cluster)
    restart()
    reaches(run, "CANCELLED")


def test_ended_runs_and_templates_are_kept_and_what_runs_left_is_removed_later(
    *, world, aws, start, reaches, restart, monkeypatch
):
    monkeypatch.setattr(job_states, "KEEP_SECONDS", 1000.0)
    data = {
        "executionRoleArn": "arn:aws:iam::123456789012:role/job-role",
        "releaseLabel": "emr-7.9.0-latest",
        "jobDriver": {"sparkSubmitJobDriver": {"entryPoint": "s3://b/a.py"}},
    }
    template = aws("emr-containers").create_job_template(name="t", jobTemplateData=data)["id"]
    world.workload.every("succeeded")
    run = start(clientToken="t")
    before = reaches(run, "COMPLETED")
    again = restart()
    assert reaches(run, "COMPLETED") == before
    assert aws("emr-containers").describe_job_template(id=template)["jobTemplate"]["jobTemplateData"] == data
    assert start(clientToken="t") == run
    time.sleep(0.05)
    assert again.workload.removed == []
    again.emulator.emr.job_runs[run].clean_up_at = datetime.now(UTC)
    again.settle()
    assert again.workload.removed == [run]


def test_spark_is_fetched_once_and_a_later_run_has_it_tried_again(monkeypatch):
    fetched: list[str] = []

    def ensure(_):
        fetched.append("")
        raise SparkUnavailable("no room")

    monkeypatch.setattr(spark, "find", lambda: None)
    monkeypatch.setattr(spark, "ensure", ensure)
    background, ours = Background(), Spark()
    first = datetime.now(UTC)
    assert ours.ready(background, first) is False
    assert background.wait_idle(5)
    with pytest.raises(SparkUnavailable, match="no room"):
        ours.ready(background, first)
    assert ours.ready(background, datetime.now(UTC) + timedelta(seconds=1)) is False
    assert background.wait_idle(5)
    assert len(fetched) == 2
    monkeypatch.setattr(spark, "find", lambda: "there")
    assert ours.ready(background, first) is True
