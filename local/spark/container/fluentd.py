"""The program of the logging sidecar: uploads its pod's logs while the main container runs, and the rest at its end."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local.spark.container.main_container import ENDED, LOGS
from local.spark.container.mounts import mounts_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import FrameType

    from local.spark.container.log_destinations import Destination

_SIGNALS = "/var/log/fluentd"
_HEARTBEAT = "main-container-terminated"
# How often to look and to upload is our choice. The first heartbeat is awaited as long as in the EMR on EKS guide
# ("Sidecar container considerations"); a lost one is believed later than there, since this machine may be busy.
_LOOK_SECONDS = 0.5
_UPLOAD_SECONDS = 5.0
_FIRST_HEARTBEAT_SECONDS = 60.0
_HEARTBEAT_LOST_SECONDS = 60.0
_LAST_TRIES = 3


def run(environ: Mapping[str, str]) -> int:
    """Upload until the main container has ended; returns 0 always: logs that are denied do not fail a job."""
    stopped = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    signal.signal(signal.SIGTERM, stop)
    os.nice(10)  # the job first, its logs then
    mounts = mounts_of(environ, Path())
    uploader = Uploader(Path(mounts.host(LOGS)), environ)
    watch = MainContainerWatch(Path(mounts.host(_SIGNALS)))
    due = time.monotonic() + _UPLOAD_SECONDS
    while not watch.has_ended() and not stopped.wait(_LOOK_SECONDS):
        if time.monotonic() >= due:
            uploader.upload(last=False)
            due = time.monotonic() + _UPLOAD_SECONDS
    for _ in range(_LAST_TRIES):
        if uploader.upload(last=True):
            break
        stopped.wait(1)
    return 0


class MainContainerWatch:
    """Whether the main container of this pod has ended."""

    def __init__(self, folder: Path) -> None:
        self._ended = folder / ENDED
        self._heartbeat = folder / _HEARTBEAT
        self._begun = time.time()

    def has_ended(self) -> bool:
        """It says so itself; one that was killed shows it by a heartbeat that stops or never comes."""
        if self._ended.exists():
            return True
        try:
            return time.time() - self._heartbeat.stat().st_mtime > _HEARTBEAT_LOST_SECONDS
        except FileNotFoundError:
            return time.time() - self._begun > _FIRST_HEARTBEAT_SECONDS


class Uploader:
    """Brings the log files of a pod's main container to the destinations of its job."""

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        self._folder = folder
        self._environ = environ
        self._destinations: list[Destination] | None = None
        self._said: set[str] = set()

    def upload(self, *, last: bool) -> bool:
        """One round; returns whether all went well. What did not is said once and tried again in the next round."""
        if not (self._environ.get("LOG_S3_URI") or self._environ.get("LOG_GROUP")):
            return True
        files = sorted(path for path in self._folder.glob("*/std*") if path.name in {"stdout", "stderr"})
        errors: Any = import_module("botocore.exceptions")
        foreseen = (errors.BotoCoreError, errors.ClientError, OSError)
        try:
            destinations = self._all()
        except foreseen as error:
            return self._say(f"Logs cannot be uploaded: {error}")
        well = True
        for destination in destinations:
            for file in files:
                try:
                    destination.upload(file, last=last)
                except foreseen as error:
                    well = self._say(f"{file.name} was not uploaded to {destination.name}: {error}")
        return well

    def _all(self) -> list[Destination]:
        if self._destinations is None:
            # Here and not above: loading it costs the start of every pod half a second of a processor.
            self._destinations = import_module("local.spark.container.log_destinations").destinations(self._environ)
        return self._destinations or []

    def _say(self, text: str) -> bool:
        if text not in self._said:
            self._said.add(text)
            print(text, file=sys.stderr, flush=True)
        return False
