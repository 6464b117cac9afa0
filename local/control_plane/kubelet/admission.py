"""What the process kubelet cannot run, told before anything starts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.control_plane.kubelet import volumes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local.control_plane.kubelet.containers import Container

Document = dict[str, Any]


def refusal(pod: Document, containers: Sequence[Container]) -> str:
    """Return why the pod cannot run here, empty if it can."""
    for container in containers:
        if container.image is not None and container.spec.get("command"):
            return (
                f'container "{container.name}" sets command {container.spec["command"]}: on the embedded cloud image '
                f'"{container.spec["image"]}" is run by its own entry point only. Use args'
            )
    return volumes.refusal(pod)
