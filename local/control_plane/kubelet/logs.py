"""Reads the logs that shims write (shim.py): lines of `<time> <stream> F|P <text>`."""

from __future__ import annotations

import datetime as dt
import os
import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

_POLL_SECONDS = 0.1


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line, or a part of one."""

    time: str
    """When it was written, as Kubernetes writes times, to the nanosecond."""
    text: bytes
    """What was written, with its end of line if it had one."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """What is wanted of a log (API reference, PodLogOptions)."""

    follow: bool = False
    previous: bool = False
    timestamps: bool = False
    tail_lines: int | None = None
    limit_bytes: int | None = None
    since: str = ""
    """Only lines from this time on."""

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Options:
        """Read the parameters of a request; raises ValueError."""
        since = query.get("sinceTime", "")
        if "sinceSeconds" in query:
            begin = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=int(query["sinceSeconds"]))
            since = begin.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        return cls(
            follow=query.get("follow") == "true",
            previous=query.get("previous") == "true",
            timestamps=query.get("timestamps") == "true",
            tail_lines=int(query["tailLines"]) if "tailLines" in query else None,
            limit_bytes=int(query["limitBytes"]) if "limitBytes" in query else None,
            since=since,
        )


def parse(line: bytes) -> Line:
    """Read one line of a log file."""
    stamp, _, rest = line.removesuffix(b"\n").partition(b" ")
    _, _, rest = rest.partition(b" ")
    tag, _, text = rest.partition(b" ")
    return Line(time=stamp.decode(), text=text + (b"\n" if tag == b"F" else b""))


def lines(path: Path) -> Iterator[Line]:
    """Yield the lines of a log; nothing if there is no log."""
    try:
        with path.open("rb") as file:
            for line in file:
                yield parse(line)
    except OSError:
        return


def read(path: Path, options: Options, is_running: Callable[[], bool]) -> Iterator[bytes]:
    """Yield what is wanted of the log at `path`; when following, until `is_running` says no."""
    wanted: Iterable[Line] = (line for line in lines(path) if line.time >= options.since)
    if options.follow:
        wanted = _followed(path, options, is_running)
    elif options.tail_lines is not None:
        wanted = deque(wanted, maxlen=options.tail_lines)
    left = options.limit_bytes
    for line in wanted:
        text = f"{line.time} ".encode() + line.text if options.timestamps else line.text
        yield text if left is None else text[:left]
        if left is not None:
            left -= len(text)
            if left <= 0:
                return


def _followed(path: Path, options: Options, is_running: Callable[[], bool]) -> Iterator[Line]:
    """Yield the last lines, then those to come, also from a log that takes this one's place when it is full."""
    tail = options.tail_lines
    file = path.open("rb")
    try:
        first = deque((each for each in map(parse, file) if each.time >= options.since), maxlen=tail)
        yield from first
        while True:
            runs = is_running()  # asked before the last look, so that the last lines are not missed
            yield from map(parse, file)  # shims write whole lines only
            if _is_replaced(path, file.fileno()):
                file.close()
                file = path.open("rb")
            elif not runs:
                return
            else:
                time.sleep(_POLL_SECONDS)
    finally:
        file.close()


def _is_replaced(path: Path, descriptor: int) -> bool:
    try:
        return path.stat().st_ino != os.fstat(descriptor).st_ino
    except FileNotFoundError:
        return False
