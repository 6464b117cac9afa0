"""Which processes run for a folder, noted in it, so that a later clean-up ends exactly these."""

from __future__ import annotations

import json
import os
import select
import signal
from dataclasses import asdict, dataclass
from pathlib import Path

_TERMINATION_SECONDS = 5


@dataclass(frozen=True, kw_only=True)
class Record:
    """One process: `folder/run/<name>.json`."""

    pid: int
    """Its process id."""
    start_time: int
    """Clock ticks between boot and its start (proc(5), /proc/PID/stat): ids are used again, this is not."""
    command: list[str]
    """The program and its arguments."""


def record(folder: Path, name: str, pid: int, command: list[str] | None = None) -> None:
    """Note under `folder` that process `pid` runs as `name`; `command` if it is not yet that of the process."""
    started = start_time(pid)
    if started is None:  # it has died already; whoever waits for it will say so
        return
    noted = Record(pid=pid, start_time=started, command=command or _command(pid))
    path = _path(folder, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(asdict(noted)))


def forget(folder: Path, name: str) -> None:
    """Remove the note about `name`, if there is one."""
    _path(folder, name).unlink(missing_ok=True)


def recorded_alive(folder: Path, name: str) -> int | None:
    """Return the id of the process noted as `name` if that very process still runs."""
    noted = _read(_path(folder, name))
    return noted.pid if noted is not None and _is_same(noted) else None


def stop_recorded(folder: Path) -> list[str]:
    """End the processes noted under `folder` that still run, and return their names.

    A process is touched only when its id, its start time and its command line are those noted, so a
    stranger that got the same id later is left alone. The notes are removed in any case.
    """
    stopped: list[str] = []
    for path in sorted((folder / "run").glob("*.json")):
        noted = _read(path)
        if noted is not None and _end(noted):
            stopped.append(path.stem)
        path.unlink(missing_ok=True)
    return stopped


def start_time(pid: int) -> int | None:
    """Clock ticks between boot and the start of process `pid`; None if there is no such process."""
    stat = _stat(pid)
    return int(stat[19]) if stat else None


def parent(pid: int) -> int:
    """Return the process id of the parent of process `pid`; 0 if there is no such process."""
    stat = _stat(pid)
    return int(stat[1]) if stat else 0


def _path(folder: Path, name: str) -> Path:
    return folder / "run" / f"{name}.json"


def _read(path: Path) -> Record | None:
    """Read a note; None if there is none or a kill cut it short (such a process died with its parent)."""
    try:
        return Record(**json.loads(path.read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def _end(noted: Record) -> bool:
    """End the noted process; False if it no longer runs."""
    try:
        descriptor = os.pidfd_open(noted.pid)  # stands for this very process while we look and signal
    except ProcessLookupError:
        return False
    try:
        ended = select.poll()
        ended.register(descriptor, select.POLLIN)
        if not _is_same(noted):
            if start_time(noted.pid) == noted.start_time and not _command(noted.pid):
                ended.poll(_TERMINATION_SECONDS * 1000)  # killed a moment ago, it still holds its ports
            return False
        signal.pidfd_send_signal(descriptor, signal.SIGTERM)
        if not ended.poll(_TERMINATION_SECONDS * 1000):
            signal.pidfd_send_signal(descriptor, signal.SIGKILL)
            ended.poll(_TERMINATION_SECONDS * 1000)
        return True
    finally:
        os.close(descriptor)


def _is_same(noted: Record) -> bool:
    if start_time(noted.pid) != noted.start_time:
        return False
    # The launcher carries the command at the end of its own until it becomes the program.
    return _command(noted.pid)[-len(noted.command) :] == noted.command


def _command(pid: int) -> list[str]:
    """Return the command line of a process; empty for none, and for one that is dead but not yet waited for."""
    return [os.fsdecode(argument) for argument in _proc(pid, "cmdline").split(b"\0")[:-1]]


def _stat(pid: int) -> list[bytes]:
    """Return the fields of /proc/PID/stat after the name; empty for no such process (proc(5))."""
    # The second field is the name in brackets, which may itself hold spaces and brackets.
    return _proc(pid, "stat").rpartition(b")")[2].split()


def _proc(pid: int, name: str) -> bytes:
    try:
        return Path("/proc", str(pid), name).read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""
