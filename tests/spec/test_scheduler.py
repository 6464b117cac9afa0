from __future__ import annotations

from spec.scheduler import SchedulerSpec, check_scheduler


def test_a_tenant_may_leave_the_limits_to_emr_or_set_either_of_them() -> None:
    assert check_scheduler(None) == []
    for limit in (1, 1000):
        assert check_scheduler(SchedulerSpec(max_concurrent_job_runs=limit)) == []
        assert check_scheduler(SchedulerSpec(max_in_queue_job_runs=limit)) == []


def test_limits_that_emr_does_not_take_are_all_named() -> None:
    faults = check_scheduler(SchedulerSpec(max_concurrent_job_runs=0, max_in_queue_job_runs=1001))
    assert [(fault.where, fault.write) for fault in faults] == [
        ("maxConcurrentJobRuns", "1"),
        ("maxInQueueJobRuns", "1000"),
    ]


def test_limits_that_say_nothing_are_refused() -> None:
    (fault,) = check_scheduler(SchedulerSpec())
    assert "neither limit" in str(fault)
