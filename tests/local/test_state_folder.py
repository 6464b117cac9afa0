from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from local import stack
from local.folder import Folder, Refused

if TYPE_CHECKING:
    from pathlib import Path


def test_a_second_command_is_refused_and_told_who_is_at_work(tmp_path: Path):
    folder = Folder(tmp_path)
    with (
        folder.locked("up"),
        pytest.raises(Refused, match=rf"`make up` \(process {os.getpid()}\) is at work.*`make down` again"),
        folder.locked("down"),
    ):
        pass
    with folder.locked("down"):
        pass


def test_a_killed_commands_lock_stands_in_nobodys_way(tmp_path: Path):
    program = (
        "import os, signal, pathlib\n"
        "from local.folder import Folder\n"
        f"with Folder(pathlib.Path({str(tmp_path)!r})).locked('up'): os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", program], check=False)
    with Folder(tmp_path).locked("up"):
        pass


def test_forgetting_a_generation_takes_all_but_the_lock(tmp_path: Path):
    folder = Folder(tmp_path)
    with folder.locked("clean"):
        folder.pulumi_state.mkdir(parents=True)
        folder.generation_file.write_text("{}")
        (tmp_path / "link").symlink_to("/")
        folder.forget()
        assert [entry.name for entry in tmp_path.iterdir()] == ["lock"]


def test_a_generation_file_that_cannot_be_read_counts_as_none(tmp_path: Path):
    folder = Folder(tmp_path)
    assert folder.generation() == {}
    folder.generation_file.write_text("{")
    assert folder.generation() == {}


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    made: list[tuple[str, ...]] = []
    monkeypatch.setattr(stack, "pulumi", lambda _, *arguments, **__: made.append(arguments))
    monkeypatch.setattr(stack, "PATIENCE_SECONDS", 0.1)
    return made


def lock_of(folder: Folder, pid: int) -> None:
    lock = folder.pulumi_state / ".pulumi" / "locks" / "organization" / "tenancy" / "local" / "1.json"
    lock.parent.mkdir(parents=True)
    lock.write_text(json.dumps({"pid": pid}))


def test_a_stack_locked_by_a_dead_run_is_freed(tmp_path: Path, calls: list[tuple[str, ...]]):
    dead = subprocess.Popen(["true"])
    dead.wait()
    lock_of(Folder(tmp_path), dead.pid)
    stack.unlock(Folder(tmp_path), {}, print)
    assert calls == [("cancel", "--yes", "--stack", "local")]


def test_a_stack_locked_by_a_living_run_is_left_alone(tmp_path: Path, calls: list[tuple[str, ...]]):
    lock_of(Folder(tmp_path), os.getpid())
    with pytest.raises(Refused, match=rf"process {os.getpid()}\) is still at work"):
        stack.unlock(Folder(tmp_path), {}, print)
    assert calls == []


@pytest.mark.parametrize("text", ["", '{"version": 3'])
@pytest.mark.parametrize("file", ["local.json", "local.json.attrs"])
def test_a_state_that_a_kill_has_cut_off_is_noticed(tmp_path: Path, file: str, text: str) -> None:
    folder = Folder(tmp_path)
    assert not stack.is_cut_off(folder)
    state = folder.pulumi_state / ".pulumi" / "stacks" / "tenancy" / file
    state.parent.mkdir(parents=True)
    state.write_text('{"version": 3}')
    assert not stack.is_cut_off(folder)
    state.write_text(text)
    assert stack.is_cut_off(folder)
