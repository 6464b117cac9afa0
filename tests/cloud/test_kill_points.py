"""Wherever `make up` is killed, running it again gives the whole platform, once."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from local import stack
from local.folder import CHECKOUT, Folder
from tests.cloud.conftest import Cloud, running_cloud

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.cloud
SEED = 20261123
UP_SECONDS = 14.0
VICTIMS = ("make up", "pulumi", "pulumi-resource-aws", "tenancy plugin")


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Cloud]:
    yield from running_cloud(Folder(tmp_path / "cloud"))


def victim_of(name: str, parent: int) -> int | None:
    """The process of that name below `parent`, if it is there yet."""
    if name == "make up":
        return parent
    marks = {"pulumi": "pulumi up", "pulumi-resource-aws": "local.aws.providers.aws", "tenancy plugin": "/plugin"}
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


def kill_at(cloud: Cloud, victim: str, seconds: float) -> None:
    """Start `up`, kill one of its processes at a moment, and wait until all of it has ended."""
    process = subprocess.Popen(
        [sys.executable, "-m", "local", "up", "--folder", str(cloud.folder.path)],
        cwd=CHECKOUT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    time.sleep(seconds)
    pid = victim_of(victim, process.pid)
    if pid is not None:
        os.kill(pid, signal.SIGKILL)
    process.wait(timeout=180)


def check(cloud: Cloud, victim: str, seconds: float) -> None:
    kill_at(cloud, victim, seconds)
    again = subprocess.run(
        [sys.executable, "-m", "local", "up", "--folder", str(cloud.folder.path)],
        cwd=CHECKOUT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    assert again.returncode == 0, again.stdout
    cloud.pulumi("up", "--refresh", "--yes", "--skip-preview", "--stack", stack.STACK, "--expect-no-changes")
    ec2 = cloud.aws("ec2")
    assert len([vpc for vpc in ec2.describe_vpcs()["Vpcs"] if not vpc["IsDefault"]]) == 1
    assert len(cloud.aws("emr-containers").list_virtual_clusters(states=["RUNNING"])["virtualClusters"]) == 3


def moments(count: int) -> list[float]:
    return [round(value, 1) for value in random.Random(SEED).sample([n / 10 for n in range(10, 140)], count)]


@pytest.mark.parametrize("victim", VICTIMS)
def test_a_kill_half_way_is_made_good_by_running_it_again(empty: Cloud, victim: str) -> None:
    check(empty, victim, UP_SECONDS * 0.6)


@pytest.mark.soak
@pytest.mark.parametrize("seconds", moments(10))
@pytest.mark.parametrize("victim", VICTIMS)
def test_a_kill_at_any_moment_is_made_good_by_running_it_again(empty: Cloud, victim: str, seconds: float) -> None:
    check(empty, victim, seconds)
