"""One program of a control plane as a child process: start, liveness, log, orderly end."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from local.control_plane.errors import ControlPlaneError
from local.control_plane.processes import forget, record
from local.control_plane.spawner import spawn

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_TERMINATION_SECONDS = 10
_LOG_LINES = 12


class Program:
    """A running program."""

    def __init__(self, name: str, command: list[str], folder: Path, environment: Mapping[str, str]) -> None:
        """Start `command` as `name`; it logs to `folder/logs/<name>.log` and is noted in `folder/run`."""
        self.name = name
        self._folder = folder
        self._log = folder / "logs" / f"{name}.log"
        self._log.parent.mkdir(parents=True, exist_ok=True)
        self._begin(command, environment)

    def _begin(self, command: list[str], environment: Mapping[str, str], *, append: bool = False) -> None:
        self._child = spawn(command, self._log, environment, append=append)
        record(self._folder, self.name, self._child.pid, command)

    @property
    def pid(self) -> int:
        """The process id."""
        return self._child.pid

    def require_alive(self) -> None:
        """Raise ControlPlaneError with the end of its log if it has ended."""
        code = self._child.poll()
        if code is None:
            return
        raise ControlPlaneError(f"{self.name} ended with code {code}. {self.last_lines()}")

    def last_lines(self) -> str:
        """Return the path and the end of its log, for an error message."""
        lines = self._log.read_text(errors="replace").splitlines()[-_LOG_LINES:]
        return f"The end of its log, {self._log}:\n" + "\n".join(f"  {line}" for line in lines)

    def terminate(self) -> None:
        """Ask it to end."""
        self._child.terminate()

    def wait(self) -> None:
        """Wait for its end; kill it when the end does not come."""
        try:
            self._child.wait(_TERMINATION_SECONDS)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        forget(self._folder, self.name)
