"""Where the fetched Spark lies, and whether it is whole.

One folder a lock, Python version and architecture: `<cache>/tenancy/spark/<key>`, a virtual environment that
appears by a rename when all is in it. Its stamp names the Java that goes with it.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import sys
from dataclasses import dataclass
from pathlib import Path

from local.folder import CHECKOUT

LOCK = CHECKOUT / "requirements" / "spark.txt"
"""What is fetched: packages with versions and hashes."""
_STAMP = "installed.json"
_PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"


class SparkUnavailable(Exception):  # noqa: N818 - a state of the machine in the user's words, not a programming error
    """Spark cannot be had. The text says why and what to do; print it without a traceback."""


@dataclass(frozen=True, kw_only=True)
class Distribution:
    """A Spark that can be run."""

    home: Path
    """SPARK_HOME: `bin`, `jars`, `examples`."""
    java: Path
    """The `java` program; its grandparent folder serves as JAVA_HOME."""
    python: Path
    """A Python that has `pyspark`: PYSPARK_PYTHON."""


def cache_folder() -> Path:
    """Spark's folder in the user's cache (XDG Base Directory Specification)."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base).absolute() / "tenancy" / "spark"


def place() -> Path:
    """The folder that holds, or will hold, the Spark of this lock, for this Python and this architecture."""
    key = hashlib.sha256(LOCK.read_bytes())
    key.update(f"\0{_PYTHON}\0{platform.machine()}".encode())
    return cache_folder() / key.hexdigest()[:12]


def find() -> Distribution | None:
    """The Spark in the cache; None if `ensure` has something to do."""
    folder = place()
    try:
        java = Path(json.loads((folder / _STAMP).read_text())["java"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    found = Distribution(home=home_of(folder), java=java, python=folder / "bin" / "python")
    return found if all(path.exists() for path in (found.home, found.java, found.python)) else None


def is_whole(folder: Path) -> bool:
    """Whether a folder holds all but, perhaps, a Java that is still there."""
    return (folder / _STAMP).is_file() and home_of(folder).is_dir() and (folder / "bin" / "python").exists()


def home_of(folder: Path) -> Path:
    """SPARK_HOME in such a folder: the package itself, laid out by Spark's setup.py."""
    return packages_of(folder) / "pyspark"


def packages_of(folder: Path) -> Path:
    """Where such a folder's Python packages are."""
    return folder / "lib" / _PYTHON / "site-packages"


def stamp(folder: Path, java: Path) -> None:
    """Note which Java goes with a folder's Spark, in one step."""
    draft = folder / f"{_STAMP}.{os.getpid()}"
    draft.write_text(json.dumps({"java": str(java)}) + "\n")
    draft.replace(folder / _STAMP)
