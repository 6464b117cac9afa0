"""Runs pip for the cache: hashed requirements only, with signs of life, and failures in words."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from local.spark.distribution import SparkUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.engine.progress import Progress

PIP = (sys.executable, "-m", "pip")
SPARK_MB = 434
"""Size of Spark's source distribution in 10^6 bytes, for the progress."""
# It makes pip end with this process also when this process is killed.
_LAUNCHER = Path(__file__).parents[1] / "control_plane" / "launcher.py"
_OPTIONS = ("--no-cache-dir", "--require-hashes", "--no-build-isolation", "--use-pep517", "--retries", "2")
_POLL_SECONDS = 3.0
_SHOWN_LINES = 15
_FULL = ("No space left on device", "Disk quota exceeded")
_CHANGED = ("DO NOT MATCH THE HASHES",)
_UNREACHABLE = (
    "Temporary failure in name resolution",
    "Name or service not known",
    "Connection refused",
    "Connection reset",
    "Network is unreachable",
    "Max retries exceeded",
    "Read timed out",
    "Connection broken",
    "ProxyError",
    "SSLError",
    "connection broken",
    "502 Server Error",
    "503 Server Error",
    "504 Server Error",
)
_REFUSED = ("No matching distribution found", "Client Error")


def install(folder: Path, requirements: str, doing: str, progress: Progress) -> None:
    """Install locked packages into the virtual environment `folder`.

    Raises:
        SparkUnavailable: no network, no such package, no disk; the text says which.
    """
    # Everything of pip's lies in the folder, so that nothing of a killed one stays elsewhere.
    work = folder / "work"
    work.mkdir(exist_ok=True)
    file = work / "requirements.txt"
    file.write_text(requirements)
    command = [*PIP, "--python", str(folder / "bin" / "python"), "--disable-pip-version-check", "--no-input"]
    code, printed = _run([*command, "install", *_OPTIONS, "-r", str(file)], work, doing, progress)
    if code != 0:
        raise explain(printed)


def _run(command: list[str], work: Path, doing: str, progress: Progress) -> tuple[int, str]:
    with (work / "log").open("w+") as log:
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(_LAUNCHER), str(os.getpid()), *command],
            env={**os.environ, "TMPDIR": str(work)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            code = _wait(process, lambda: progress.tick(_state(doing, work)))
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)  # pip's own children too; its folder is removed anyway
            process.wait()
            raise
        log.seek(0)
        return code, log.read()


def _wait(process: subprocess.Popen[bytes], tick: Callable[[], None]) -> int:
    while True:
        tick()
        try:
            return process.wait(_POLL_SECONDS)
        except subprocess.TimeoutExpired:
            continue


def _state(doing: str, work: Path) -> str:
    """What pip is doing, judged by the archive that grows in its folder."""
    try:
        fetched = max((path.stat().st_size for path in work.glob("*/pyspark-*.tar.gz")), default=0) // 10**6
    except FileNotFoundError:
        fetched = 0
    if 0 < fetched < SPARK_MB:
        return f"{doing}, {fetched} of {SPARK_MB} MB fetched"
    return f"{doing}, all fetched, unpacking" if fetched else doing


def explain(printed: str) -> SparkUnavailable:
    """The error for a pip that failed and printed this."""
    lines = printed.strip().splitlines()
    full = _last(lines, _FULL)
    if full:
        return disk_full(full)
    changed = _last(lines, _CHANGED)
    if changed:
        return SparkUnavailable(
            "Spark was not installed: the package index gave another file than requirements/spark.txt names by its "
            f"hash. Use an index that mirrors the packages unchanged, then try again.\n{changed}"
        )
    unreachable = _last(lines, _UNREACHABLE)
    if unreachable:
        return SparkUnavailable(
            "Spark cannot be fetched: the package index could not be reached. Check the network, HTTPS_PROXY and "
            f"pip's configuration (`pip config list`), then try again.\n{unreachable}"
        )
    refused = _last(lines, _REFUSED)
    if refused:
        return SparkUnavailable(
            "Spark cannot be fetched: the package index does not give what requirements/spark.txt names. Point pip "
            f"to one that does (PIP_INDEX_URL or `pip config`), then try again.\n{refused}"
        )
    shown = "\n".join(lines[-_SHOWN_LINES:])
    return SparkUnavailable(f"Spark could not be installed. The end of what pip printed:\n{shown}")


def disk_full(evidence: str) -> SparkUnavailable:
    """The error for a disk that filled up; `evidence` is the line that said so."""
    return SparkUnavailable(
        "Spark could not be installed: the disk is full. Nothing half-made was kept. Free some space, or point "
        f"XDG_CACHE_HOME to a folder on a larger disk, then try again.\n{evidence}"
    )


def _last(lines: list[str], signs: tuple[str, ...]) -> str:
    """The last line with one of the signs; empty when there is none."""
    return next((line.strip() for line in reversed(lines) if any(sign in line for sign in signs)), "")
