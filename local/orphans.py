"""Ends what a killed Pulumi engine leaves behind: its language host, the program and provider plugins."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from local.control_plane.processes import parent

if TYPE_CHECKING:
    from local.folder import Folder

# A program's file name, or the module that a stand-in's file makes way for (local/aws/providers/install.py).
_PLUGINS = ("pulumi-language", "pulumi-resource", "local.aws.providers.")


def end_orphans(folder: Folder) -> list[int]:
    """End the plugins of this folder whose engine is gone, and all below them; returns their process ids.

    They are known by the variable PULUMI_HOME that every engine of this folder hands down. A plugin whose parent is
    a living `pulumi` is at work and left alone, as is everything that is not a plugin's.
    """
    ours = {pid for pid in _processes() if _has_home(pid, folder.pulumi_home)}
    orphans = {pid for pid in ours if _is_plugin(pid) and _name(parent(pid)) != "pulumi"}
    found = {pid for pid in ours if not orphans.isdisjoint(_line(pid))}
    for pid in found:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return sorted(found)


def _processes() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _line(pid: int) -> list[int]:
    """The process and all above it."""
    line: list[int] = []
    while pid:
        line.append(pid)
        pid = parent(pid)
    return line


def _has_home(pid: int, home: Path) -> bool:
    return f"PULUMI_HOME={home}" in _file(pid, "environ").split("\0")


def _is_plugin(pid: int) -> bool:
    return any(Path(argument).name.startswith(_PLUGINS) for argument in _file(pid, "cmdline").split("\0"))


def _name(pid: int) -> str:
    return _file(pid, "comm").strip()


def _file(pid: int, name: str) -> str:
    """What /proc says of a process; nothing if it is gone or another user's."""
    try:
        return Path("/proc", str(pid), name).read_bytes().decode(errors="replace")
    except OSError:
        return ""
