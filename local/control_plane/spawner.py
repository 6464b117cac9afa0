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
    from collections.abc import Mapping, Sequence

_LAUNCHER = Path(__file__).with_name("launcher.py")


class _Spawner(threading.Thread):
    """The one thread that starts every child.

    The kernel sends the parent-death signal when the *thread* that started a child ends
    (prctl(2), PR_SET_PDEATHSIG), and a server's request threads end at any time; this one never does.
    """

    def __init__(self) -> None:
        super().__init__(name="spawner", daemon=True)
        self.requests: SimpleQueue[tuple[Sequence[str], Path, Mapping[str, str], Future[subprocess.Popen[bytes]]]] = (
            SimpleQueue()
        )

    def run(self) -> None:
        while True:
            command, log, environment, answer = self.requests.get()
            try:
                with log.open("wb") as output:
                    answer.set_result(
                        subprocess.Popen(
                            [sys.executable, "-I", "-S", str(_LAUNCHER), str(os.getpid()), *command],
                            stdin=subprocess.DEVNULL,
                            stdout=output,
                            stderr=subprocess.STDOUT,
                            env=dict(environment),
                            start_new_session=True,  # Ctrl-C must reach us, not them: we stop them in order
                        )
                    )
            except OSError as error:
                answer.set_exception(error)


@functools.cache
def _spawner() -> _Spawner:
    thread = _Spawner()
    thread.start()
    return thread


def spawn(command: Sequence[str], log: Path, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start `command` with exactly `environment`, its output in `log` (emptied first).

    The child is killed by the kernel when this process ends, even by SIGKILL.
    """
    answer: Future[subprocess.Popen[bytes]] = Future()
    _spawner().requests.put((command, log, environment, answer))
    return answer.result()
