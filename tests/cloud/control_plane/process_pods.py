"""Pods that the process kubelet runs: their specs, states and outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.cloud.control_plane.world import eventually, pods

if TYPE_CHECKING:
    from local.control_plane import ControlPlane


def python(program: str, *args: str, name: str = "main", **container: Any) -> dict[str, Any]:
    """A container that is run for real."""
    return {"name": name, "image": "python", "args": [program, *args], **container}


def real(name: str, program: str, *args: str) -> dict[str, Any]:
    """A pod with one such container, which runs once."""
    spec = {"restartPolicy": "Never", "terminationGracePeriodSeconds": 1, "containers": [python(program, *args)]}
    return {"metadata": {"name": name}, "spec": spec}


def ended(plane: ControlPlane, namespace: str, name: str) -> dict[str, Any]:
    """The pod once it has come to its last phase."""

    def found() -> dict[str, Any]:
        pod = plane.api.get(f"{pods(namespace)}/{name}")
        return pod if pod["status"]["phase"] in {"Succeeded", "Failed"} else {}

    return eventually(found)


def started(plane: ControlPlane, namespace: str, name: str) -> str:
    """The uid of a pod."""
    return plane.api.get(f"{pods(namespace)}/{name}")["metadata"]["uid"]


def main_state(status: dict[str, Any]) -> dict[str, Any]:
    """The state of container main."""
    return next(each["state"] for each in status["containerStatuses"] if each["name"] == "main")


def output(plane: ControlPlane, namespace: str, name: str) -> str:
    """What container main has written so far."""
    uid = started(plane, namespace, name)
    path = plane._args.folder / "pods" / uid / "main.log"
    lines = path.read_text().splitlines() if path.exists() else []
    return "\n".join(line.split(" ", 3)[3] for line in lines)


def events(plane: ControlPlane, namespace: str, name: str) -> dict[str, str]:
    """Messages of the events about a pod, by reason."""
    selector = f"involvedObject.name={name}"
    found = plane.api.list(f"/api/v1/namespaces/{namespace}/events", fieldSelector=selector)
    return {event["reason"]: event["message"] for event in found}
