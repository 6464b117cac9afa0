"""Fetching Spark: once, by one process, whole or not at all."""

from __future__ import annotations

import errno
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from local.engine.cache import lock_of, staged
from local.engine.lock import locked
from local.engine.progress import Progress
from local.spark import requirement
from local.spark.distribution import (
    LOCK,
    Distribution,
    SparkUnavailable,
    cache_folder,
    find,
    is_whole,
    packages_of,
    place,
    stamp,
)
from local.spark.installing import disk_full, install
from local.spark.java import NEWEST, OLDEST, installed_java, wrap

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NEEDED_MIB = 2600
"""Room that the building of Spark's package takes at its peak (measured: 2300 MiB); 600 MiB stay."""
_JAVA_MIB = 200


def ensure(report: Callable[[str], None] = print) -> Distribution:
    """Provide Spark, a Python with `pyspark` and a Java; fetch what is missing. Progress goes to `report`.

    Raises:
        SparkUnavailable: it cannot be had; the text says why and what to do.
    """
    found = find()
    if found:
        return found
    target = place()
    progress = Progress(report, "Spark")
    try:
        with locked(lock_of(target), lambda: progress.tick("another process is fetching it, waiting")):
            return find() or _provide(target, progress)
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise disk_full(str(error)) from error
        raise SparkUnavailable(
            f"Spark's cache {cache_folder()} cannot be used: {error}. "
            "Make it readable and writable, or name another folder in XDG_CACHE_HOME."
        ) from error


def _provide(target: Path, progress: Progress) -> Distribution:
    for leftover in target.parent.glob(f".*{target.name}-*"):  # of fetches that were killed: we hold their lock
        shutil.rmtree(leftover, ignore_errors=True)
    if not is_whole(target):
        _require_room(NEEDED_MIB)
        with staged(target) as folder:
            _make(folder, progress)
            stamp(folder, _java(folder, target, progress))
    else:
        stamp(target, _java(target, target, progress))
    progress.done("ready")
    found = find()
    if found is None:
        raise SparkUnavailable(f"What was fetched into {target} is not whole. Remove that folder and try again.")
    return found


def _make(folder: Path, progress: Progress) -> None:
    """A virtual environment with Spark in it."""
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--without-pip", str(folder)], capture_output=True, text=True, check=False
    )
    if made.returncode != 0:
        raise SparkUnavailable(f"A virtual environment for Spark could not be made.\n{made.stderr or made.stdout}")
    install(folder, requirement.build_tools(LOCK), "fetching what builds it", progress)
    install(folder, requirement.packages(LOCK), "fetching and installing", progress)
    shutil.rmtree(folder / "work", ignore_errors=True)


def _java(folder: Path, target: Path, progress: Progress) -> Path:
    """The machine's Java, else one installed into `folder`, which is or will be `target`."""
    java = installed_java()
    if java is not None:
        return java
    _require_room(_JAVA_MIB)
    try:
        install(folder, requirement.java(LOCK), f"fetching a Java (none of {OLDEST} to {NEWEST} here)", progress)
    except SparkUnavailable as error:
        raise SparkUnavailable(
            f"Spark needs a Java {OLDEST} to {NEWEST} and this machine has none on PATH or in JAVA_HOME. Install one "
            f"(package openjdk-17-jre-headless on Debian) or let the package {requirement.JAVA} be fetched.\n{error}"
        ) from error
    shutil.rmtree(folder / "work", ignore_errors=True)
    runtime = packages_of(target) / requirement.JAVA / "java-runtime"
    return target / wrap(runtime, folder / "java").relative_to(folder)


def _require_room(needed_mib: int) -> None:
    folder = cache_folder()
    existing = next(place for place in (folder, *folder.parents) if place.exists())
    free_mib = shutil.disk_usage(existing).free // 2**20
    if free_mib < needed_mib:
        raise SparkUnavailable(
            f"Fetching Spark takes up to {needed_mib} MiB in {folder}, and that disk has {free_mib} MiB free. "
            "Free some space there, or point XDG_CACHE_HOME to a folder on a larger disk."
        )
