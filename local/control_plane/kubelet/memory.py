"""Enforces containers' memory limits.

Where a real node has a cgroup, here the resident memory of a container's process tree is looked at every half
second. So a container that is above its limit for less than that goes unnoticed, one that grows fast may be a good
deal above it when it is killed, and page cache, tmpfs and kernel memory count for nothing. Pages that processes of
the tree share count once, as in a cgroup; they count whole, whoever else shares them, only by proportion.
"""

from __future__ import annotations

import logging
import os
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

LOG = logging.getLogger(__name__)
_SECONDS = 0.5
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class _Limit:
    number: int
    exceeded: Callable[[], None]


@dataclass(frozen=True)
class Usage:
    """One process of the machine."""

    parent: int
    """Its parent's id."""
    resident: int
    """Its resident memory, bytes."""


class Memory:
    """Watches the processes below shims."""

    def __init__(self) -> None:
        self._limits: dict[int, _Limit] = {}
        threading.Thread(target=self._run, name="memory", daemon=True).start()

    def watch(self, shim: int, limit: int, exceeded: Callable[[], None]) -> None:
        """Call `exceeded` once when the processes below `shim` hold more than `limit` bytes."""
        self._limits[shim] = _Limit(limit, exceeded)

    def forget(self, shim: int) -> None:
        """Watch `shim` no more."""
        self._limits.pop(shim, None)

    def _run(self) -> None:
        pause = threading.Event()
        while True:
            pause.wait(_SECONDS)
            limits = dict(self._limits)
            for shim, processes in trees(usages(), limits.keys()).items() if limits else ():
                limit = limits[shim]
                if above(processes, limit.number):
                    LOG.info("the container of process %s is above its limit of %s bytes", shim, limit.number)
                    self.forget(shim)
                    limit.exceeded()


def above(processes: Mapping[int, Usage], limit: int) -> bool:
    """Whether processes hold more than `limit` bytes together."""
    if sum(usage.resident for usage in processes.values()) <= limit:
        return False
    # Resident sets count shared pages in each process, forked ones above all; proportional sets, dear to read, do not.
    return sum(_proportional(pid, usage.resident) for pid, usage in processes.items()) > limit


def trees(usages: Mapping[int, Usage], roots: Collection[int]) -> dict[int, dict[int, Usage]]:
    """Return for each of `roots` the processes below it, itself not included."""
    found: dict[int, dict[int, Usage]] = {root: {} for root in roots}
    for pid, usage in usages.items():
        above = usage.parent
        while above not in found and above in usages:
            above = usages[above].parent
        if above in found:
            found[above][pid] = usage
    return found


def usages() -> dict[int, Usage]:
    """Return every process of the machine (proc(5), /proc/PID/stat)."""
    found: dict[int, Usage] = {}
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                fields = Path(f"/proc/{entry.name}/stat").read_bytes().rpartition(b")")[2].split()
            except OSError:
                continue
            found[int(entry.name)] = Usage(parent=int(fields[1]), resident=int(fields[21]) * _PAGE_BYTES)
    return found


def _proportional(pid: int, resident: int) -> int:
    """Return the proportional set size of a process, bytes; `resident` where it cannot be read."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_bytes().splitlines():
            if line.startswith(b"Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return resident
