"""Starts and stops the process of the AWS emulator, which in turn starts and stops the control planes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import requests

from local.control_plane.processes import recorded_alive, start_time, stop_recorded
from local.folder import CHECKOUT, Folder, Refused
from local.orphans import end_orphans

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

START_SECONDS = 60
STOP_SECONDS = 60
# An emulator outlives the command that starts it; one that also stops it waits for its end here.
_STARTED: dict[Path, subprocess.Popen[bytes]] = {}


def endpoint(folder: Folder) -> str | None:
    """The AWS endpoint of a running emulator that answers, or None."""
    address: str | None = folder.generation().get("endpoint")
    if address is None or recorded_alive(folder.path, "emulator") is None:
        return None
    try:
        requests.get(f"{address}/_local/health", timeout=5).raise_for_status()
    except requests.RequestException:
        return None
    return address


def start(folder: Folder, say: Callable[[str], None], lifeline: int | None = None) -> str:
    """Bring the emulator up on what this folder holds, or on a new generation; returns its endpoint.

    Emulator state, etcd and Pulumi state belong together. If the last emulator did not save its state (it was
    killed), the other two are worth nothing without it, so all three start anew and the user is told.
    With a `lifeline`, the read end of a pipe, the emulator ends when whoever holds the other end is gone.
    """
    running = endpoint(folder)
    if running:
        return running
    end_leftovers(folder)
    generation = folder.generation()
    if generation and not generation.get("saved"):
        say("the last embedded cloud ended without saving its state (killed?): starting a new one from nothing")
        folder.forget()
    folder.emulator_log.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "local.aws.emulator", "--folder", str(folder.path)]
    if lifeline is not None:
        command.append("--lifeline")
    with folder.emulator_log.open("ab") as log:
        begun = log.tell()
        stdin = subprocess.DEVNULL if lifeline is None else lifeline
        process = subprocess.Popen(command, cwd=CHECKOUT, stdin=stdin, stdout=log, stderr=log, start_new_session=True)
    _STARTED[folder.path] = process
    return _await_ready(folder, process, begun)


def _await_ready(folder: Folder, process: subprocess.Popen[bytes], begun: int) -> str:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        printed = folder.emulator_log.read_bytes()[begun:].decode(errors="replace")
        for line in printed.splitlines():
            if line.startswith('{"endpoint"'):
                ready: dict[str, Any] = json.loads(line)
                return str(ready["endpoint"])
        if process.poll() is not None:
            tail = "\n".join(printed.splitlines()[-12:])
            message = f"The AWS emulator did not start:\n{tail}\nIts log: {folder.emulator_log}"
            raise Refused(message)
        time.sleep(0.05)
    process.terminate()
    message = f"The AWS emulator was not ready after {START_SECONDS} s. Its log: {folder.emulator_log}"
    raise Refused(message)


def stop(folder: Folder) -> bool:
    """Stop the emulator and all it started. True if its state was saved, so that the generation is kept."""
    pid = recorded_alive(folder.path, "emulator")
    if pid is not None:
        begun = start_time(pid)
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        ours = _STARTED.pop(folder.path, None)
        while start_time(pid) == begun and time.monotonic() < deadline:
            if ours is not None and ours.poll() is not None:
                break
            time.sleep(0.05)
    end_leftovers(folder)
    return bool(folder.generation().get("saved"))


def end_leftovers(folder: Folder) -> None:
    """End processes that a killed emulator left, known by pid and start time, and those of a killed engine."""
    end_orphans(folder)
    stop_recorded(folder.path)
    for cluster in sorted((folder.path / "clusters").glob("*")):
        stop_recorded(cluster)
