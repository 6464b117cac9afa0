"""The control planes behind the emulated clusters: one for each, started and stopped with it."""

from __future__ import annotations

import shutil
import threading
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from local.aws.emulator.eks.state import Cluster, ClusterKey


class ControlPlaneLike(Protocol):
    """What the emulator needs of `local.control_plane.ControlPlane`."""

    endpoint: str
    certificate_authority: str
    api: Any

    def start(self) -> None:
        """Block until the API server is ready."""

    def stop(self) -> None:
        """End it and keep its data."""

    def delete(self) -> None:
        """End it and remove its data."""

    def define(self, *plurals: str) -> None:
        """Install custom resource definitions."""

    def undefine(self, *plurals: str) -> None:
        """Remove custom resource definitions."""

    def as_user(self, token: str) -> Any:
        """A client of the API server that authenticates with a bearer token."""


class ControlPlanes:
    """The running control planes by cluster."""

    def __init__(self, folder: Path, make: Callable[[Cluster, Path], ControlPlaneLike]) -> None:
        """Keep their data under `folder`, one folder a cluster; `make` builds one that is not started."""
        self._folder = folder
        self._make = make
        self._running: dict[ClusterKey, ControlPlaneLike] = {}
        self._lock = threading.Lock()

    def start(self, cluster: Cluster) -> ControlPlaneLike:
        """Start the control plane of a cluster, or give the running one."""
        with self._lock:
            plane = self._running.get(cluster.key)
            if plane is None:
                plane = self._make(cluster, self._folder_of(cluster.key))
                self._running[cluster.key] = plane
            else:
                return plane
        try:
            plane.start()
        except BaseException:
            self._running.pop(cluster.key, None)
            raise
        return plane

    def get(self, key: ClusterKey) -> ControlPlaneLike | None:
        """The control plane of a cluster, if it was started."""
        return self._running.get(key)

    def delete(self, key: ClusterKey) -> None:
        """End a control plane and remove its data, also that of one that never came up."""
        plane = self._running.pop(key, None)
        if plane is not None:
            plane.delete()
        shutil.rmtree(self._folder_of(key), ignore_errors=True)

    def stop_all(self) -> None:
        """End all of them, side by side, and keep their data."""
        threads = [threading.Thread(target=plane.stop) for plane in self._running.values()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self._running.clear()

    def _folder_of(self, key: ClusterKey) -> Path:
        return self._folder / f"{key.region}.{key.name}"
