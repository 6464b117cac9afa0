"""How much of the cluster a tenant may use.

Source of CPU and memory of `large`: AWS Big Data Blog, "Design considerations for Amazon EMR on EKS in a multi-tenant
Amazon EKS environment", "Sharing resources". The other sizes keep its proportions: 4 GiB a requested CPU, twice as much
CPU and one and a half times as much memory in limits.

The document bounds nothing else; the other figures are ours, for each requested CPU:

- 10 GiB of the nodes' disks requested, 20 in limits: a container's default limit of 50 GiB then runs out after CPU's;
- 4 pods, for the smallest container that may be asks for a tenth of a CPU;
- one volume of 20 GiB for every second CPU: an executor of two cores with a disk of its own for shuffle;
- of what ended jobs leave until EMR or somebody clears it away, 2 Jobs, 20 ConfigMaps (pod templates, settings and
  Spark's own, of submitter, driver and executors), 4 Services and 4 Secrets: etcd is shared by all tenants;
- drivers, whose priority lets them push out executors of others, a fifth of CPU and memory and as many pods: a job
  whose driver is as large as one of its four executors.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from types import MappingProxyType
from typing import Literal

SizeName = Literal["small", "medium", "large"]
"""The sizes a tenant file may name."""

SMALLEST_CONTAINER_CPU = "100m"
"""Least and default request of CPU of a container, the document's figure."""
SMALLEST_CONTAINER_MEMORY = "128Mi"
"""Default request of memory of a container; the document gives none, and its quota counts memory."""

SMALLEST_CONTAINER_DISK = "1Gi"
"""Default request of the nodes' disk of a container, so that pods without any are not put where there is none."""


@dataclass(frozen=True, kw_only=True)
class Size:
    """The figures of a namespace's quotas and LimitRange, amounts as Kubernetes quantities."""

    requests_cpu: str
    """CPU that all pods together may request."""
    requests_memory: str
    """Memory that all pods together may request."""
    requests_ephemeral_storage: str
    """Disk of the nodes that all pods together may request."""
    limits_cpu: str
    """Sum of all CPU limits."""
    limits_memory: str
    """Sum of all memory limits."""
    limits_ephemeral_storage: str
    """Sum of all limits of the nodes' disk."""
    container_cpu: str
    """Greatest CPU limit of one container, and its limit when it names none: Spark names none for CPU."""
    container_memory: str
    """Greatest memory limit of one container, and its limit when it names none."""
    container_ephemeral_storage: str
    """Greatest limit of the nodes' disk of one container, and its limit when it names none."""
    volumes: int
    """Claims of persistent volumes."""
    volume_storage: str
    """Sum of what all claims ask for."""
    pods: int
    """Pods that have not ended."""
    jobs: int
    """Kubernetes Jobs, each a submitter, ended ones too."""
    config_maps: int
    """ConfigMaps."""
    services: int
    """Services."""
    secrets: int
    """Secrets."""
    drivers: int
    """Pods of the drivers' priority class that have not ended."""
    drivers_cpu: str
    """CPU that pods of that class together may request."""
    drivers_memory: str
    """Memory that pods of that class together may request."""


@dataclass(frozen=True, kw_only=True)
class QuotaSpec:
    """Figures that replace those of the tenant's size, amounts as Kubernetes quantities; by default none does."""

    requests_cpu: str | None = None
    """CPU that all pods together may request."""
    requests_memory: str | None = None
    """Memory that all pods together may request."""
    requests_ephemeral_storage: str | None = None
    """Disk of the nodes that all pods together may request."""
    limits_cpu: str | None = None
    """Sum of all CPU limits."""
    limits_memory: str | None = None
    """Sum of all memory limits."""
    limits_ephemeral_storage: str | None = None
    """Sum of all limits of the nodes' disk."""
    container_cpu: str | None = None
    """Greatest CPU limit of one container."""
    container_memory: str | None = None
    """Greatest memory limit of one container."""
    container_ephemeral_storage: str | None = None
    """Greatest limit of the nodes' disk of one container."""
    volumes: int | None = None
    """Claims of persistent volumes."""
    volume_storage: str | None = None
    """Sum of what all claims ask for."""
    pods: int | None = None
    """Pods that have not ended."""
    jobs: int | None = None
    """Kubernetes Jobs, each a submitter, ended ones too."""
    config_maps: int | None = None
    """ConfigMaps."""
    services: int | None = None
    """Services."""
    secrets: int | None = None
    """Secrets."""
    drivers: int | None = None
    """Pods of the drivers' priority class that have not ended."""
    drivers_cpu: str | None = None
    """CPU that pods of that class together may request."""
    drivers_memory: str | None = None
    """Memory that pods of that class together may request."""


def _of_cpus(cpus: int, *, container_memory: str) -> Size:
    """The figures that go with so many requested CPUs."""
    return Size(
        requests_cpu=str(cpus),
        requests_memory=f"{4 * cpus}Gi",
        requests_ephemeral_storage=f"{10 * cpus}Gi",
        limits_cpu=str(2 * cpus),
        limits_memory=f"{6 * cpus}Gi",
        limits_ephemeral_storage=f"{20 * cpus}Gi",
        container_cpu="6",
        container_memory=container_memory,
        container_ephemeral_storage="50Gi",
        volumes=cpus // 2,
        volume_storage=f"{10 * cpus}Gi",
        pods=4 * cpus,
        jobs=2 * cpus,
        config_maps=20 * cpus,
        services=4 * cpus,
        secrets=4 * cpus,
        drivers=cpus // 5,
        drivers_cpu=str(cpus // 5),
        drivers_memory=f"{4 * cpus // 5}Gi",
    )


SIZES: MappingProxyType[SizeName, Size] = MappingProxyType(
    {
        # The smallest EMR job has eight containers (submitter, driver and two executors, each with a logging sidecar):
        # 48 CPUs and 192 GiB of limits when none names a limit of its own.
        "small": _of_cpus(50, container_memory="24Gi"),
        "medium": _of_cpus(250, container_memory="48Gi"),
        "large": _of_cpus(1000, container_memory="48Gi"),
    }
)
"""The named sizes."""


def size_of(name: SizeName, quota: QuotaSpec) -> Size:
    """A named size with some figures replaced."""
    given = {field.name: getattr(quota, field.name) for field in fields(quota)}
    return replace(SIZES[name], **{key: value for key, value in given.items() if value is not None})
