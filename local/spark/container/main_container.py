"""What EMR's image wraps around the Spark of a main container: log files, the heartbeat for sidecars, signals."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, TYPE_CHECKING, Self

from local.spark.container.mounts import mounts_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import FrameType

ENDED = "main-container-ended"
"""Written beside the heartbeat's file when the main process has ended, for the logging sidecar (our own choice)."""
LOGS = "/var/log/spark/user"
"""Where the main container's streams are files too, in a folder named by SPARK_CONTAINER_ID."""
_STDOUT, _STDERR = 1, 2
_HEARTBEAT_SECONDS = 2.0  # EMR on EKS guide, "Sidecar container considerations"
_SIGNAL_SECONDS = 0.2  # longest time that a request to end may lie
_TAIL_BYTES = 64 * 1024
# It makes the child end with this process also when this process is killed.
_LAUNCHER = Path(__file__).parents[2] / "control_plane" / "launcher.py"


class Stopped(BaseException):
    """The container was asked to end before its main process ran."""


class MainContainer:
    """The life of a main container: as a context, heartbeat and log files are there for as long as it lasts."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        beat = environ.get("SIDECAR_SIGNAL_FILE")
        name = environ.get("SPARK_CONTAINER_ID")
        folder = mounts_of(environ, Path()).host(LOGS)
        self._beat = Path(beat) if beat else None
        self._logs = Path(folder) / name if name and folder != LOGS else None
        self._files: dict[int, IO[bytes]] = {}
        self._ended = threading.Event()
        self._child: subprocess.Popen[bytes] | None = None
        self._signal = 0
        self.tail = b""
        """The last of what the main process wrote to its standard error, at most 64 KiB."""

    @property
    def stopped_code(self) -> int:
        """Exit code of a container that was asked to end by a signal (128 and its number, as a shell has it)."""
        return 128 + self._signal

    def __enter__(self) -> Self:
        signal.signal(signal.SIGTERM, self._on_signal)
        if self._logs:
            self._logs.mkdir(parents=True, exist_ok=True)
            self._files = {
                _STDOUT: (self._logs / "stdout").open("ab", 0),
                _STDERR: (self._logs / "stderr").open("ab", 0),
            }
        if self._beat:
            self._beat.parent.mkdir(parents=True, exist_ok=True)
            threading.Thread(target=self._keep_beating, args=(self._beat,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # the end is near, and the files below matter to others
        self._ended.set()
        for file in self._files.values():
            file.close()
        if self._beat:
            self._beat.with_name(ENDED).touch()

    def say(self, text: str) -> None:
        """Write a line to the container's standard error and its log."""
        self._write(_STDERR, text.encode() + b"\n")

    def run(self, command: Sequence[str], environment: Mapping[str, str]) -> int:
        """Run the main process to its end; returns its exit code, 128 and the number for a signal."""
        self._child = subprocess.Popen(
            [sys.executable, "-I", "-S", str(_LAUNCHER), str(os.getpid()), *command],
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        if self._signal:  # it came while the child was being made
            self._child.send_signal(self._signal)
        copiers = [
            threading.Thread(target=self._copy, args=(stream, number), daemon=True)
            for number, stream in ((_STDOUT, self._child.stdout), (_STDERR, self._child.stderr))
        ]
        for copier in copiers:
            copier.start()
        code = self._code_of(self._child)
        for copier in copiers:
            copier.join(_HEARTBEAT_SECONDS)  # a grandchild may hold the other end
        return code if code >= 0 else 128 - code

    def _code_of(self, child: subprocess.Popen[bytes]) -> int:
        """Wait for the end of the main process, and hear every signal meanwhile.

        Python calls a handler between two of its instructions: for a signal that comes just before a system call that
        waits, that is after the wait. So this thread never waits for long.
        """
        gone = threading.Event()
        threading.Thread(target=lambda: (child.wait(), gone.set()), daemon=True).start()
        while not gone.wait(_SIGNAL_SECONDS):
            pass
        return child.wait()

    def _on_signal(self, number: int, _: FrameType | None) -> None:
        self._signal = number
        if self._child is None:
            raise Stopped
        self._child.send_signal(number)

    def _copy(self, stream: IO[bytes], number: int) -> None:
        with stream:
            while chunk := os.read(stream.fileno(), 65536):
                self._write(number, chunk)

    def _write(self, number: int, chunk: bytes) -> None:
        os.write(number, chunk)
        file = self._files.get(number)
        if file and not file.closed:
            file.write(chunk)
        if number == _STDERR:
            self.tail = (self.tail + chunk)[-_TAIL_BYTES:]

    def _keep_beating(self, beat: Path) -> None:
        while not self._ended.is_set():
            beat.touch()
            self._ended.wait(_HEARTBEAT_SECONDS)
