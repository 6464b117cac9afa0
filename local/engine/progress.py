"""How far the builds are: one line each, with seconds."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_QUIET_SECONDS = 30


class Progress:
    """The line of one build: rewritten every second on a terminal, repeated every 30 seconds elsewhere."""

    def __init__(self, report: Callable[[str], None], label: str) -> None:
        self._report = report
        self._label = label
        self._live = report is print and sys.stdout.isatty()
        self._begun = time.monotonic()
        self._told = self._begun
        self._doing = ""

    @property
    def seconds(self) -> float:
        """Seconds since this line began."""
        return time.monotonic() - self._begun

    def tick(self, doing: str) -> None:
        """Say what is going on, if it is time to."""
        now = time.monotonic()
        if self._live:
            print(f"\r\033[K{self._label}: {doing}, {self.seconds:.0f} s", end="", flush=True)
        elif doing != self._doing or now - self._told >= _QUIET_SECONDS:
            self._say(doing)
            self._told = now
        self._doing = doing

    def done(self, outcome: str) -> None:
        """Close the line."""
        if self._live:
            print("\r\033[K", end="")
        self._say(outcome)

    def _say(self, text: str) -> None:
        self._report(f"{self._label}: {text}, {self.seconds:.0f} s")
        sys.stdout.flush()
