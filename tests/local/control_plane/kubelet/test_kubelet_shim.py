"""The shim: exit codes, signals, logs, and that nothing outlives it."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import pytest

from local.control_plane.kubelet import logs, processes, shim
from local.control_plane.kubelet.processes import Process

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MARK = "KUBELET_TEST_MARK"


def start(tmp_path: Path, *command: str) -> Process:
    mark = (MARK, str(tmp_path))
    return Process(
        command, environment=dict([mark]), folder=tmp_path, log=tmp_path / "log", mark=mark, ended=lambda: None
    )


def python(tmp_path: Path, program: str) -> Process:
    return start(tmp_path, sys.executable, "-I", "-S", "-c", program)


def wait(process: Process) -> int | None:
    process.wait(10)
    return process.exit_code


def written(tmp_path: Path) -> bytes:
    return b"".join(line.text for line in logs.lines(tmp_path / "log"))


def soon(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize(
    ("program", "code"), [("pass", 0), ("raise SystemExit(3)", 3), ("import os; os.kill(os.getpid(), 15)", 143)]
)
def test_the_exit_code_is_the_programs(tmp_path: Path, program: str, code: int) -> None:
    assert wait(python(tmp_path, program)) == code


def test_a_program_that_is_not_there_says_so_in_the_log(tmp_path: Path) -> None:
    assert wait(start(tmp_path, "/no/such/program")) == 128
    assert written(tmp_path) == b"cannot start /no/such/program: No such file or directory\n"


def test_a_request_to_end_reaches_the_program_and_a_kill_all_of_it(tmp_path: Path) -> None:
    polite = python(
        tmp_path, "import signal, sys\nsignal.signal(15, lambda *_: sys.exit(5))\nprint(1, flush=True)\nsignal.pause()"
    )
    soon(lambda: written(tmp_path) == b"1\n")
    polite.terminate()
    assert wait(polite) == 5
    deaf = python(
        tmp_path,
        "import os, signal\nsignal.signal(15, signal.SIG_IGN)\nprint(2, flush=True)\nos.fork()\nsignal.pause()",
    )
    soon(lambda: written(tmp_path) == b"2\n")
    deaf.terminate()
    time.sleep(0.1)
    assert deaf.exit_code is None
    deaf.kill()
    assert wait(deaf) == 137
    assert not any(f"{MARK}={tmp_path}".encode() in processes._environment(pid) for pid in processes._processes())


def test_the_log_keeps_streams_and_times_and_an_unfinished_line(tmp_path: Path) -> None:
    wait(python(tmp_path, "import os; os.write(1, b'one\\ntw'); os.write(2, b'err\\n'); os.write(1, b'o')"))
    rows = [line.split(" ") for line in (tmp_path / "log").read_text().splitlines()]
    assert {tuple(row[1:]) for row in rows} == {
        ("stdout", "F", "one"),
        ("stderr", "F", "err"),
        ("stdout", "P", "two"),
    }
    assert all(row[0].endswith("Z") and len(row[0]) == 30 for row in rows)


def test_a_full_log_gives_way_to_a_new_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shim, "_LOG_BYTES", 200)
    log = shim._Log(str(tmp_path / "log"))
    for number in range(20):
        log.add(b"stdout", b"line %d\n" % number)
    sizes = [(tmp_path / name).stat().st_size for name in ("log", "log.1")]
    assert all(0 < size <= 200 for size in sizes)
    assert [line.text for line in logs.lines(tmp_path / "log")][-1] == b"line 19\n"


def test_a_flood_of_output_neither_blocks_nor_is_lost(tmp_path: Path) -> None:
    wait(python(tmp_path, "for n in range(30000): print(n)"))
    assert written(tmp_path).split() == [str(n).encode() for n in range(30000)]


def test_signals_to_its_own_group_stay_within_the_container(tmp_path: Path) -> None:
    assert wait(python(tmp_path, "import os; os.killpg(0, 9)")) == 137
