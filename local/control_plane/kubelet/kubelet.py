"""The kubelet as a whole: follows pods, Services and nodes, and gives each known pod its life."""

from __future__ import annotations

import logging
import threading
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from local.control_plane import images
from local.control_plane.api import Api
from local.control_plane.kubelet import processes
from local.control_plane.kubelet.addresses import Addresses
from local.control_plane.kubelet.folders import PodFolder
from local.control_plane.kubelet.machine import Machine
from local.control_plane.kubelet.nodes import Nodes
from local.control_plane.kubelet.pod_life import PodLife
from local.control_plane.kubelet.watch import follow

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.control_plane.kubelet.configuration import Configuration

Document = dict[str, Any]

LOG = logging.getLogger(__name__)
_BOUND = "spec.nodeName!="


class Kubelet:
    """Runs the pods whose images it knows, on whatever node they are."""

    def __init__(self, configuration: Configuration) -> None:
        """Prepare; nothing is done before `start`."""
        self._configuration = configuration
        certificate = (configuration.certificate, configuration.key)
        api = Api(configuration.endpoint, configuration.authority, certificate=certificate)
        self._machine = Machine(
            configuration=configuration,
            api=api,
            nodes=Nodes(lambda name: self._machine.as_node(name), configuration.port),  # noqa: PLW0108 (it comes later)
            addresses=Addresses(urlsplit(configuration.endpoint).port or 0),
        )
        self._lives: dict[str, PodLife] = {}
        self._uids: dict[tuple[str, str], str] = {}

    def start(self) -> None:
        """End what an earlier kubelet left, then follow the cluster in threads of its own."""
        processes.sweep(processes.FOLDER_VARIABLE, str(self._configuration.folder))
        self._remove_strangers()
        machine = self._machine
        self._follow("/api/v1/nodes", machine.nodes.changed, machine.nodes.gone)
        self._follow("/api/v1/services", machine.hosts.service_changed, machine.hosts.service_gone)
        self._follow("/api/v1/pods", self._changed, self._gone, fieldSelector=_BOUND)

    def stop(self) -> None:
        """Kill all containers. What their pods come to is for the next kubelet to report, as after any end."""
        self._machine.stopping = True
        self._machine.processes.end_all()
        processes.sweep(processes.FOLDER_VARIABLE, str(self._configuration.folder))

    def life(self, namespace: str, pod: str) -> PodLife | None:
        """Return the life of a pod that this kubelet runs."""
        uid = self._uids.get((namespace, pod))
        return self._lives.get(uid) if uid else None

    def _follow(
        self, path: str, changed: Callable[[Document], None], gone: Callable[[Document], None], **parameters: str
    ) -> None:
        target = partial(follow, self._machine.api, path, changed, gone, **parameters)
        threading.Thread(target=target, name=f"watch {path}", daemon=True).start()

    def _remove_strangers(self) -> None:
        """Remove the folders of pods that were deleted while no kubelet was there."""
        pods = {pod["metadata"]["uid"] for pod in self._machine.api.list("/api/v1/pods")}
        for path in (self._configuration.folder / "pods").glob("*"):
            if path.name not in pods:
                PodFolder(path).remove()

    def _changed(self, pod: Document) -> None:
        metadata = pod["metadata"]
        life = self._lives.get(metadata["uid"])
        if life is not None:
            life.update(pod)
        elif images.is_known(self._configuration.images, pod):
            self._uids[metadata["namespace"], metadata["name"]] = metadata["uid"]
            self._lives[metadata["uid"]] = PodLife(pod, self._machine)

    def _gone(self, pod: Document) -> None:
        metadata = pod["metadata"]
        life = self._lives.pop(metadata["uid"], None)
        if life is not None:
            life.vanish()
            if self._uids.get((metadata["namespace"], metadata["name"])) == metadata["uid"]:
                del self._uids[metadata["namespace"], metadata["name"]]
