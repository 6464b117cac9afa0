"""How many job runs of a virtual cluster are at work, and how many wait.

Source: API reference of EMR on EKS, SchedulerConfiguration: at most maxConcurrentJobRuns (1,000 if not given) run,
at most maxInQueueJobRuns wait, and what waits for 30 minutes fails. AWS does not publish the words of a refusal.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from local.aws.emulator.emr_containers.state import INVALID
from local.aws.emulator.rest_json.errors import ServiceError

if TYPE_CHECKING:
    from local.aws.emulator.emr_containers.job_run import JobRun
    from local.aws.emulator.emr_containers.state import EmrContainers, VirtualCluster

LONGEST_WAIT = timedelta(minutes=30)
"""How long a job run may wait for its turn."""
_DEFAULT_CONCURRENT = 1000


def live(emr: EmrContainers, virtual_cluster: VirtualCluster) -> list[JobRun]:
    """The job runs that have not ended, oldest first."""
    identifier = virtual_cluster.document["id"]
    found = [j for j in list(emr.job_runs.values()) if j.virtual_cluster_id == identifier and not j.has_ended]
    return sorted(found, key=lambda job: (job.document["createdAt"], job.id))


def clean_up(emr: EmrContainers, virtual_cluster: VirtualCluster) -> bool:
    """Have what ended job runs left in the namespace taken away now; say whether there is anything."""
    identifier = virtual_cluster.document["id"]
    left = [j for j in list(emr.job_runs.values()) if j.virtual_cluster_id == identifier and j.clean_up_at]
    for job in left:
        job.clean_up_at = job.document["createdAt"]
    return bool(left)


def check_room(emr: EmrContainers, virtual_cluster: VirtualCluster) -> None:
    """Refuse another job run when as many wait as may. The caller holds the lock.

    Raises:
        ServiceError: ValidationException.
    """
    most = _limits(virtual_cluster).get("maxInQueueJobRuns")
    jobs = live(emr, virtual_cluster)
    waiting = sum(job.state == "PENDING" for job in jobs)
    if most is not None and waiting >= most and len(jobs) - waiting >= _concurrent(virtual_cluster):
        identifier = virtual_cluster.document["id"]
        message = f"The job run queue of virtual cluster {identifier} is full: maxInQueueJobRuns is {most}."
        raise ServiceError(INVALID, message)


def is_next(emr: EmrContainers, virtual_cluster: VirtualCluster, job: JobRun) -> bool:
    """Say whether it is the turn of a job run that waits: oldest first, as far as there is room."""
    jobs = live(emr, virtual_cluster)
    waiting = [j for j in jobs if j.state == "PENDING"]
    room = _concurrent(virtual_cluster) - (len(jobs) - len(waiting))
    return job in waiting[: max(0, room)]


def _concurrent(virtual_cluster: VirtualCluster) -> int:
    return int(_limits(virtual_cluster).get("maxConcurrentJobRuns", _DEFAULT_CONCURRENT))


def _limits(virtual_cluster: VirtualCluster) -> dict[str, int]:
    return virtual_cluster.document.get("schedulerConfiguration") or {}
