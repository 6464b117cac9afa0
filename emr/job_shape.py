"""The pods that a job run makes, and what each requests and limits.

Source: EMR on EKS Development Guide, "Using Amazon EMR container defaults classification" and "Using job submitter
classification", for the logging containers; `emr.spark_sizes` for Spark's.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from emr.quantities import quantity
from emr.spark_sizes import MIB, executors, resources

if TYPE_CHECKING:
    from collections.abc import Mapping

    from emr.spark_sizes import Role

Component = Literal["controller", "driver", "executor"]
"""Label `emr-containers.amazonaws.com/component` of a pod; the controller is the job submitter."""

MAIN_CONTAINERS: dict[Component, str] = {
    "controller": "job-runner",
    "driver": "spark-kubernetes-driver",
    "executor": "spark-kubernetes-executor",
}
"""Name of the main container of each pod."""
LOGGING_CONTAINER = "emr-container-fluentd"
"""Name of the container that uploads a pod's logs."""

LOGGING_MEMORY = "512Mi"
"""Memory of the logging container of driver and executors, unless `logging.request.memory` says another."""
SUBMITTER_CPU = "100m"
"""CPU of the container that runs spark-submit; AWS does not publish it, this is what such a program needs."""
SUBMITTER_MEMORY = "512Mi"
"""Memory of the same, likewise."""
SUBMITTER_LOGGING_CPU = "100m"
"""CPU of the submitter's, unless `jobsubmitter.logging.request.cores` says another."""
SUBMITTER_LOGGING_MEMORY = "200Mi"
"""Memory of the submitter's, unless `jobsubmitter.logging.request.memory` says another."""


@dataclass(frozen=True, kw_only=True)
class Amounts:
    """CPU and memory; None where none is named."""

    cpu: Fraction | None = None
    """CPUs."""
    memory: Fraction | None = None
    """Bytes."""

    @classmethod
    def of(cls, *, cpu: str | None = None, memory: str | None = None) -> Amounts:
        """From Kubernetes quantities.

        Raises:
            ValueError: a text is no quantity.
        """
        return cls(
            cpu=None if cpu is None else quantity(cpu),
            memory=None if memory is None else quantity(memory),
        )


@dataclass(frozen=True, kw_only=True)
class Container:
    """A container, as it is handed to the API server."""

    name: str
    """Its name."""
    requests: Amounts
    """What it requests."""
    limits: Amounts
    """What it limits itself to."""


@dataclass(frozen=True, kw_only=True)
class Pod:
    """A pod of a job run."""

    component: Component
    """Which pod it is."""
    containers: tuple[Container, ...]
    """Its containers, the main one first."""


@dataclass(frozen=True, kw_only=True)
class JobShape:
    """All pods of a job run; all of them stand at once."""

    submitter: Pod
    """The pod that runs spark-submit."""
    driver: Pod
    """The driver."""
    executor: Pod
    """One executor."""
    executors: int
    """How many executors the driver asks for."""


def job_shape(
    settings: Mapping[str, str],
    *,
    entry_point: str,
    container_defaults: Mapping[str, str] | None = None,
    job_submitter: Mapping[str, str] | None = None,
) -> JobShape:
    """The pods of a job with these effective settings.

    The other two mappings are the properties of classifications `emr-containers-defaults` and `emr-job-submitter`.
    Containers that pod templates add are not in it.

    Raises:
        ValueError: a size cannot be read (`emr.spark_size_checks` reports those of Spark).
    """
    own, submitter = container_defaults or {}, job_submitter or {}
    logging = _logging(own.get("logging.request.cores"), own.get("logging.request.memory", LOGGING_MEMORY))
    on_executors = own.get("executor.logging") != "DISABLED"
    return JobShape(
        submitter=Pod(
            component="controller",
            containers=(
                Container(
                    name=MAIN_CONTAINERS["controller"],
                    requests=Amounts.of(cpu=SUBMITTER_CPU, memory=SUBMITTER_MEMORY),
                    limits=Amounts(),
                ),
                _logging(
                    submitter.get("jobsubmitter.logging.request.cores", SUBMITTER_LOGGING_CPU),
                    submitter.get("jobsubmitter.logging.request.memory", SUBMITTER_LOGGING_MEMORY),
                ),
            ),
        ),
        driver=Pod(component="driver", containers=(_spark("driver", settings, entry_point), logging)),
        executor=Pod(
            component="executor",
            containers=(_spark("executor", settings, entry_point), *((logging,) if on_executors else ())),
        ),
        executors=executors(settings),
    )


def smallest_job() -> JobShape:
    """The job that names no size: Spark's defaults, a driver and two executors of 1 CPU and 1 GiB of heap each."""
    return job_shape({}, entry_point="local:///job.jar")


def _spark(role: Role, settings: Mapping[str, str], entry_point: str) -> Container:
    asked = resources(role, settings, entry_point)
    memory = Fraction(asked.memory * MIB)
    return Container(
        name=MAIN_CONTAINERS[role],
        requests=Amounts(cpu=asked.cpu_request, memory=memory),
        limits=Amounts(cpu=asked.cpu_limit, memory=memory),
    )


def _logging(cores: str | None, memory: str) -> Container:
    """A logging container; that its memory limit is its request is our reading of the guide's one figure."""
    return Container(
        name=LOGGING_CONTAINER,
        requests=Amounts.of(cpu=cores, memory=memory),
        limits=Amounts.of(memory=memory),
    )
