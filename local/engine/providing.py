"""Providing the engine: what the user has, else what the cache holds, else what is built now."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from local.engine.building import make
from local.engine.cache import cache_folder, fault, lock_of, place_of, remove_leftovers
from local.engine.engine import Engine, Origin, Part
from local.engine.errors import EngineError
from local.engine.golang import find_go
from local.engine.installed import find_installed
from local.engine.lock import locked
from local.engine.machine import require_room, this_machine
from local.engine.programs import BUILDS
from local.engine.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from local.engine.build import Build
    from local.engine.golang import Go
    from local.engine.machine import Machine


def ensure(report: Callable[[str], None] = print) -> Engine:
    """Provide every program of the engine, building what is missing.

    Progress goes to `report`, line by line; on a terminal (`report` being `print`) the running line is rewritten.

    Raises:
        EngineError: a program cannot be provided; the text says why and what to do.
    """
    return _engine(provide(BUILDS, report))


def provide(builds: Sequence[Build], report: Callable[[str], None] = print) -> Mapping[str, Part]:
    """Provide programs and documents of some builds only, by name; else as `ensure`."""
    machine = this_machine()
    try:
        return _provide(builds, machine, report)
    except OSError as error:
        raise EngineError(
            f"The engine's cache {cache_folder()} cannot be used: {error}. "
            "Make it readable and writable, or name another folder in XDG_CACHE_HOME."
        ) from error


def _provide(builds: Sequence[Build], machine: Machine, report: Callable[[str], None]) -> Mapping[str, Part]:
    remove_leftovers()
    ready = {build.name: _ready(build, machine, report) for build in builds}
    missing = [build for build in builds if ready[build.name] is None]
    if missing:
        go = find_go(missing, machine, report)
        require_room(sum(build.disk for build in missing), [cache_folder(), *go.caches()])
        for number, build in enumerate(missing, start=1):
            progress = Progress(report, f"[{number}/{len(missing)}] {build.title}")
            ready[build.name] = _build(build, machine, go, progress)
    return {name: part for parts in ready.values() if parts for name, part in parts.items()}


def _ready(build: Build, machine: Machine, report: Callable[[str], None]) -> Mapping[str, Part] | None:
    """What can be used without building; None when there is nothing."""
    installed = find_installed(build)
    if installed:
        return {
            name: Part(path=path, version=installed.version, origin=Origin.USER)
            for name, path in installed.programs.items()
        }
    place = place_of(build, machine)
    if not place.exists():
        return None
    reason = fault(place, build, machine)
    if reason:
        report(f"{build.title}: what the cache has in {place} cannot be used: {reason}. It is built again.")
        return None
    return _parts(build, place, Origin.CACHE)


def _build(build: Build, machine: Machine, go: Go, progress: Progress) -> Mapping[str, Part]:
    """Build, or wait for another process that is building the same."""
    place = place_of(build, machine)
    with locked(lock_of(place), lambda: progress.tick("another process is building it, waiting")):
        if fault(place, build, machine):
            make(build, place, go, progress)
            progress.done("built")
        else:
            progress.done("built by another process")
    return _parts(build, place, Origin.BUILT)


def _parts(build: Build, place: Path, origin: Origin) -> Mapping[str, Part]:
    names = (*build.programs, *build.documents)
    return {name: Part(path=place / name, version=build.version, origin=origin) for name in names}


def _engine(parts: Mapping[str, Part]) -> Engine:
    documents = {name for build in BUILDS for name in build.documents}
    return Engine(
        parts={name: part for name, part in parts.items() if name not in documents},
        definitions={PurePath(name).stem: parts[name].path for name in documents},
    )
