"""`make up` and `make down`: run twice, run two at once, killed, with its port taken."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from local import emulator_process
from local.control_plane.processes import recorded_alive
from local.folder import CHECKOUT, Folder
from tests.cloud.conftest import begin_local, processes_of, run_local

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.cloud


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    own = Folder(tmp_path / "cloud")
    yield own
    emulator_process.stop(own)


def wait_for(what: str, seconds: float, true: object) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if callable(true) and true():
            return
        time.sleep(0.1)
    pytest.fail(f"not within {seconds} s: {what}")


def test_up_down_up_goes_on_where_it_was_and_a_kill_starts_anew(folder: Folder, lifeline: int) -> None:
    code, printed = run_local("up", folder, lifeline)
    assert code == 0, printed
    code, printed = run_local("down", folder, lifeline)
    assert code == 0, printed
    assert "goes on from it" in printed
    assert processes_of(folder) == []
    port = folder.generation()["endpoint"]

    code, printed = run_local("up", folder, lifeline)
    assert code == 0, printed
    assert folder.generation()["endpoint"] == port
    assert "unchanged" in printed
    assert "created" not in printed

    pid = recorded_alive(folder.path, "emulator")
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    wait_for("nothing of a killed emulator is left", 20, lambda: processes_of(folder) == [])
    code, printed = run_local("up", folder, lifeline)
    assert code == 0, printed
    assert "without saving its state" in printed
    assert "created" in printed


def test_two_at_once_are_told_apart_and_a_killed_one_is_taken_up_again(folder: Folder, lifeline: int) -> None:
    first = begin_local("up", folder, lifeline)
    wait_for("the engine is at work", 120, lambda: list(folder.pulumi_state.rglob("locks/**/*.json")))
    code, printed = run_local("up", folder, lifeline)
    assert code == 1
    assert "is at work on" in printed

    first.send_signal(signal.SIGKILL)
    first.communicate()
    code, printed = run_local("up", folder, lifeline)
    assert code == 0, printed
    code, printed = run_local("up", folder, lifeline)
    assert code == 0, printed
    assert "created" not in printed


def test_a_port_that_somebody_took_is_named(folder: Folder, lifeline: int) -> None:
    folder.path.mkdir()
    emulator_process.start(folder, print, lifeline)
    assert emulator_process.stop(folder)
    port = int(folder.generation()["endpoint"].rpartition(":")[2])
    with socket.socket() as taker:
        taker.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taker.bind(("127.0.0.1", port))
        taker.listen()
        code, printed = run_local("up", folder, lifeline)
    assert code == 1
    assert str(port) in printed
    assert "Traceback" not in printed


def test_status_is_true_and_down_of_nothing_is_no_error(folder: Folder, lifeline: int) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "local", "status", "--json", "--folder", str(folder.path)],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout)["running"] is False
    code, printed = run_local("down", folder, lifeline)
    assert code == 0
    assert "nothing to stop" in printed
