"""Whether Spark and Kubernetes can read the sizes that a job's settings give."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from emr.fault import Fault
from emr.quantities import quantity
from emr.spark_sizes import JVM_OVERHEAD, mebibytes

if TYPE_CHECKING:
    from collections.abc import Mapping

_SIZES = ("memory", "memoryOverhead", "minMemoryOverhead")
_NUMBERS = (
    "spark.driver.cores",
    "spark.executor.cores",
    "spark.executor.instances",
    "spark.dynamicAllocation.minExecutors",
    "spark.dynamicAllocation.initialExecutors",
    "spark.dynamicAllocation.maxExecutors",
)
_MAY_BE_NOTHING = ("spark.dynamicAllocation.minExecutors", "spark.dynamicAllocation.initialExecutors")


def check_sizes(settings: Mapping[str, str]) -> list[Fault]:
    """Settings of memory and CPU that Spark or Kubernetes could not read, each fault under its key."""
    checks = (
        *((f"spark.{role}.{name}", _size) for role in ("driver", "executor") for name in _SIZES),
        ("spark.executor.pyspark.memory", _size),
        ("spark.memory.offHeap.size", _size),
        *(
            (f"spark.kubernetes.{role}.{kind}.cores", _cpus)
            for role in ("driver", "executor")
            for kind in ("request", "limit")
        ),
        *((f"spark.{role}.memoryOverheadFactor", _factor) for role in ("driver", "executor", "kubernetes")),
        *((key, _number) for key in _NUMBERS),
    )
    found = ((key, check(key, settings[key])) for key, check in checks if key in settings)
    return [fault.within(key) for key, fault in found if fault]


def _size(key: str, value: str) -> Fault | None:
    try:
        mebibytes(value)
    except ValueError:
        kubernetes = re.fullmatch(r"([0-9]+)([kmgtp])i", value.strip().lower())
        fraction = re.fullmatch(r"([0-9]+\.[0-9]+)g", value.strip().lower())
        write = f"{kubernetes[1]}{kubernetes[2]}" if kubernetes else "a whole number, such as 1536m for 1.5g"
        if fraction:
            write = f"{int(Fraction(fraction[1]) * 1024)}m"
        return Fault(
            given=repr(value),
            allowed="a whole number with k, m, g, t or p, such as 512m or 2g",
            why=f"Spark reads {key} itself: its units count in 1024, it knows neither Gi nor fractions",
            write=write,
        )
    return None


def _cpus(key: str, value: str) -> Fault | None:
    try:
        good = quantity(value) > 0
    except ValueError:
        good = False
    if good:
        return None
    return Fault(
        given=repr(value),
        allowed="a number of CPUs such as 2, 0.5 or 500m",
        why=f"Spark writes {key} into the pod, and Kubernetes reads it",
        write="500m for half a CPU",
    )


def _factor(key: str, value: str) -> Fault | None:
    if re.fullmatch(r"[0-9]+(\.[0-9]+)?|\.[0-9]+", value.strip()) and float(value) > 0:
        return None
    return Fault(
        given=repr(value),
        allowed="a number greater than 0, such as 0.1 or 0.4",
        why=f"{key} is a part of the heap",
        write=str(JVM_OVERHEAD),
    )


def _number(key: str, value: str) -> Fault | None:
    least = 0 if key in _MAY_BE_NOTHING else 1
    if re.fullmatch(r"[0-9]{1,6}", value.strip()) and int(value) >= least:
        return None
    write = "spark.kubernetes.<driver or executor>.request.cores for parts of a CPU" if "cores" in key else "2"
    return Fault(
        given=repr(value),
        allowed=f"a whole number of at least {least}",
        why=f"Spark reads {key} as a count",
        write=write,
    )
