"""Starts child processes that end with this process, however it ends."""

from __future__ import annotations

import functools
import os
import subprocess
import sys
import threading
from concurrent.futures import Future
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_LAUNCHER = Path(__file__).with_name("launcher.py")

_Child = subprocess.Popen[bytes]


class _Spawner(threading.Thread):
    """The one thread that starts every child.

    The kernel sends the parent-death signal when the *thread* that started a child ends
    (prctl(2), PR_SET_PDEATHSIG), and a server's request threads end at any time; this one never does.
    """

    def __init__(self) -> None:
        super().__init__(name="spawner", daemon=True)
        self.requests: SimpleQueue[tuple[Callable[[], _Child], Future[_Child]]] = SimpleQueue()

    def run(self) -> None:
        while True:
            start, answer = self.requests.get()
            try:
                answer.set_result(start())
            except (OSError, ValueError) as error:  # ValueError: a zero byte in an argument or a variable
                answer.set_exception(error)


@functools.cache
def _spawner() -> _Spawner:
    thread = _Spawner()
    thread.start()
    return thread


def start(start: Callable[[], _Child]) -> _Child:
    """Call `start` in a thread that lives as long as this process, and return the child that it started."""
    answer: Future[_Child] = Future()
    _spawner().requests.put((start, answer))
    return answer.result()


def spawn(command: Sequence[str], log: Path, environment: Mapping[str, str], *, append: bool = False) -> _Child:
    """Start `command` with exactly `environment`, its output in `log` (emptied first unless `append`).

    The child is killed by the kernel when this process ends, even by SIGKILL.
    """

    def popen() -> _Child:
        with log.open("ab" if append else "wb") as output:
            return subprocess.Popen(
                [sys.executable, "-I", "-S", str(_LAUNCHER), str(os.getpid()), *command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=dict(environment),
                start_new_session=True,  # Ctrl-C must reach us, not them: we stop them in order
            )

    return start(popen)
