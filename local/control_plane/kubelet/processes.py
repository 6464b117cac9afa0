"""Containers' processes, each below a shim (shim.py), and what is left when a shim was killed."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from local.control_plane import spawner

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

FOLDER_VARIABLE = "CONTROL_PLANE_FOLDER"
"""Variable that names the control plane's folder in every process of a container."""

_SHIM = Path(__file__).with_name("shim.py")
_KILL_SECONDS = 5
_KILLED = 128 + signal.SIGKILL


class Process:
    """One run of a container's program. Safe to use from several threads."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        environment: Mapping[str, str],
        folder: Path,
        log: Path,
        mark: tuple[str, str],
        ended: Callable[[], None],
    ) -> None:
        """Start `command` in `folder` with exactly `environment`; `ended` is called from another thread.

        `mark` is a variable and its value by which this container's processes are told from all others.
        Raises OSError or ValueError if it cannot be started.
        """
        self._mark = mark
        self._ended = ended
        self._killed = False
        self.exit_code: int | None = None
        """The exit code once nothing of it is left, 128 + n after signal n; None while it runs."""

        def popen() -> subprocess.Popen[bytes]:
            return subprocess.Popen(
                [sys.executable, "-I", "-S", str(_SHIM), str(os.getpid()), str(log), *command],
                cwd=folder,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,
            )

        self._shim = spawner.start(popen)
        self._waiter = threading.Thread(target=self._wait, name=f"wait-{self.pid}", daemon=True)
        self._waiter.start()

    @property
    def pid(self) -> int:
        """Process id of the shim."""
        return self._shim.pid

    def terminate(self) -> None:
        """Ask the program to end."""
        self._shim.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the program and everything it started."""
        if self._killed:
            return
        self._killed = True
        self._shim.send_signal(signal.SIGUSR1)
        last_resort = threading.Timer(_KILL_SECONDS, self._shim.kill)
        last_resort.daemon = True
        last_resort.start()

    def wait(self, seconds: float) -> None:
        """Wait until nothing of it is left, at most `seconds`."""
        self._waiter.join(seconds)

    def _wait(self) -> None:
        code = self._shim.wait()
        if code < 0:  # the shim itself was killed, so what it watched over may live on
            sweep(*self._mark)
        self.exit_code = code if code >= 0 else _KILLED
        self._ended()


class Processes:
    """All processes of a kubelet."""

    def __init__(self) -> None:
        self._running: set[Process] = set()
        self._lock = threading.Lock()
        self._closed = False

    def add(self, start: Callable[[], Process]) -> Process:
        """Start a process, unless `end_all` was called: then RuntimeError."""
        with self._lock:
            if self._closed:
                raise RuntimeError("the kubelet is ending")
            process = start()
            self._running.add(process)
            return process

    def discard(self, process: Process) -> None:
        """Forget a process that has ended."""
        with self._lock:
            self._running.discard(process)

    def end_all(self) -> None:
        """Kill everything and start nothing more."""
        with self._lock:
            self._closed = True
            running = list(self._running)
        for process in running:
            process.kill()
        for process in running:
            process.wait(_KILL_SECONDS)


def sweep(variable: str, value: str) -> None:
    """Kill every process that carries the environment variable; returns when there is none."""
    entry = f"{variable}={value}".encode()
    while marked := [pid for pid in _processes() if entry in _environment(pid)]:
        for pid in marked:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)


def _processes() -> list[int]:
    own = os.getpid()
    return [int(entry.name) for entry in os.scandir("/proc") if entry.name.isdigit() and int(entry.name) != own]


def _environment(pid: int) -> list[bytes]:
    """Return the variables a process was started with; empty for one that has ended or is another user's."""
    try:
        return Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return []
