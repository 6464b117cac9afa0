from __future__ import annotations

import time
from datetime import timedelta

from local.aws.emulator.emr_containers import job_scheduler
from local.aws.emulator.emr_containers.workload import Observation


def test_the_scheduler_runs_so_many_at_once_and_takes_the_oldest_next(
    *, world, aws, virtual_cluster, start, reaches, described
):
    limits = {"maxConcurrentJobRuns": 2, "maxInQueueJobRuns": 100}
    aws("emr-containers").update_virtual_cluster(id=virtual_cluster, schedulerConfiguration=limits)
    runs = [start() for _ in range(4)]
    reaches(runs[1], "SUBMITTED")
    time.sleep(0.05)
    assert [described(run)["state"] for run in runs] == ["SUBMITTED", "SUBMITTED", "PENDING", "PENDING"]
    world.workload.seen[runs[0]] = Observation(phase="succeeded")
    reaches(runs[2], "SUBMITTED")
    assert described(runs[3])["state"] == "PENDING"


def test_a_full_queue_takes_no_more(*, aws, virtual_cluster, start, job, reaches, refused):
    limits = {"maxConcurrentJobRuns": 1, "maxInQueueJobRuns": 100}
    aws("emr-containers").update_virtual_cluster(id=virtual_cluster, schedulerConfiguration=limits)
    runs = [start() for _ in range(101)]
    reaches(runs[0], "SUBMITTED")
    assert refused(aws("emr-containers").start_job_run, **job()) == (
        "ValidationException",
        f"The job run queue of virtual cluster {virtual_cluster} is full: maxInQueueJobRuns is 100.",
    )


def test_a_run_whose_turn_does_not_come_fails(*, aws, virtual_cluster, start, reaches, failed, monkeypatch):
    limits = {"maxConcurrentJobRuns": 1}
    aws("emr-containers").update_virtual_cluster(id=virtual_cluster, schedulerConfiguration=limits)
    first = start()
    reaches(first, "SUBMITTED")
    monkeypatch.setattr(job_scheduler, "LONGEST_WAIT", timedelta(0))
    assert failed(start())[1] == "USER_ERROR"
