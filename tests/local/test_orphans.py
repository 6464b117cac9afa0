from __future__ import annotations

import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from local.folder import Folder
from local.orphans import end_orphans

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

WAIT = "import time; time.sleep(600)"


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Starts processes that look like a plugin of a folder's engine, or not."""
    begun: list[subprocess.Popen[bytes]] = []

    def begin(*arguments: str, home: Path | None = None) -> subprocess.Popen[bytes]:
        variables = {"PULUMI_HOME": str(home or Folder(tmp_path).pulumi_home)}
        process = subprocess.Popen([sys.executable, "-c", WAIT, *arguments], env=variables)
        begun.append(process)
        time.sleep(0.2)
        return process

    yield begin
    for process in begun:
        process.kill()
        process.wait()


@pytest.mark.parametrize("name", ["/somewhere/pulumi-language-python", "local.aws.providers.eks"])
def test_a_plugin_without_its_engine_is_ended(tmp_path: Path, start: Callable[..., subprocess.Popen[bytes]], name: str):
    plugin = start(name)
    assert end_orphans(Folder(tmp_path)) == [plugin.pid]
    assert plugin.wait(5) == -9


def test_plugins_of_other_folders_and_other_programs_are_left_alone(
    tmp_path: Path, start: Callable[..., subprocess.Popen[bytes]]
):
    others = [start("pulumi-resource-aws", home=tmp_path / "other"), start("a-shell-of-the-user")]
    assert end_orphans(Folder(tmp_path)) == []
    assert [process.poll() for process in others] == [None, None]


def test_a_plugin_of_a_living_engine_is_left_alone(tmp_path: Path):
    engine = tmp_path / "pulumi"
    engine.symlink_to(sys.executable)
    program = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {WAIT!r}, 'pulumi-resource-aws'])"
    home = Folder(tmp_path).pulumi_home
    process = subprocess.Popen([engine, "-c", program], env={"PULUMI_HOME": str(home)})
    try:
        time.sleep(0.5)
        assert end_orphans(Folder(tmp_path)) == []
        assert process.poll() is None
    finally:
        process.kill()
        process.wait()
        assert len(end_orphans(Folder(tmp_path))) == 1
