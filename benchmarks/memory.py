"""Resident memory of the processes of an embedded cloud."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from local.control_plane.processes import recorded_alive

if TYPE_CHECKING:
    from collections.abc import Iterator


def resident_by_program(folder: Path) -> dict[str, float]:
    """Mebibytes resident per process name: the emulator and everything below it."""
    emulator = recorded_alive(folder, "emulator")
    if emulator is None:
        return {}
    found: dict[str, float] = {}
    for pid in (emulator, *descendants(emulator)):
        status = dict(
            line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":" in line
        )
        name = "emulator" if pid == emulator else status["Name"].strip()
        found[name] = found.get(name, 0.0) + int(status["VmRSS"].split()[0]) / 1024
    return found


def descendants(pid: int) -> Iterator[int]:
    """All processes below one, whichever of its threads started them."""
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, children.read_text().split()):
            yield child
            yield from descendants(child)
