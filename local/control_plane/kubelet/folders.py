"""Where a pod's files lie: `pods/<uid>` under the control plane's folder."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class PodFolder:
    """The folder of one pod."""

    path: Path

    @property
    def hosts(self) -> Path:
        """The file that stands for /etc/hosts and cluster DNS."""
        return self.path / "hosts"

    def log(self, container: str) -> Path:
        """Return the log of a container's latest run."""
        return self.path / f"{container}.log"

    def previous_log(self, container: str) -> Path:
        """Return the log of the run before."""
        return self.path / f"{container}.previous.log"

    def volume(self, name: str) -> Path:
        """Return the folder of a volume."""
        return self.path / "volumes" / name

    def container(self, name: str) -> Path:
        """Return what stands for a container's own file system."""
        return self.path / "containers" / name

    def termination_log(self, container: str) -> Path:
        """Return the file for a container's last words."""
        return self.container(container) / "termination-log"

    def drop_data(self) -> None:
        """Remove volumes and containers' files, as a kubelet does when a pod has ended; logs stay."""
        for name in ("volumes", "containers"):
            shutil.rmtree(self.path / name, ignore_errors=True)

    def remove(self) -> None:
        """Remove everything."""
        shutil.rmtree(self.path, ignore_errors=True)
