"""The containers of a pod and the states that Kubernetes knows of them (API reference, ContainerState)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from local.control_plane import images

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local.control_plane.images import Image
    from local.control_plane.kubelet.processes import Process

Document = dict[str, Any]
Role = Literal["init", "sidecar", "main"]

_BACK_OFF_SECONDS = 10
_LONGEST_BACK_OFF_SECONDS = 300
_UNKNOWN = "ContainerStatusUnknown"
_LOST = "The container could not be located when the kubelet looked for it"


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """Not started, or to be started again."""

    reason: str
    message: str = ""

    def document(self) -> Document:
        """Return the ContainerState."""
        return {"waiting": {"reason": self.reason} | ({"message": self.message} if self.message else {})}


@dataclass(frozen=True, kw_only=True)
class Running:
    """At work."""

    started: str

    def document(self) -> Document:
        """Return the ContainerState."""
        return {"running": {"startedAt": self.started}}


@dataclass(frozen=True, kw_only=True)
class Terminated:
    """Ended. As with containerd, a signal n shows as exit code 128 + n and in no field of its own."""

    exit_code: int
    reason: str
    message: str = ""
    started: str | None = None
    finished: str | None = None

    def document(self) -> Document:
        """Return the ContainerState."""
        values = {
            "exitCode": self.exit_code,
            "reason": self.reason,
            "message": self.message or None,
            "startedAt": self.started,
            "finishedAt": self.finished,
        }
        return {"terminated": {key: value for key, value in values.items() if value is not None}}


State = Waiting | Running | Terminated


@dataclass(kw_only=True)
class Container:
    """One container of a pod; only its pod's thread changes it."""

    spec: Document
    role: Role
    """`sidecar` is an init container that stays (restartPolicy Always)."""
    image: Image | None
    """What to run for it; None for a container that is only simulated."""
    state: State = field(default_factory=lambda: Waiting(reason="ContainerCreating"))
    last: Terminated | None = None
    """How its previous run ended."""
    restarts: int = 0
    process: Process | None = None
    killed_for_memory: bool = False
    not_before: float = 0
    """Monotonic time before which it is not started again."""

    @property
    def name(self) -> str:
        """Its name in the pod."""
        return self.spec["name"]

    def restarts_with(self, policy: str) -> bool:
        """Whether it is to run again, having ended, in a pod of that restartPolicy."""
        if not isinstance(self.state, Terminated):
            return False
        if self.role == "sidecar":
            return True
        if policy == "Always":
            return self.role == "main" or self.state.exit_code != 0
        return policy == "OnFailure" and self.state.exit_code != 0

    def wait_for_restart(self, now: float) -> float:
        """Put it in line for its next run and return in how many seconds: at once, then 10 s, 20 s ... 5 min.

        One that went with an earlier kubelet is at no fault, and a new kubelet begins to count anew.
        """
        assert isinstance(self.state, Terminated)  # noqa: S101 (for the type checker)
        failures = 0 if self.state.reason == _UNKNOWN else self.restarts
        delay = min(_BACK_OFF_SECONDS * 2 ** (failures - 1), _LONGEST_BACK_OFF_SECONDS) if failures else 0
        self.last = self.state
        self.not_before = now + delay
        message = f"back-off {delay}s restarting failed container={self.name}"
        self.state = Waiting(reason="CrashLoopBackOff", message=message)
        return delay

    @property
    def is_waiting(self) -> bool:
        """Whether it is still to be started."""
        return isinstance(self.state, Waiting)

    @property
    def has_succeeded(self) -> bool:
        """Whether it has ended well."""
        return isinstance(self.state, Terminated) and self.state.exit_code == 0

    def end_without_process(self) -> None:
        """End a container of a pod that is being stopped: one that has no process (yet)."""
        if self.image is None and isinstance(self.state, Running):
            self.simulate_end()
        else:
            self.lose()

    def simulate_end(self) -> None:
        """Complete a container that is only simulated."""
        started = self.state.started if isinstance(self.state, Running) else now_text()
        self.state = Terminated(exit_code=0, reason="Completed", started=started, finished=now_text())

    def lose(self) -> None:
        """Note that its process went with an earlier kubelet."""
        started = self.state.started if isinstance(self.state, Running) else None
        self.state = Terminated(exit_code=137, reason=_UNKNOWN, message=_LOST, started=started, finished=now_text())

    def adopt(self, status: Document) -> None:
        """Take over what an earlier kubelet reported (API reference, ContainerStatus)."""
        self.restarts = status.get("restartCount", 0)
        if "terminated" in status.get("lastState", {}):
            self.last = _terminated(status["lastState"]["terminated"])
        state = status.get("state", {})
        if "running" in state:
            self.state = Running(started=state["running"]["startedAt"])
        elif "terminated" in state:
            self.state = _terminated(state["terminated"])


def of(pod: Document, table: Sequence[Image]) -> list[Container]:
    """Return the containers of a pod, init containers first."""
    found: list[Container] = []
    for spec in pod["spec"].get("initContainers", []):
        role: Role = "sidecar" if spec.get("restartPolicy") == "Always" else "init"
        found.append(Container(spec=spec, role=role, image=images.find(table, spec.get("image", ""))))
    mains: list[Document] = pod["spec"]["containers"]
    found += [Container(spec=spec, role="main", image=images.find(table, spec.get("image", ""))) for spec in mains]
    if any(container.role == "init" for container in found):
        for container in found:
            if container.role == "main":
                container.state = Waiting(reason="PodInitializing")
    return found


def now_text() -> str:
    """Return the time as Kubernetes writes it, to the second."""
    return dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _terminated(document: Document) -> Terminated:
    return Terminated(
        exit_code=document["exitCode"],
        reason=document.get("reason", ""),
        message=document.get("message", ""),
        started=document.get("startedAt"),
        finished=document.get("finishedAt"),
    )
