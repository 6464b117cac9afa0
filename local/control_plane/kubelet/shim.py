"""Runs one container's program and leaves nothing of it behind: ``shim.py PARENT LOG PROGRAM ARGUMENT...``.

Run as a script of its own with ``-I -S``, so that it is light; it imports nothing of ours. Whatever the program
starts, and whatever that starts, stays below this process (prctl(2), PR_SET_CHILD_SUBREAPER). The tree is killed
when the program ends, when SIGUSR1 comes, and when the kubelet dies, of which the kernel tells by SIGUSR1.
SIGTERM is passed on to the program alone, as a container runtime does. Should this process itself be killed, the
kernel kills the program, and the kubelet looks for the rest.

Output is written as containers' logs are on a node: `<time> stdout|stderr F|P <line>` (KEP-2039's CRI log format,
P for a line not ended yet). At _LOG_BYTES the log becomes `LOG.1` and a new one begins.
It ends with the program's exit code, 128 + n after signal n.
"""

from __future__ import annotations

import ctypes
import os
import select
import signal
import sys
import time

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_PR_SET_CHILD_SUBREAPER = 36
_KILL = signal.SIGUSR1
_LOG_BYTES = 10 * 1024 * 1024  # the kubelet's containerLogMaxSize
_LINE_BYTES = 16 * 1024  # what containerd writes as one line at most
_CANNOT_START = 128  # containerd's exit code for a program that cannot be started


class _Log:
    """The log file and the unfinished lines of both streams."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        self._size = 0
        self._rest = {b"stdout": b"", b"stderr": b""}

    def add(self, stream: bytes, data: bytes) -> None:
        *lines, rest = (self._rest[stream] + data).split(b"\n")
        self._rest[stream] = rest
        self._write(stream, b"F", lines)
        if len(rest) > _LINE_BYTES:
            self.flush(stream)

    def flush(self, stream: bytes) -> None:
        """Write the line that has no end yet."""
        rest, self._rest[stream] = self._rest[stream], b""
        if rest:
            self._write(stream, b"P", [rest])

    def _write(self, stream: bytes, tag: bytes, lines: list[bytes]) -> None:
        seconds, nanoseconds = divmod(time.time_ns(), 1_000_000_000)
        stamp = f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(seconds))}.{nanoseconds:09}Z".encode()
        data = b"".join(b"%s %s %s %s\n" % (stamp, stream, tag, line) for line in lines)
        if self._size + len(data) > _LOG_BYTES:
            os.replace(self._path, self._path + ".1")  # noqa: PTH105 (pathlib would double the time to start)
            os.close(self._file)
            self._file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
            self._size = 0
        try:
            os.write(self._file, data)
        except OSError:  # a full disk loses log lines and nothing else
            return
        self._size += len(data)


class _Shim:
    """The program, its output and the signals that come for it."""

    def __init__(self, log: _Log) -> None:
        self._log = log
        self._poll = select.poll()
        self._signals, wake = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT, _KILL, signal.SIGCHLD):
            signal.signal(number, lambda _number, _frame: None)  # the pipe tells
        self._poll.register(self._signals, select.POLLIN)
        self._streams: dict[int, bytes] = {}
        self._child = 0

    def start(self, libc: ctypes.CDLL, program: list[str]) -> None:
        me, output, error = os.getpid(), self._pipe(b"stdout"), self._pipe(b"stderr")
        self._child = os.fork()
        if self._child == 0:
            _become(libc, me, program, output, error)
        os.close(output)
        os.close(error)

    def run(self) -> int:
        """Return the program's exit code when nothing of it is left."""
        code = None
        while code is None:
            for descriptor, _ in self._poll.poll():
                if descriptor == self._signals:
                    code = self._heed(os.read(descriptor, 512))
                else:
                    self._copy(descriptor)
        _end_descendants()
        for descriptor, stream in list(self._streams.items()):
            os.set_blocking(descriptor, False)
            while descriptor in self._streams and self._copy(descriptor):
                pass
            self._log.flush(stream)
        return code

    def _pipe(self, stream: bytes) -> int:
        read, write = os.pipe2(os.O_CLOEXEC)
        self._streams[read] = stream
        self._poll.register(read, select.POLLIN)
        return write

    def _heed(self, numbers: bytes) -> int | None:
        code = None
        for number in numbers:
            if number == signal.SIGCHLD:
                code = self._reap() if code is None else code
            elif code is None:
                os.kill(self._child, signal.SIGKILL if number == _KILL else signal.SIGTERM)
        return code

    def _reap(self) -> int | None:
        """Take leave of children that have ended; return the exit code if the program is among them."""
        code = None
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return code
            if pid == 0:
                return code
            if pid == self._child:
                ended = os.waitstatus_to_exitcode(status)
                code = ended if ended >= 0 else 128 - ended

    def _copy(self, descriptor: int) -> bool:
        try:
            data = os.read(descriptor, 65536)
        except BlockingIOError:
            return False
        if data:
            self._log.add(self._streams[descriptor], data)
            return True
        self._poll.unregister(descriptor)
        self._log.flush(self._streams.pop(descriptor))
        os.close(descriptor)
        return False


def main() -> None:
    """Start the program and stay until nothing of it is left."""
    parent, log, program = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
    libc: ctypes.CDLL = ctypes.CDLL(None, use_errno=True)
    shim = _Shim(_Log(log))
    for request, value in ((_PR_SET_PDEATHSIG, int(_KILL)), (_PR_SET_CHILD_SUBREAPER, 1)):
        if libc.prctl(request, value, 0, 0, 0) != 0:
            sys.exit(f"prctl: {os.strerror(ctypes.get_errno())}")
    if os.getppid() != parent:  # it ended before the request was made, so no signal will come
        sys.exit("the kubelet has ended")
    shim.start(libc, program)
    sys.exit(shim.run())


def _become(libc: ctypes.CDLL, shim: int, program: list[str], output: int, error: int) -> None:
    """Turn the forked child into the program."""
    try:
        libc.prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
        os.setsid()  # a signal to its own process group must not reach the shim
        os.dup2(output, 1)
        os.dup2(error, 2)
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGPIPE, signal.SIGXFSZ, _KILL, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        if os.getppid() == shim:
            os.execvp(program[0], program)  # noqa: S606 (an argument list, no shell)
    except OSError as problem:
        os.write(2, f"cannot start {program[0]}: {problem.strerror}\n".encode())
    finally:
        os._exit(_CANNOT_START)


def _end_descendants() -> None:
    while True:
        for pid in _descendants():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        time.sleep(0.005)


def _descendants() -> list[int]:
    """List every process below this one (proc(5), /proc/PID/stat: the parent follows name and state)."""
    children: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):  # noqa: PTH208 (pathlib would double the time to start)
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", "rb") as stat:  # noqa: PTH123
                    parent = int(stat.read().rpartition(b")")[2].split()[1])
            except OSError:
                continue
            children.setdefault(parent, []).append(int(name))
    found: list[int] = []
    waiting = [os.getpid()]
    while waiting:
        below = children.get(waiting.pop(), [])
        found += below
        waiting += below
    return found


if __name__ == "__main__":
    main()
