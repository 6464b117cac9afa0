"""Wherever `make up` is killed, running it again gives the whole platform, once."""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from local import emulator_process, stack
from local.folder import Folder
from local.surroundings import environment
from tests.cloud.conftest import Cloud, begin_local, processes_of, run_local, running_cloud

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.cloud
SEED = 20261123
UP_SECONDS = 14.0
VICTIMS = ("make up", "pulumi", "tenancy plugin")


@pytest.fixture
def empty(tmp_path: Path, lifeline: int) -> Iterator[Cloud]:
    yield from running_cloud(Folder(tmp_path / "cloud"), lifeline)


def victim_of(name: str, parent: int) -> int | None:
    """The process of that name below `parent`, if it is there yet."""
    if name == "make up":
        return parent
    marks = {"pulumi": "pulumi up", "tenancy plugin": "/plugin"}
    for pid in below(parent):
        try:
            line = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if marks[name] in line:
            return pid
    return None


def below(pid: int) -> Iterator[int]:
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, children.read_text().split()):
            yield child
            yield from below(child)


def kill_at(cloud: Cloud, victim: str, seconds: float, lifeline: int) -> None:
    """Start `up`, kill one of its processes at a moment, and wait until the command has ended."""
    with begin_local("up", cloud.folder, lifeline) as process:
        time.sleep(seconds)
        pid = victim_of(victim, process.pid)
        if pid is not None:
            os.kill(pid, signal.SIGKILL)
        process.communicate(timeout=180)


def check(cloud: Cloud, victim: str, seconds: float, lifeline: int) -> None:
    kill_at(cloud, victim, seconds, lifeline)
    code, printed = run_local("up", cloud.folder, lifeline)
    assert code == 0, printed
    endpoint = emulator_process.endpoint(cloud.folder)
    assert endpoint is not None
    again = Cloud(folder=cloud.folder, endpoint=endpoint, shell=environment(cloud.folder, endpoint))
    again.pulumi("up", "--refresh", "--yes", "--skip-preview", "--stack", stack.STACK, "--expect-no-changes")
    vpcs = again.aws("ec2").describe_vpcs()["Vpcs"]
    assert len([vpc for vpc in vpcs if not vpc["IsDefault"]]) == 1
    running = again.aws("emr-containers").list_virtual_clusters(states=["RUNNING"])["virtualClusters"]
    assert len(running) == 3
    emulator_process.stop(cloud.folder)
    assert processes_of(cloud.folder) == []


def moments(count: int) -> list[float]:
    return [round(value, 1) for value in random.Random(SEED).sample([n / 10 for n in range(10, 140)], count)]


@pytest.mark.parametrize("victim", VICTIMS)
def test_a_kill_half_way_is_made_good_by_running_it_again(empty: Cloud, victim: str, lifeline: int) -> None:
    check(empty, victim, UP_SECONDS * 0.6, lifeline)


@pytest.mark.soak
@pytest.mark.parametrize("seconds", moments(5))
@pytest.mark.parametrize("victim", VICTIMS)
def test_a_kill_at_any_moment_is_made_good_by_running_it_again(
    empty: Cloud, victim: str, seconds: float, lifeline: int
) -> None:
    check(empty, victim, seconds, lifeline)
