"""How many job runs of a tenant EMR lets live at a time.

Source: EMR on EKS API Reference, SchedulerConfiguration.
"""

from __future__ import annotations

from dataclasses import dataclass

from emr import quotas
from emr.fault import Fault


@dataclass(frozen=True, kw_only=True)
class SchedulerSpec:
    """Limits of the tenant's virtual cluster; at least one of them."""

    max_concurrent_job_runs: int | None = None
    """Job runs at work; further ones wait in the queue. By default 1,000."""
    max_in_queue_job_runs: int | None = None
    """Job runs in the queue; further ones are refused. By default 1,000."""


def check_scheduler(spec: SchedulerSpec | None) -> list[Fault]:
    """What is wrong with the limits."""
    if spec is None:
        return []
    limits = {"maxConcurrentJobRuns": spec.max_concurrent_job_runs, "maxInQueueJobRuns": spec.max_in_queue_job_runs}
    if not any(limit is not None for limit in limits.values()):
        return [
            Fault(
                given="neither limit",
                allowed=" or ".join(limits),
                why="without one it says nothing",
                write="one of the two, or take scheduler out",
            )
        ]
    return [
        Fault(
            where=key,
            given=str(limit),
            allowed=f"1 to {quotas.MAXIMUM_JOB_RUNS:,}",
            why="EMR takes no other limit",
            write=str(min(max(limit, 1), quotas.MAXIMUM_JOB_RUNS)),
        )
        for key, limit in limits.items()
        if limit is not None and not 1 <= limit <= quotas.MAXIMUM_JOB_RUNS
    ]
