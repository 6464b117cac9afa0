"""Work that goes on after the answer: clusters coming up, nodes joining, updates finishing."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

LOG = logging.getLogger(__name__)


class StoppingError(Exception):
    """The emulator is stopping: the work is left as it is and taken up again at the next start."""


class Background:
    """The threads of ongoing work. Every piece of work must be one that can be begun again from the state."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()

    def start(self, name: str, work: Callable[..., None], *arguments: Any) -> None:
        """Begin a piece of work."""
        thread = threading.Thread(target=self._run, args=(name, work, arguments), name=name, daemon=True)
        with self._lock:
            self._threads = [t for t in self._threads if t.is_alive()]
            self._threads.append(thread)
            thread.start()

    def pause(self, seconds: float) -> None:
        """Wait.

        Raises:
            StoppingError: the emulator is stopping.
        """
        if self._stopping.wait(seconds):
            raise StoppingError

    def stop(self, seconds: float) -> list[str]:
        """Ask all work to end and wait for it; gives the names of what did not end in time."""
        self._stopping.set()
        deadline = time.monotonic() + seconds
        with self._lock:
            threads = list(self._threads)
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        return [thread.name for thread in threads if thread.is_alive()]

    def wait_idle(self, seconds: float) -> bool:
        """Wait until no work is going on, at most so long; says whether that is so."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with self._lock:
                if not any(thread.is_alive() for thread in self._threads):
                    return True
            time.sleep(0.01)
        return False

    def _run(self, name: str, work: Callable[..., None], arguments: tuple[Any, ...]) -> None:
        try:
            work(*arguments)
        except StoppingError:
            LOG.info("%s: left for the next start", name)
        except Exception:
            LOG.exception("%s failed", name)
