"""Where built programs are kept, what makes one of them good, and how one gets there in a single step.

One folder per build: `<name>-<version>-<key>`. The key covers everything that decides what the build makes, so
another version of a module makes another folder and touches no other build. A folder appears by a rename at the
very end, with its manifest inside; until then it is a `.building-...` folder, which nobody reads.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local.engine.lock import locked_if_free

if TYPE_CHECKING:
    from collections.abc import Generator

    from local.engine.build import Build
    from local.engine.machine import Machine

MODULES = Path(__file__).parent / "modules"
"""Folder of the Go modules, one folder each."""
_SOURCES = (".mod", ".sum", ".go")
_MANIFEST = "manifest.json"
_BUILDING = ".building-"


def cache_folder() -> Path:
    """The engine's folder in the user's cache (XDG Base Directory Specification)."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base).absolute() / "tenancy" / "engine"


def place_of(build: Build, machine: Machine) -> Path:
    """The folder that holds, or will hold, what a build makes."""
    return cache_folder() / f"{build.name}-{build.version}-{_key(build, machine)}"


def _key(build: Build, machine: Machine) -> str:
    """Twelve hexadecimal digits over all that decides what the build makes: modules, flags, architecture."""
    flags = [compile_.arguments(Path()) for compile_ in build.compiles]
    key = hashlib.sha256(repr((flags, build.fetches, "linux", machine.goarch)).encode())
    for module in sorted({part.module for part in (*build.compiles, *build.fetches)}):
        for file in sorted(path for path in (MODULES / module).iterdir() if path.suffix in _SOURCES):
            key.update(f"\0{module}/{file.name}\0".encode())
            key.update(file.read_bytes())
    return key.hexdigest()[:12]


def lock_of(place: Path) -> Path:
    """The lock that whoever fills a place must hold."""
    return place.parent / "locks" / f"{place.name}.lock"


def log_of(place: Path) -> Path:
    """The file with everything that the last failed build for a place printed."""
    return place.parent / "logs" / f"{place.name}.log"


@contextmanager
def staged(place: Path) -> Generator[Path]:
    """A folder to fill that becomes `place` when the block ends, and vanishes when the block fails.

    The caller holds `lock_of(place)`.
    """
    staging = place.parent / f"{_BUILDING}{place.name}-{os.getpid()}"
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    try:
        yield staging
        shutil.rmtree(place, ignore_errors=True)
        staging.rename(place)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def remove_leftovers() -> None:
    """Remove what killed builds left. A build that still runs holds its lock, so its folder stays."""
    cache_folder().mkdir(parents=True, exist_ok=True)
    for leftover in cache_folder().glob(f"{_BUILDING}*"):
        name, _, _ = leftover.name.removeprefix(_BUILDING).rpartition("-")
        with locked_if_free(lock_of(leftover.parent / name)) as held:
            if held:
                shutil.rmtree(leftover, ignore_errors=True)


def write_manifest(folder: Path, build: Build, seconds: float) -> None:
    """Record what a finished build made; its presence says that the folder is complete."""
    made = [folder / name for name in (*build.programs, *build.definitions, *build.folders)]
    files = [file for path in made for file in (path.rglob("*") if path.is_dir() else (path,)) if file.is_file()]
    sizes = {str(file.relative_to(folder)): file.stat().st_size for file in files}
    manifest = {"build": build.title, "seconds": round(seconds, 1), "sizes": sizes}
    (folder / _MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n")


def fault(place: Path, build: Build, machine: Machine) -> str:
    """Why what lies at a place cannot be used; empty when it can."""
    try:
        manifest: dict[str, Any] = json.loads((place / _MANIFEST).read_text())
        sizes: dict[str, int] = manifest["sizes"]
        actual = {name: (place / name).stat().st_size for name in sizes}
        alien = [name for name in _compiled(build) if not machine.can_run(place / name)]
    except (OSError, ValueError, KeyError) as error:
        return f"it is incomplete ({error})"
    for name, size in sizes.items():
        if actual[name] != size:
            return f"{name} has {actual[name]} bytes instead of {size}"
    if alien:
        return f"{', '.join(alien)} is no program for this machine's architecture"
    return ""


def _compiled(build: Build) -> list[str]:
    return [program for compile_ in build.compiles for program, _ in compile_.packages]
