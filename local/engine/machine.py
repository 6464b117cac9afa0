"""What this machine is, and whether it has room: the engine runs on Linux, on two processor architectures."""

from __future__ import annotations

import platform
import shutil
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from local.engine.errors import EngineError

if TYPE_CHECKING:
    from pathlib import Path

_ELF_64_BIT = 2


@dataclass(frozen=True, kw_only=True)
class Machine:
    """An architecture that the engine runs on."""

    goarch: str
    """Go's name for it."""
    elf: int
    """Its number in the header of a program (`e_machine` of the ELF specification)."""

    def can_run(self, program: Path) -> bool:
        """Whether the file is a 64-bit ELF program for this architecture, judged by its header."""
        with program.open("rb") as file:
            header = file.read(20)
        if header[:4] != b"\x7fELF" or header[4] != _ELF_64_BIT:
            return False
        return int.from_bytes(header[18:20], "little") == self.elf


_X86_64 = Machine(goarch="amd64", elf=62)
_ARM64 = Machine(goarch="arm64", elf=183)
_MACHINES = {"x86_64": _X86_64, "amd64": _X86_64, "aarch64": _ARM64, "arm64": _ARM64}


def this_machine() -> Machine:
    """The machine that this process runs on.

    Raises:
        EngineError: it is none that the engine runs on.
    """
    architecture = platform.machine().lower()
    if sys.platform != "linux" or architecture not in _MACHINES:
        raise EngineError(
            f"The embedded cloud runs on Linux on x86-64 or arm64; this is {sys.platform} on {architecture}."
        )
    return _MACHINES[architecture]


def require_room(needed_mib: int, folders: list[Path]) -> None:
    """Refuse to begin a build for which a disk is too full.

    Raises:
        EngineError: a folder's file system has less than `needed_mib` MiB free.
    """
    for folder in folders:
        existing = next(place for place in (folder, *folder.parents) if place.exists())
        free_mib = shutil.disk_usage(existing).free // 2**20
        if free_mib < needed_mib:
            raise EngineError(
                f"Building the engine may write {needed_mib} MiB, and the disk of {folder} has {free_mib} MiB "
                "free. Free some space there, or point XDG_CACHE_HOME, GOCACHE and GOMODCACHE to a larger disk."
            )
