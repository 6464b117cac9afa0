"""How much of the cluster a tenant may use.

Source of `large`: AWS Big Data Blog, "Design considerations for Amazon EMR on EKS in a multi-tenant Amazon EKS
environment", "Sharing resources". The other sizes keep its proportions: 4 GiB a requested CPU, twice as much CPU and
one and a half times as much memory in limits.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from types import MappingProxyType
from typing import Literal

from emr.fault import Fault
from emr.quantities import quantity
from spec.keys import key_of
from spec.quantities import Resource, check_quantity

SizeName = Literal["small", "medium", "large"]
"""The sizes a tenant file may name."""

SMALLEST_CONTAINER_CPU = "100m"
"""Least and default request of CPU of a container, the document's figure."""
SMALLEST_CONTAINER_MEMORY = "128Mi"
"""Default request of memory of a container; the document gives none, and its quota counts memory."""


@dataclass(frozen=True, kw_only=True)
class Size:
    """The figures of a namespace's ResourceQuota and LimitRange, as Kubernetes quantities."""

    requests_cpu: str
    """CPU that all pods together may request."""
    requests_memory: str
    """Memory that all pods together may request."""
    limits_cpu: str
    """Sum of all CPU limits."""
    limits_memory: str
    """Sum of all memory limits."""
    container_cpu: str
    """Greatest CPU limit of one container, and its limit when it names none: Spark names none for CPU."""
    container_memory: str
    """Greatest memory limit of one container, and its limit when it names none."""


@dataclass(frozen=True, kw_only=True)
class QuotaSpec:
    """Figures that replace those of the tenant's size, as Kubernetes quantities; by default none does."""

    requests_cpu: str | None = None
    """CPU that all pods together may request."""
    requests_memory: str | None = None
    """Memory that all pods together may request."""
    limits_cpu: str | None = None
    """Sum of all CPU limits."""
    limits_memory: str | None = None
    """Sum of all memory limits."""
    container_cpu: str | None = None
    """Greatest CPU limit of one container."""
    container_memory: str | None = None
    """Greatest memory limit of one container."""


SIZES: MappingProxyType[SizeName, Size] = MappingProxyType(
    {
        # The smallest EMR job has eight containers (submitter, driver and two executors, each with a logging sidecar):
        # 48 CPUs of limits when none names a limit of its own.
        "small": Size(
            requests_cpu="50",
            requests_memory="200Gi",
            limits_cpu="100",
            limits_memory="300Gi",
            container_cpu="6",
            container_memory="24Gi",
        ),
        "medium": Size(
            requests_cpu="250",
            requests_memory="1000Gi",
            limits_cpu="500",
            limits_memory="1500Gi",
            container_cpu="6",
            container_memory="48Gi",
        ),
        "large": Size(
            requests_cpu="1000",
            requests_memory="4000Gi",
            limits_cpu="2000",
            limits_memory="6000Gi",
            container_cpu="6",
            container_memory="48Gi",
        ),
    }
)
"""The named sizes."""

_AT_MOST = (
    ("requests_cpu", "limits_cpu", "what is requested must also fit the limits, or the quota can never be used up"),
    (
        "requests_memory",
        "limits_memory",
        "what is requested must also fit the limits, or the quota can never be used up",
    ),
    ("container_cpu", "limits_cpu", "one container of the greatest size must fit the namespace"),
    ("container_memory", "limits_memory", "one container of the greatest size must fit the namespace"),
)


def size_of(name: SizeName, quota: QuotaSpec) -> Size:
    """A named size with some figures replaced."""
    given = {field.name: getattr(quota, field.name) for field in fields(quota)}
    return replace(SIZES[name], **{key: value for key, value in given.items() if value is not None})


def check_quota(name: SizeName, quota: QuotaSpec) -> list[Fault]:
    """What is wrong with the figures of a quota, each fault under the key of the file."""
    faults: list[Fault] = []
    for field in fields(quota):
        value: str | None = getattr(quota, field.name)
        if value is not None:
            faults += [fault.within(key_of(field.name)) for fault in check_quantity(value, _resource(field.name))]
    return faults or _check_proportions(size_of(name, quota))


def _resource(field_name: str) -> Resource:
    return "cpu" if field_name.endswith("cpu") else "memory"


def _check_proportions(size: Size) -> list[Fault]:
    faults = [
        Fault(
            where=key_of(less),
            given=f"{getattr(size, less)}, with {key_of(more)} {getattr(size, more)}",
            allowed=f"at most {key_of(more)}",
            why=why,
            write=f"{key_of(less)} of at most {getattr(size, more)}, or a greater {key_of(more)}",
        )
        for less, more, why in _AT_MOST
        if quantity(getattr(size, less)) > quantity(getattr(size, more))
    ]
    for field, least in (("container_cpu", SMALLEST_CONTAINER_CPU), ("container_memory", SMALLEST_CONTAINER_MEMORY)):
        if quantity(getattr(size, field)) < quantity(least):
            faults.append(
                Fault(
                    where=key_of(field),
                    given=getattr(size, field),
                    allowed=f"at least {least}",
                    why=f"a container that names no request gets {least}, which must not pass its limit",
                    write=least,
                )
            )
    return faults
