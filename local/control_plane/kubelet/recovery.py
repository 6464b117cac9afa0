"""What becomes of pods whose kubelet has ended: their processes went with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.control_plane.kubelet.containers import Container, Running, Terminated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local.control_plane.kubelet.folders import PodFolder

Document = dict[str, Any]


def recover(pod: Document, containers: Sequence[Container], folder: PodFolder) -> bool:
    """Give `containers` the states that an earlier kubelet reported; those that ran count as killed.

    Returns whether the pod had ended before. A container that left a log had been started, whether or not its
    kubelet still came to report that, and does not start as if it had not.
    """
    reported = pod.get("status", {})
    statuses: dict[str, Document] = {
        each["name"]: each for kind in ("initContainerStatuses", "containerStatuses") for each in reported.get(kind, [])
    }
    for container in containers:
        container.adopt(statuses.get(container.name, {}))
        was_started = isinstance(container.state, Running) or (
            container.last is None and folder.log(container.name).exists()
        )
        if container.image is not None and was_started and not isinstance(container.state, Terminated):
            container.lose()
    return reported.get("phase") in {"Succeeded", "Failed"}
