import json
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from local.engine import EngineError, __main__, ensure, progress
from local.engine.progress import Progress

ROOT = Path(__file__).parents[3]


def run(monkeypatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["engine", *arguments])
    return __main__.main()


@pytest.mark.usefixtures("desk")
def test_the_table_shows_program_version_origin_and_path(monkeypatch, capsys):
    assert run(monkeypatch) == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["program", "version", "origin", "path"] in rows
    assert any(row[:3] == ["kube-apiserver", "1.35.5", "built"] for row in rows)


@pytest.mark.usefixtures("desk")
def test_json_goes_to_stdout_alone(monkeypatch, capsys):
    assert run(monkeypatch, "--json") == 0
    captured = capsys.readouterr()
    document = json.loads(captured.out)
    assert document["programs"]["etcd"]["origin"] == "built"
    assert Path(document["definitions"]["securitygrouppolicies"]).exists()
    assert "etcd 3.6.14: built" in captured.err


def test_a_failure_is_a_message_and_exit_code_1(desk, monkeypatch, capsys):
    desk.go_says("no space left on device")
    assert run(monkeypatch) == 1
    assert "the disk is full" in capsys.readouterr().err


def test_help_has_an_example(monkeypatch, capsys):
    with pytest.raises(SystemExit):
        run(monkeypatch, "--help")
    assert "python -m local.engine --json" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("system", "architecture"), [("darwin", "arm64"), ("linux", "riscv64"), ("linux", "i686"), ("win32", "AMD64")]
)
@pytest.mark.usefixtures("desk")
def test_another_platform_gets_one_sentence(monkeypatch, system, architecture):
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(platform, "machine", lambda: architecture)
    with pytest.raises(EngineError, match=f"Linux on x86-64 or arm64; this is {system} on {architecture.lower()}"):
        ensure(lambda _line: None)


def test_a_long_build_speaks_up_every_half_minute(monkeypatch):
    clock = [0.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: clock[0])
    lines: list[str] = []
    line = Progress(lines.append, "[2/7] kwok 0.8.0")
    for _ in range(61):
        line.tick("building")
        clock[0] += 1
    line.done("built")
    assert lines == [
        "[2/7] kwok 0.8.0: building, 0 s",
        "[2/7] kwok 0.8.0: building, 30 s",
        "[2/7] kwok 0.8.0: building, 60 s",
        "[2/7] kwok 0.8.0: built, 61 s",
    ]


def test_a_terminal_shows_the_seconds_in_place(monkeypatch, capsys):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    line = Progress(print, "[1/1] etcd 3.6.14")
    line.tick("building")
    line.tick("building")
    line.done("built")
    output = capsys.readouterr().out
    assert output.count("\r") == 3
    assert output.splitlines()[-1].endswith("[1/1] etcd 3.6.14: built, 0 s")


def test_the_engine_needs_nothing_but_pythons_standard_library():
    program = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import local.engine.__main__"
    done = subprocess.run([sys.executable, "-IS", "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
