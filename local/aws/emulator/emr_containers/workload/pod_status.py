"""Reading the status of a pod, as kubelet, scheduler and controllers write it (Kubernetes API reference, PodStatus)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

Document = dict[str, Any]


def container_state(pod: Document, container: str) -> tuple[str, Document]:
    """The state of a container, `waiting`, `running` or `terminated`, with its details; empty before kubelet spoke."""
    for status in _containers(pod):
        state: Document = status.get("state") or {}
        for kind, details in state.items():
            if status["name"] == container:
                return kind, details or {}
    return "", {}


def condition(pod: Document, kind: str) -> Document:
    """A condition of the pod; empty if it has none of this type."""
    conditions: list[Document] = pod.get("status", {}).get("conditions") or []
    of_kind = [each for each in conditions if each["type"] == kind]
    return of_kind[0] if of_kind else {}


def started(details: Document) -> datetime | None:
    """When a container began to run, from the details of its state."""
    at = details.get("startedAt")
    return datetime.fromisoformat(at) if at else None


def failure_of_pod(pod: Document) -> str:
    """Why the pod as a whole ended, such as an eviction, a preemption or a lost node; empty if nothing says so."""
    status = pod.get("status", {})
    disruption = condition(pod, "DisruptionTarget")
    if disruption.get("status") == "True":
        return f"{disruption.get('reason', '')}: {disruption.get('message', '')}"
    if status.get("phase") == "Failed" and status.get("reason"):
        return f"{status['reason']}: {status.get('message', '')}"
    return ""


def last_event(pod: Document) -> str:
    """What keeps the pod from running, in the form of `Last event from <component>: <reason>, message: <text>`."""
    scheduled = condition(pod, "PodScheduled")
    if scheduled.get("status") == "False":
        # The scheduler's event is FailedScheduling; the condition has the same message under another reason.
        return event("default-scheduler", "FailedScheduling", scheduled.get("message", ""))
    for status in _containers(pod):
        waiting: Document = status.get("state", {}).get("waiting") or {}
        if waiting.get("reason") not in (None, "ContainerCreating", "PodInitializing"):
            return event("kubelet", waiting["reason"], waiting.get("message", ""))
    return ""


def event(component: str, reason: str, message: str) -> str:
    """An event in the words in which EMR on EKS quotes one: with a full stop of its own."""
    return f"Last event from {component}: {reason}, message: {message}."


def _containers(pod: Document) -> list[Document]:
    statuses: list[Document] = pod.get("status", {}).get("containerStatuses") or []
    return statuses
