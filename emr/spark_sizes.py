"""How much memory and CPU Spark asks for in a pod, from its settings.

Source: apache/spark, `JavaUtils.byteStringAs`, `BasicDriverFeatureStep`, `BasicExecutorFeatureStep` and
`ResourceProfile`; "Running Spark on Kubernetes", configuration.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from emr.quantities import quantity

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

MIB = 1024**2
"""Bytes of a mebibyte."""

Role = Literal["driver", "executor"]
"""Which of Spark's processes."""

_MEMORY = re.compile(r"(?P<number>[0-9]+)(?P<unit>b|[kmgtp]b?)?")
_UNITS = {"b": 0, "k": 1, "m": 2, "g": 3, "t": 4, "p": 5}

DEFAULT_MEMORY = "1g"
"""Heap of a driver or an executor that names none."""
DEFAULT_INSTANCES = 2
"""Executors of a job that names no number, on Kubernetes."""
LEAST_OVERHEAD = 384
"""Least memory beside the heap, in MiB, unless `spark.<role>.minMemoryOverhead` (Spark 4) says another."""
JVM_OVERHEAD = 0.1
"""Memory beside the heap, as a part of it."""
NON_JVM_OVERHEAD = 0.4
"""The same where the entry point is Python or R, for their own processes."""


@dataclass(frozen=True, kw_only=True)
class Resources:
    """What a container of Spark requests and limits."""

    cpu_request: Fraction
    """CPUs requested."""
    cpu_limit: Fraction | None
    """CPU limit; Spark names none unless told to."""
    memory: int
    """Memory in MiB, requested and limit alike."""


def mebibytes(text: str, *, unit: str = "m") -> int:
    """A size as Spark reads it: `2G`, `512m`; a bare number counts in the given unit; rounded down.

    Raises:
        ValueError: Spark would not take the text (it knows neither fractions nor `Gi`).
    """
    found = _MEMORY.fullmatch(text.strip().lower())
    if not found:
        raise ValueError(f"{text!r} is not a size such as 512m or 2g")
    suffix: str = found["unit"] or unit
    return int(found["number"]) * 1024 ** _UNITS[suffix[0]] // MIB


def is_non_jvm(entry_point: str) -> bool:
    """Say whether Spark takes an entry point for Python or R, by the end of its name."""
    return entry_point.endswith(".py") or entry_point.lower().endswith(".r")


def resources(role: Role, settings: Mapping[str, str], entry_point: str) -> Resources:
    """What the driver or one executor of a job asks for.

    The factor for Python and R holds for executors too: the submission hands it on to the driver as
    `spark.kubernetes.memoryOverheadFactor`. (A driver that is started by hand, without the submission's properties,
    makes smaller executors: 2432Mi instead of 2867Mi for 2G.)

    Raises:
        ValueError: a setting has a value that `check_sizes` reports.
    """
    heap = mebibytes(settings.get(f"spark.{role}.memory", DEFAULT_MEMORY))
    memory = heap + _overhead(role, settings, heap, entry_point)
    if role == "executor":
        memory += _beside_the_heap(settings, entry_point)
    cores = str(int(settings.get(f"spark.{role}.cores", "1")))
    limit = settings.get(f"spark.kubernetes.{role}.limit.cores")
    return Resources(
        cpu_request=quantity(settings.get(f"spark.kubernetes.{role}.request.cores", cores)),
        cpu_limit=quantity(limit) if limit is not None else None,
        memory=memory,
    )


def executors(settings: Mapping[str, str]) -> int:
    """How many executors a job asks for; with dynamic allocation, how many to begin with.

    Raises:
        ValueError: a setting has a value that `check_sizes` reports.
    """
    instances = settings.get("spark.executor.instances")
    if settings.get("spark.dynamicAllocation.enabled", "false").lower() != "true":
        return DEFAULT_INSTANCES if instances is None else int(instances)
    least = int(settings.get("spark.dynamicAllocation.minExecutors", "0"))
    return max(least, int(settings.get("spark.dynamicAllocation.initialExecutors", least)), int(instances or 0))


def _overhead(role: Role, settings: Mapping[str, str], heap: int, entry_point: str) -> int:
    explicit = settings.get(f"spark.{role}.memoryOverhead")
    if explicit is not None:
        return mebibytes(explicit)
    default = str(NON_JVM_OVERHEAD if is_non_jvm(entry_point) else JVM_OVERHEAD)
    both = settings.get("spark.kubernetes.memoryOverheadFactor", default)
    factor = float(settings.get(f"spark.{role}.memoryOverheadFactor", both))
    least = mebibytes(settings.get(f"spark.{role}.minMemoryOverhead", f"{LEAST_OVERHEAD}m"))
    return max(int(factor * heap), least)


def _beside_the_heap(settings: Mapping[str, str], entry_point: str) -> int:
    memory = 0
    if settings.get("spark.memory.offHeap.enabled", "false").lower() == "true":
        memory += mebibytes(settings.get("spark.memory.offHeap.size", "0"), unit="b")
    if entry_point.endswith(".py"):
        memory += mebibytes(settings.get("spark.executor.pyspark.memory", "0"))
    return memory
