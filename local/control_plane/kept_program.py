"""A program that is started again when it ends, as systemd does with a node's kubelet (Restart=always)."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from local.control_plane.program import Program

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LOG = logging.getLogger(__name__)
_PAUSE_SECONDS = 0.5


class KeptProgram(Program):
    """A running program with somebody who looks after it."""

    def __init__(self, name: str, command: list[str], folder: Path, environment: Mapping[str, str]) -> None:
        """Start `command` as `Program` does, and again whenever it ends before `terminate`."""
        super().__init__(name, command, folder, environment)
        self._again = (command, environment)
        self._lock = threading.Lock()
        self._ending = threading.Event()
        threading.Thread(target=self._keep, name=f"keep-{name}", daemon=True).start()

    def require_alive(self) -> None:
        """Do nothing: it is started again."""

    def terminate(self) -> None:
        """Ask it to end, for good."""
        with self._lock:
            self._ending.set()
            super().terminate()

    def _keep(self) -> None:
        while True:
            code = self._child.wait()
            if self._ending.wait(_PAUSE_SECONDS):
                return
            with self._lock:
                if self._ending.is_set():
                    return
                words = f"{self.name} ended with code {code} and is started again"
                LOG.warning("%s. %s", words, self.last_lines())
                with self._log.open("a") as log:
                    log.write(f"{words}\n")
                self._begin(*self._again, append=True)
