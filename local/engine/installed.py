"""What the user already has: programs of a fitting version on PATH or in KUBEBUILDER_ASSETS."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from local.engine.cache import cache_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from local.engine.build import Accepts, Build

_ANSWER_SECONDS = 5
_QUIET = {"PULUMI_SKIP_UPDATE_CHECK": "true"}


@dataclass(frozen=True, kw_only=True)
class Installed:
    """A user's installation that stands in for a build."""

    programs: Mapping[str, Path]
    version: str


def find_installed(build: Build) -> Installed | None:
    """The user's installation of every program of a build, if there is one and its version fits."""
    if build.accepts is None:
        return None
    programs: dict[str, Path] = {}
    versions: list[str] = []
    for name in build.programs:
        beside = [path.parent for path in programs.values()]
        program = next(_candidates(name, [*beside, *_folders()]), None)
        if program is None:
            return None
        programs[name] = program
        if name in build.accepts.asked:
            version = _fitting_version(program, build.accepts)
            if not version:
                return None
            versions.append(version)
    return Installed(programs=programs, version=versions[0])


def _folders() -> list[Path]:
    assets = os.environ.get("KUBEBUILDER_ASSETS", "")
    path = os.environ.get("PATH", "").split(os.pathsep)
    return [Path(folder) for folder in (assets, *path) if folder]


def _candidates(name: str, folders: list[Path]) -> Iterator[Path]:
    """Programs of that name, without those that are ours: our programs are on PATH after `source .local/env`."""
    for folder in folders:
        program = _followed((folder / name).absolute())
        ours = program.resolve().is_relative_to(cache_folder().resolve())
        if program.is_file() and os.access(program, os.X_OK) and not ours:
            yield program


def _followed(program: Path) -> Path:
    """Where links of the same name lead.

    So a link of ours to the user's program is the user's program again. A link to another name is kept: version
    managers do that, and tell programs apart by the name they are called by.
    """
    while program.is_symlink():
        target = program.parent / program.readlink()
        if target.name != program.name:
            break
        program = target
    return program


def _fitting_version(program: Path, accepts: Accepts) -> str:
    """The version that a program tells, if it fits; else empty."""
    try:
        answer = subprocess.run(
            [program, *accepts.question],
            env={**os.environ, **_QUIET},
            capture_output=True,
            text=True,
            timeout=_ANSWER_SECONDS,
            check=True,
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return ""
    found = re.search(r"\d+(?:\.\d+)+", answer)
    if found is None:
        return ""
    version = tuple(int(number) for number in found[0].split("."))
    return found[0] if accepts.minimum <= version < accepts.below else ""
