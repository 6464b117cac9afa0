"""What a row of the table in `programs.py` says: the values that describe one build."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Compile:
    """One `go build` in one of our module folders."""

    module: str
    """Folder below `modules/`; `go build` runs there, so its go.mod and go.sum decide."""
    packages: tuple[tuple[str, str], ...]
    """Pairs of program and Go package. Several packages keep the names that Go gives them."""
    stamps: tuple[str, ...] = ()
    """`VARIABLE=TEXT` pairs for the linker, usually the version that the program reports."""
    tags: tuple[str, ...] = ()
    """Go build tags."""

    def arguments(self, folder: Path) -> list[str]:
        """The arguments of `go` that compile into a folder."""
        names = [program for program, _ in self.packages]
        output = f"{folder / names[0]}" if len(names) == 1 else f"{folder}/"
        stamps = [word for stamp in self.stamps for word in ("-X", stamp)]
        return [
            "build",
            "-mod=readonly",
            "-buildvcs=false",
            "-trimpath",
            # The linker drops debug information, so compiling without it gives the same program sooner.
            "-gcflags=all=-dwarf=false",
            f"-ldflags={' '.join(['-s', '-w', *stamps])}",
            f"-tags={','.join(self.tags)}",
            f"-o={output}",
            *(package for _, package in self.packages),
        ]


@dataclass(frozen=True, kw_only=True)
class Fetch:
    """One file, or a folder with all that is in it, taken out of a Go module."""

    module: str
    """Folder below `modules/` whose go.mod requires `source` and whose go.sum verifies it."""
    source: str
    """Path of the Go module that holds the file."""
    file: str
    """Path of the file or folder in that module."""
    name: str
    """Its name in the cache; a folder's may be a path of several parts."""
    kind: Literal["program", "definition", "folder"] = "program"
    """What it is: a program, a file with a CustomResourceDefinition, or a folder."""
    stamps: tuple[tuple[str, str], ...] = ()
    """Regular expressions and what stands in place of all that they match (`re.sub`), line by line, in the YAML files
    at the folder's top. For what upstream's release writes into its copy and its module does not hold."""


@dataclass(frozen=True, kw_only=True)
class Accepts:
    """Which installation of a user stands in for a build: every program of the row, in a fitting version."""

    minimum: tuple[int, ...]
    """Lowest version."""
    below: tuple[int, ...]
    """First version that is too new."""
    asked: tuple[str, ...]
    """Programs that tell their version; the others of the row are taken as they lie beside these."""
    question: tuple[str, ...] = ("--version",)
    """Arguments that make a program tell its version."""


@dataclass(frozen=True, kw_only=True)
class Build:
    """Programs and files that are built, cached and replaced together."""

    name: str
    version: str
    compiles: tuple[Compile, ...] = ()
    fetches: tuple[Fetch, ...] = ()
    accepts: Accepts | None = None
    """None: always ours, because no installation of a user has it."""
    disk: int
    """MiB that a cold build writes to Go's caches and to ours, rounded up."""

    @property
    def programs(self) -> tuple[str, ...]:
        """Names of the programs that the build makes."""
        compiled = [program for compile_ in self.compiles for program, _ in compile_.packages]
        return (*compiled, *(fetch.name for fetch in self.fetches if fetch.kind == "program"))

    @property
    def definitions(self) -> tuple[str, ...]:
        """Names of the files with definitions that the build fetches."""
        return tuple(fetch.name for fetch in self.fetches if fetch.kind == "definition")

    @property
    def folders(self) -> tuple[str, ...]:
        """Names of the folders that the build fetches."""
        return tuple(fetch.name for fetch in self.fetches if fetch.kind == "folder")

    @property
    def title(self) -> str:
        """The build as messages call it."""
        return f"{self.name} {self.version}"
