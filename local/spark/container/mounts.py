"""Paths of the container as paths of this machine."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# Where EMR's image and Spark's own image keep Spark.
_HOMES = ("/usr/lib/spark", "/opt/spark")
_SCHEMES = ("local://", "file://")
# Settings about other containers than the driver's: their paths are translated where those containers run.
_ELSEWHERE = ("spark.executor.", "spark.executorEnv.", "spark.kubernetes.")
_HERE = ("spark.kubernetes.driver.podTemplateFile", "spark.kubernetes.executor.podTemplateFile")


@dataclass(frozen=True, kw_only=True)
class Mounts:
    """What lies where in a container, in place of a file system of its own."""

    folders: Mapping[str, str]
    """Folders of this machine by their absolute paths in the container."""

    def host(self, path: str) -> str:
        """An absolute path here; one that is under no known folder stays as it is, and so does one that is one of here.

        Whoever starts a container has translated its arguments already, and may keep its folders under /tmp itself.
        """
        if any(_is_below(path, folder) for folder in self.folders.values()):
            return path
        prefix = max((prefix for prefix in self.folders if _is_below(path, prefix)), key=len, default="")
        return self.folders[prefix] + path[len(prefix.rstrip("/")) :] if prefix else path

    def word(self, text: str) -> str:
        """A path, or a URI that means a file of the container (`local:///...`, `file:///...`), here."""
        scheme = next((scheme for scheme in _SCHEMES if text.startswith(scheme)), "")
        return scheme + self.host(text.removeprefix(scheme))

    def settings(self, settings: Mapping[str, str]) -> dict[str, str]:
        """Those Spark settings of a driver that name paths of its container, with the paths here."""
        translated: dict[str, str] = {}
        for key, value in settings.items():
            if key.startswith(_ELSEWHERE) and key not in _HERE:
                continue
            here = ",".join(self.word(item) for item in value.split(","))
            if here != value:
                translated[key] = here
        return translated


def _is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def mounts_of(environ: Mapping[str, str], spark_home: Path) -> Mounts:
    """The mounts that a container was given, and Spark where its image has it."""
    given: dict[str, str] = json.loads(environ.get("CONTAINER_MOUNTS") or "{}")
    return Mounts(folders={**dict.fromkeys(_HOMES, str(spark_home)), **given})
