"""Whether the smallest EMR job fits what a tenant may use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emr.fault import Fault
from emr.job_fit import Bounds, check_fit, counted
from emr.job_shape import Amounts, smallest_job
from emr.quantities import cpu_text, memory_text, quantity
from spec.sizes import SMALLEST_CONTAINER_CPU, SMALLEST_CONTAINER_MEMORY, size_of

if TYPE_CHECKING:
    from spec.sizes import QuotaSpec, Size, SizeName

QUOTA = "compute-resources"
"""Name of a tenant's ResourceQuota, the document's."""


def bounds(size: Size) -> Bounds:
    """The quota and the LimitRange of a namespace, as a job meets them."""
    greatest = Amounts.of(cpu=size.container_cpu, memory=size.container_memory)
    return Bounds(
        quota=QUOTA,
        requests=Amounts.of(cpu=size.requests_cpu, memory=size.requests_memory),
        limits=Amounts.of(cpu=size.limits_cpu, memory=size.limits_memory),
        greatest=greatest,
        least=Amounts.of(cpu=SMALLEST_CONTAINER_CPU),
        default_limit=greatest,
        default_request=Amounts.of(cpu=SMALLEST_CONTAINER_CPU, memory=SMALLEST_CONTAINER_MEMORY),
    )


def check_smallest_job(name: SizeName, quota: QuotaSpec) -> list[Fault]:
    """Whether submitter, driver and two executors of Spark's defaults fit, each with EMR's logging container."""
    size = size_of(name, quota)
    job = smallest_job()
    needed = {
        **_storage_needed(size),
        **_drivers_needed(size),
    }
    pods = 2 + job.executors
    if size.pods < pods:
        needed["pods"] = (str(size.pods), str(pods))
    return [
        *(
            Fault(
                given=f"{fault.given}, by the job that names no size",
                allowed=f"figures that hold it: {fault.allowed}",
                why=fault.why,
                write="greater figures under quota, or a greater size",
            )
            for fault in check_fit(job, bounds(size))
        ),
        *(
            Fault(
                where=key,
                given=given,
                allowed=f"at least {least}",
                why="the job that names no size, with EMR's logging containers, would be refused by the API server",
                write=least,
            )
            for key, (given, least) in needed.items()
        ),
    ]


def _storage_needed(size: Size) -> dict[str, tuple[str, str]]:
    """Its containers name no disk, so each counts with the default limit and request."""
    job = smallest_job()
    containers = len(job.submitter.containers) + len(job.driver.containers)
    containers += job.executors * len(job.executor.containers)
    least = containers * quantity(size.container_ephemeral_storage)
    if quantity(size.limits_ephemeral_storage) >= least:
        return {}
    return {"limitsEphemeralStorage": (size.limits_ephemeral_storage, memory_text(least))}


def _drivers_needed(size: Size) -> dict[str, tuple[str, str]]:
    within = bounds(size)
    driver = counted(smallest_job().driver, within)
    needed: dict[str, tuple[str, str]] = {}
    if quantity(size.drivers_cpu) < driver["requests.cpu"]:
        needed["driversCpu"] = (size.drivers_cpu, cpu_text(driver["requests.cpu"]))
    if quantity(size.drivers_memory) < driver["requests.memory"]:
        needed["driversMemory"] = (size.drivers_memory, memory_text(driver["requests.memory"]))
    return needed
