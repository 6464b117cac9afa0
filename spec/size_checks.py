"""What is checked about the figures of a tenant's quota."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from emr.fault import Fault
from emr.quantities import quantity
from spec.keys import key_of
from spec.quantities import Resource, check_quantity
from spec.sizes import (
    SIZES,
    SMALLEST_CONTAINER_CPU,
    SMALLEST_CONTAINER_DISK,
    SMALLEST_CONTAINER_MEMORY,
    size_of,
)

if TYPE_CHECKING:
    from fractions import Fraction

    from spec.sizes import QuotaSpec, Size, SizeName

_FITS = "what is requested must also fit the limits, or the quota can never be used up"
_ONE = "one container of the greatest size must fit the namespace"
_DRIVERS = "pods of the drivers' class count against the whole as well, or their quota can never be used up"
_AT_MOST = (
    ("requests_cpu", "limits_cpu", _FITS),
    ("requests_memory", "limits_memory", _FITS),
    ("requests_ephemeral_storage", "limits_ephemeral_storage", _FITS),
    ("container_cpu", "limits_cpu", _ONE),
    ("container_memory", "limits_memory", _ONE),
    ("container_ephemeral_storage", "limits_ephemeral_storage", _ONE),
    ("drivers_cpu", "requests_cpu", _DRIVERS),
    ("drivers_memory", "requests_memory", _DRIVERS),
    ("drivers", "pods", _DRIVERS),
)
_AT_LEAST = (
    ("container_cpu", SMALLEST_CONTAINER_CPU),
    ("container_memory", SMALLEST_CONTAINER_MEMORY),
    ("container_ephemeral_storage", SMALLEST_CONTAINER_DISK),
)
_MAY_BE_NONE = ("volumes", "services", "secrets")


def check_quota(name: SizeName, quota: QuotaSpec) -> list[Fault]:
    """What is wrong with the figures of a quota, each fault under the key of the file."""
    faults: list[Fault] = []
    for field in fields(quota):
        value: str | int | None = getattr(quota, field.name)
        if isinstance(value, int):
            faults += _check_count(field.name, value)
        elif value is not None:
            faults += [fault.within(key_of(field.name)) for fault in check_quantity(value, _resource(field.name))]
    return faults or _check_proportions(size_of(name, quota))


def _resource(field_name: str) -> Resource:
    return "cpu" if field_name.endswith("cpu") else "memory"


def _check_count(field_name: str, value: int) -> list[Fault]:
    least = 0 if field_name in _MAY_BE_NONE else 1
    if value >= least:
        return []
    return [
        Fault(
            where=key_of(field_name),
            given=str(value),
            allowed=f"a whole number, {least} or more",
            why="it is the number of things that may be there; without any no job could run",
            write=str(getattr(SIZES["small"], field_name)),
        )
    ]


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
        if _amount(size, less) > _amount(size, more)
    ]
    for field, least in _AT_LEAST:
        if _amount(size, field) < quantity(least):
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


def _amount(size: Size, field: str) -> Fraction:
    return quantity(str(getattr(size, field)))
