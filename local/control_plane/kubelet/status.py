"""The status of a pod as a kubelet writes it (Kubernetes documentation, pod lifecycle)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local.control_plane.kubelet.containers import Container, Running, Terminated, now_text

if TYPE_CHECKING:
    from collections.abc import Sequence

Document = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Failure:
    """Why the kubelet itself ended a pod."""

    reason: str
    message: str


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a status is made from."""

    containers: Sequence[Container]
    address: str | None
    node_address: str
    start_time: str
    failure: Failure | None = None
    ending: bool = False
    """Whether the pod is being stopped, so that nothing starts again."""


def outcome(pod: Document, facts: Facts) -> str:
    """Return the last phase that the pod is bound for once nothing of it runs any more; empty while that is open."""
    policy = "Never" if facts.ending or facts.failure else pod["spec"].get("restartPolicy", "Always")
    mains = [container for container in facts.containers if container.role == "main"]
    ended = [container.state for container in mains if isinstance(container.state, Terminated)]
    if facts.failure or _init_failure(facts, policy):
        return "Failed"
    if len(ended) < len(mains) or any(container.restarts_with(policy) for container in mains):
        return ""
    return "Failed" if any(state.exit_code for state in ended) else "Succeeded"


def phase(pod: Document, facts: Facts) -> str:
    """Return the pod's phase."""
    bound_for = outcome(pod, facts)
    if bound_for and not any(isinstance(each.state, Running) for each in facts.containers):
        return bound_for
    mains = [container for container in facts.containers if container.role == "main"]
    begun = any(isinstance(each.state, Running | Terminated) or each.last for each in mains)
    return "Running" if initialized(facts) and begun else "Pending"


def initialized(facts: Facts) -> bool:
    """Whether all init containers are through, or stay as sidecars."""
    return all(
        (isinstance(each.state, Terminated) and each.state.exit_code == 0)
        or (each.role == "sidecar" and (each.last is not None or isinstance(each.state, Running | Terminated)))
        for each in facts.containers
        if each.role != "main"
    )


def document(pod: Document, facts: Facts) -> Document:
    """Return the status to be merged into the pod's."""
    now = phase(pod, facts)
    status: Document = {
        "phase": now,
        "startTime": facts.start_time,
        "observedGeneration": pod["metadata"].get("generation", 1),
        "hostIP": facts.node_address,
        "hostIPs": [{"ip": facts.node_address}],
        "conditions": _conditions(pod, facts, now),
        "containerStatuses": [_container(pod, each) for each in facts.containers if each.role == "main"],
        "initContainerStatuses": [_container(pod, each) for each in facts.containers if each.role != "main"],
    }
    if facts.address:
        status |= {"podIP": facts.address, "podIPs": [{"ip": facts.address}]}
    if facts.failure:
        status |= {"reason": facts.failure.reason, "message": facts.failure.message}
    return status


def _init_failure(facts: Facts, policy: str) -> bool:
    return any(
        each.role == "init"
        and isinstance(each.state, Terminated)
        and each.state.exit_code != 0
        and not each.restarts_with(policy)
        for each in facts.containers
    )


def _conditions(pod: Document, facts: Facts, now: str) -> list[Document]:
    over = now in {"Succeeded", "Failed"}
    mains = [each for each in facts.containers if each.role == "main"]
    unready = [each.name for each in mains if not isinstance(each.state, Running)]
    why = {"reason": "ContainersNotReady", "message": f"containers with unready status: [{' '.join(unready)}]"}
    if over:
        why = {"reason": "PodCompleted" if now == "Succeeded" else "PodFailed"}
    is_ready = not unready and not over
    uninitialized = [
        each.name for each in facts.containers if each.role == "init" and not isinstance(each.state, Terminated)
    ]
    incomplete = {
        "reason": "ContainersNotInitialized",
        "message": f"containers with incomplete status: [{' '.join(uninitialized)}]",
    }
    is_initialized = initialized(facts)
    states: list[tuple[str, bool, Document]] = [
        ("PodReadyToStartContainers", facts.address is not None and not over, {}),
        ("Initialized", is_initialized, {} if is_initialized else incomplete),
        ("ContainersReady", is_ready, {} if is_ready else why),
        ("Ready", is_ready, {} if is_ready else why),
    ]
    before = {each["type"]: each for each in pod.get("status", {}).get("conditions", [])}
    return [_condition(kind, before.get(kind), holds=holds, why=why) for kind, holds, why in states]


def _condition(kind: str, before: Document | None, *, holds: bool, why: Document) -> Document:
    status = "True" if holds else "False"
    unchanged = before is not None and before["status"] == status
    since = before["lastTransitionTime"] if before and unchanged else now_text()
    # None removes what the merge would otherwise keep.
    rest = {"reason": why.get("reason"), "message": why.get("message")}
    return {"type": kind, "status": status, "lastTransitionTime": since, **rest}


def _container(pod: Document, container: Container) -> Document:
    runs = isinstance(container.state, Running)
    document: Document = {
        "name": container.name,
        "image": container.spec.get("image", ""),
        "imageID": container.spec.get("image", ""),
        "containerID": f"process://{pod['metadata']['uid']}/{container.name}/{container.restarts}",
        "ready": runs or (container.role == "init" and container.has_succeeded),
        "started": runs,
        "restartCount": container.restarts,
        "state": container.state.document(),
        "lastState": container.last.document() if container.last else {},
    }
    if not isinstance(container.state, Running | Terminated) and not container.last:
        document["containerID"] = ""
    return document
