"""Gives a pod its turns."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Worker:
    """Calls `step` when something has happened or the time that it named has passed, never twice at once."""

    def __init__(self, name: str, step: Callable[[], float | None]) -> None:
        """`step` returns the seconds until it wants to look again; None if only `poke` shall wake it."""
        self._name = name
        self._step = step
        self._poked = threading.Event()
        self._lock = threading.Lock()
        self._active = False

    def poke(self) -> None:
        """Let the pod have a look; returns at once."""
        with self._lock:
            self._poked.set()
            if self._active:
                return
            self._active = True
        threading.Thread(target=self._run, name=self._name, daemon=True).start()

    def _run(self) -> None:
        """Stay as long as the pod wants to look again: a pod at rest needs no thread."""
        while True:
            self._poked.clear()
            delay = self._step()
            with self._lock:
                if delay is None and not self._poked.is_set():
                    self._active = False
                    return
            self._poked.wait(delay)
