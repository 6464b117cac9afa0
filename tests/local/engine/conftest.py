"""A machine of its own for each test: a cache folder, a PATH and a `go` that builds in no time."""

import shutil
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from local.engine import golang, programs

ROOT = Path(__file__).parents[3]
ROOMY = SimpleNamespace(free=2**50)
ENSURE = """
import shutil, sys, types
shutil.disk_usage = lambda folder: types.SimpleNamespace(free=2**50)
from local.engine.__main__ import main
sys.exit(main())
"""


class Desk:
    """What a test does to its machine."""

    def __init__(self, folder: Path) -> None:
        self.bin = folder / "bin"
        self.go = folder / "go"
        self.cache = folder / "cache" / "tenancy" / "engine"
        for made in (self.bin, self.go):
            made.mkdir()
        fetches = [fetch for build in programs.BUILDS for fetch in build.fetches]
        files = [fetch.file for fetch in fetches if fetch.kind != "folder"]
        (self.go / "files").write_text("".join(f"{file}\n" for file in files))
        for fetch in fetches:
            if fetch.kind == "folder":
                self._chart(self.go / "modules" / fetch.source / fetch.file)
        (self.bin / "go").symlink_to(Path(__file__).parent / "fake_go.sh")

    def _chart(self, folder: Path) -> None:
        (folder / "templates").mkdir(parents=True)
        (folder / "Chart.yaml").write_text("version: 1.12.1\nappVersion: 1.12.1\n")
        (folder / "values.yaml").write_text(
            "controller:\n  image:\n    tag: 1.12.1\n    digest: sha256:0123456789abcdef\n"
        )
        (folder / "templates" / "deployment.yaml").write_text("version: 1.12.1\n")

    def script(self, path: Path, text: str) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)
        return path

    def user_has(self, name: str, answer: str, folder: Path | None = None) -> Path:
        return self.script((folder or self.bin) / name, f"echo '{answer}'")

    def go_says(self, text: str) -> None:
        (self.go / "stderr").write_text(text)

    def go_works(self) -> None:
        for trouble in (self.go / "stderr", *self.go.glob("hang-*")):
            trouble.unlink(missing_ok=True)

    def go_hangs_at(self, program: str) -> None:
        """From now on building that program writes half of it and then waits for `go_works`."""
        (self.go / f"hang-{program}").touch()

    def hanging_go(self) -> int:
        """The process id of the `go` that hangs, once it does."""
        file = self.go / "pid"
        deadline = time.monotonic() + 20
        while not (file.exists() and file.read_text()):
            assert time.monotonic() < deadline, "go was never started"
            time.sleep(0.02)
        return int(file.read_text())

    def built(self) -> list[str]:
        """Programs that `go build` was asked for, in order."""
        file = self.go / "built"
        return file.read_text().split() if file.exists() else []

    def leftovers(self) -> list[Path]:
        return list(self.cache.glob(".building-*"))

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Another process that provides the engine."""
        return subprocess.Popen(
            [sys.executable, "-c", ENSURE, *arguments],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    made = Desk(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", str(made.bin))
    monkeypatch.setenv("FAKE_GO", str(made.go))
    monkeypatch.setattr(golang, "_installer", lambda: ["/bin/false"])
    monkeypatch.delenv("KUBEBUILDER_ASSETS", raising=False)
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: ROOMY)
    return made
