"""Making one build: `go build` and files out of Go modules, all verified against our go.sum."""

from __future__ import annotations

import contextlib
import errno
import json
import re
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from local.engine.cache import MODULES, log_of, staged, write_manifest
from local.engine.failures import disk_full, explain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from local.engine.build import Build, Fetch
    from local.engine.golang import Go
    from local.engine.progress import Progress

_POLL_SECONDS = 1.0


def make(build: Build, place: Path, go: Go, progress: Progress) -> None:
    """Make a build and put it in its place in one step; nothing appears there if it fails.

    The caller holds the place's lock.

    Raises:
        EngineError: no network, no disk, or a compile error; the text says which.
    """
    try:
        # Go's own temporary files lie in the same folder, so that nothing of a killed build stays elsewhere.
        with staged(place) as folder, TemporaryDirectory(dir=folder, ignore_cleanup_errors=True) as work:
            environment = {**go.environment, "GOTMPDIR": work}
            run = _Runner(build.title, go.command, environment, log_of(place), lambda: progress.tick("building"))
            for compile_ in build.compiles:
                run.go(MODULES / compile_.module, compile_.arguments(folder))
            for fetch in build.fetches:
                _fetch(run, fetch, folder / fetch.name)
            write_manifest(folder, build, progress.seconds)
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise disk_full(build.title, str(error)) from error
        raise


def _fetch(run: _Runner, fetch: Fetch, target: Path) -> None:
    """Copy a file or folder out of Go's module cache, where it is after go.sum has verified its module."""
    answer = run.go(MODULES / fetch.module, ["mod", "download", "-json", fetch.source])
    source = Path(json.loads(answer)["Dir"]) / fetch.file
    if fetch.kind == "folder":
        _copy_folder(source, target, fetch.stamps)
        return
    shutil.copyfile(source, target)
    target.chmod(0o755 if fetch.kind == "program" else 0o644)


def _copy_folder(source: Path, target: Path, stamps: tuple[tuple[str, str], ...]) -> None:
    """Copy the contents alone: the module cache is read-only, and our cache must be removable."""
    for path in sorted(source.rglob("*")):
        if path.is_file():
            copy = target / path.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
    for path in target.glob("*.yaml"):
        text = path.read_text()
        for pattern, replacement in stamps:
            text = re.sub(pattern, replacement, text, flags=re.MULTILINE)
        path.write_text(text)


class _Runner:
    """Runs the `go` command, lets the user see that it runs, and keeps what it printed when it fails."""

    def __init__(
        self,
        title: str,
        command: Path,
        environment: Mapping[str, str],
        log: Path,
        tick: Callable[[], None],
    ) -> None:
        self._title = title
        self._command = command
        self._environment = environment
        self._log = log
        self._tick = tick

    def go(self, folder: Path, arguments: list[str]) -> str:
        """Standard output of `go ARGUMENTS` run in a folder; EngineError when it fails."""
        process = subprocess.Popen(
            [self._command, *arguments],
            cwd=folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
        )
        try:
            output, errors = self._wait(process)
        except BaseException:
            process.terminate()
            process.wait()
            raise
        if process.returncode != 0:
            self._keep(errors + output)
            raise explain(self._title, errors + output, self._log)
        return output

    def _keep(self, text: str) -> None:
        """Write the log; a disk that is too full for it must not hide why the build failed."""
        with contextlib.suppress(OSError):
            self._log.parent.mkdir(parents=True, exist_ok=True)
            self._log.write_text(text)

    def _wait(self, process: subprocess.Popen[str]) -> tuple[str, str]:
        while True:
            self._tick()
            try:
                return process.communicate(timeout=_POLL_SECONDS)
            except subprocess.TimeoutExpired:
                continue
