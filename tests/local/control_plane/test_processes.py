"""Processes noted in a folder, and the launcher that ties them to this one."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from local.control_plane import ControlPlaneError, spawner
from local.control_plane.processes import record, recorded_alive, start_time, stop_recorded
from local.control_plane.program import Program

if TYPE_CHECKING:
    from collections.abc import Iterator

SLEEP = ["/bin/sleep", "600"]


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(SLEEP)
    # On a busy machine a program's command line shows only a moment after it was started.
    line = "".join(f"{word}\0" for word in SLEEP).encode()
    while Path(f"/proc/{process.pid}/cmdline").read_bytes() != line:
        time.sleep(0.01)
    yield process
    process.kill()
    process.wait()


def alter(folder: Path, **values: object) -> None:
    path = folder / "run" / "sleeper.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def test_a_recorded_process_is_ended_and_named(tmp_path: Path, sleeper: subprocess.Popen[bytes]) -> None:
    record(tmp_path, "sleeper", sleeper.pid, SLEEP)
    assert recorded_alive(tmp_path, "sleeper") == sleeper.pid
    assert stop_recorded(tmp_path) == ["sleeper"]
    assert sleeper.wait(5) == -signal.SIGTERM
    assert recorded_alive(tmp_path, "sleeper") is None
    assert stop_recorded(tmp_path) == []


def test_a_process_that_started_at_another_time_is_left_alone(tmp_path: Path, sleeper: subprocess.Popen[bytes]) -> None:
    record(tmp_path, "sleeper", sleeper.pid, SLEEP)
    started = start_time(sleeper.pid)
    assert started is not None
    alter(tmp_path, start_time=started - 1)
    assert recorded_alive(tmp_path, "sleeper") is None
    assert stop_recorded(tmp_path) == []
    assert sleeper.poll() is None
    assert not list((tmp_path / "run").iterdir()), "the note is worth nothing any more"


def test_a_process_with_another_command_is_left_alone(tmp_path: Path, sleeper: subprocess.Popen[bytes]) -> None:
    record(tmp_path, "sleeper", sleeper.pid, SLEEP)
    alter(tmp_path, command=["/usr/bin/etcd", "600"])
    assert stop_recorded(tmp_path) == []
    assert sleeper.poll() is None


def test_a_process_can_note_itself(tmp_path: Path) -> None:
    record(tmp_path, "self", os.getpid())
    assert recorded_alive(tmp_path, "self") == os.getpid()


def test_a_dead_process_is_not_alive_even_before_it_is_waited_for(tmp_path: Path) -> None:
    process = subprocess.Popen(SLEEP)
    record(tmp_path, "sleeper", process.pid, SLEEP)
    process.kill()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert recorded_alive(tmp_path, "sleeper") is None
    process.wait()
    assert recorded_alive(tmp_path, "sleeper") is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": 1}'])
def test_a_note_cut_short_is_removed_and_harms_nobody(tmp_path: Path, text: str) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "etcd.json").write_text(text)
    assert recorded_alive(tmp_path, "etcd") is None
    assert stop_recorded(tmp_path) == []
    assert not list((tmp_path / "run").iterdir())


def test_the_start_time_is_read_past_a_name_with_brackets_and_spaces(tmp_path: Path) -> None:
    odd = tmp_path / "a) S 1 (b"
    odd.symlink_to("/bin/sleep")
    process = subprocess.Popen([str(odd), "600"])
    other = subprocess.Popen(SLEEP)
    try:
        first, second = start_time(process.pid), start_time(other.pid)
        assert first is not None
        assert second is not None
        assert 0 <= second - first < 500
    finally:
        for child in (process, other):
            child.kill()
            child.wait()


def test_a_spawned_program_runs_with_only_the_given_environment_and_logs(tmp_path: Path) -> None:
    log = tmp_path / "log"
    child = spawner.spawn(["/usr/bin/env"], log, {"ONLY": "this"})
    assert child.wait(10) == 0
    assert {line.partition("=")[0] for line in log.read_text().splitlines()} - {"LC_CTYPE"} == {"ONLY"}


def test_a_program_that_does_not_exist_says_so_in_its_log(tmp_path: Path) -> None:
    program = Program("etcd", [str(tmp_path / "missing")], tmp_path, {})
    program._child.wait(10)
    with pytest.raises(ControlPlaneError, match=r"(?s)etcd ended.*logs/etcd\.log.*missing: No such file"):
        program.require_alive()
    program.wait()
    assert not list((tmp_path / "run").iterdir())


def test_a_program_that_heeds_no_request_to_end_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("local.control_plane.program._TERMINATION_SECONDS", 0.2)
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); signal.pause()"
    program = Program("kwok", [sys.executable, "-c", deaf], tmp_path, {})
    while "deaf" not in program.last_lines().splitlines()[-1]:
        program.require_alive()
        time.sleep(0.01)
    program.terminate()
    program.wait()
    assert program._child.returncode == -signal.SIGKILL


def test_the_launcher_starts_nothing_for_a_parent_that_is_gone() -> None:
    launched = subprocess.run(
        [sys.executable, str(spawner._LAUNCHER), "1", "/bin/echo", "alive"], capture_output=True, text=True, check=False
    )
    assert launched.returncode != 0
    assert launched.stdout == ""
    assert "has ended" in launched.stderr


def test_a_note_holds_what_tells_the_process_from_others(tmp_path: Path) -> None:
    record(tmp_path, "self", os.getpid(), ["python"])
    noted = json.loads((tmp_path / "run" / "self.json").read_text())
    assert noted == {"pid": os.getpid(), "start_time": start_time(os.getpid()), "command": ["python"]}
