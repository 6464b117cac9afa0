"""An embedded cloud of the test run's own: another folder, other ports, gone with the run also when it is killed."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config

from local import emulator_process, stack
from local.engine import ensure
from local.folder import CHECKOUT, Folder
from local.surroundings import environment, link_charts, link_programs, write_env, write_kubeconfig

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def lifeline() -> Iterator[int]:
    """The read end of a pipe whose other end goes with this process: what hangs on it ends with the test run."""
    read, write = os.pipe()
    yield read
    os.close(write)
    os.close(read)


def begin_local(command: str, folder: Folder, lifeline: int) -> subprocess.Popen[str]:
    """Start a command of the embedded cloud as `make` would."""
    hanging = ["--lifeline"] if command == "up" else []
    return subprocess.Popen(
        [sys.executable, "-m", "local", command, "--folder", str(folder.path), *hanging],
        cwd=CHECKOUT,
        text=True,
        stdin=lifeline,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def run_local(command: str, folder: Folder, lifeline: int) -> tuple[int, str]:
    """Run a command of the embedded cloud; returns its exit code and what it printed."""
    with begin_local(command, folder, lifeline) as process:
        printed, _ = process.communicate(timeout=300)
        return process.returncode, printed


def processes_of(folder: Folder) -> list[str]:
    """Command lines of living processes that were started for the folder."""
    found: list[str] = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            environ = (entry / "environ").read_bytes()
            line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if str(folder.pulumi_home).encode() in environ or str(folder.path) in line:
            found.append(line)
    return found


@dataclass(frozen=True, kw_only=True)
class Cloud:
    """A running embedded cloud and the variables under which the ordinary tools see it."""

    folder: Folder
    endpoint: str
    shell: dict[str, str]

    def aws(self, service: str, access_key: str = "", secret_key: str = "", token: str | None = None) -> Any:
        """A boto3 client for this cloud, as the deployer unless other credentials are given."""
        make: Any = boto3.client
        return make(
            service,
            endpoint_url=self.endpoint,
            region_name=self.shell["AWS_REGION"],
            config=Config(retries={"max_attempts": 1}),
            aws_access_key_id=access_key or self.shell["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=secret_key or self.shell["AWS_SECRET_ACCESS_KEY"],
            aws_session_token=token,
        )

    def run(self, *command: str, check: bool = True, project: Path = CHECKOUT, **extra: str) -> str:
        """Run a program as a person would after `source .local/env`; returns what it printed."""
        done = subprocess.run(
            command,
            cwd=project,
            env={**self.shell, **extra},
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        assert not check or done.returncode == 0, f"{' '.join(command)} -> {done.returncode}\n{done.stdout}"
        return done.stdout

    def kubectl(self, *arguments: str, check: bool = True) -> str:
        """Run kubectl on the emulated cluster."""
        return self.run("kubectl", *arguments, check=check)

    def pulumi(self, *arguments: str, check: bool = True, project: Path = CHECKOUT) -> str:
        """Run the real Pulumi CLI."""
        return self.run("pulumi", *arguments, "--non-interactive", "--color", "never", check=check, project=project)


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory, lifeline: int) -> Iterator[Cloud]:
    """The embedded cloud of this test run, still empty."""
    yield from running_cloud(Folder(tmp_path_factory.mktemp("cloud")), lifeline)


def running_cloud(folder: Folder, lifeline: int) -> Iterator[Cloud]:
    """Start an embedded cloud in a folder and end it afterwards."""
    engine = ensure(print)
    link_charts(engine.charts)
    try:
        endpoint = emulator_process.start(folder, print, lifeline)
        link_programs(folder, engine.programs)
        shell = environment(folder, endpoint)
        write_env(folder, shell)
        yield Cloud(folder=folder, endpoint=endpoint, shell=shell)
    finally:
        emulator_process.stop(folder)


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory, lifeline: int) -> Iterator[Cloud]:
    """An embedded cloud with nothing on it but the stack `local`."""
    for own in running_cloud(Folder(tmp_path_factory.mktemp("platform")), lifeline):
        stack.select(own.shell)
        own.pulumi("up", "--yes", "--skip-preview", "--stack", stack.STACK)
        write_kubeconfig(own.folder, own.shell)
        yield own
