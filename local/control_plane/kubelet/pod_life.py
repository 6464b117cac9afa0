"""The life of one pod, from the node it is bound to until it is deleted."""

from __future__ import annotations

import datetime as dt
import logging
import time
from typing import TYPE_CHECKING, Any

from local.control_plane.api import ApiError
from local.control_plane.kubelet import admission, containers, recovery, status
from local.control_plane.kubelet.container_life import ContainerLife
from local.control_plane.kubelet.containers import Running, Terminated
from local.control_plane.kubelet.events import Events
from local.control_plane.kubelet.fields import Place
from local.control_plane.kubelet.folders import PodFolder
from local.control_plane.kubelet.hosts import Named
from local.control_plane.kubelet.mounting import Mounting
from local.control_plane.kubelet.reporting import Reporting
from local.control_plane.kubelet.sources import Sources
from local.control_plane.kubelet.worker import Worker

if TYPE_CHECKING:
    from pathlib import Path

    from local.control_plane.kubelet.machine import Machine

Document = dict[str, Any]

LOG = logging.getLogger(__name__)
_LOOK_SECONDS = 5.0
_RETRY_SECONDS = 1.0
_DEADLINE = "Pod was active on the node longer than the specified deadline"  # the kubelet's words


class PodLife:
    """One pod. `update` and `vanish` may come from any thread; all else happens in the pod's own."""

    def __init__(self, pod: Document, machine: Machine) -> None:
        """Take over a pod, which may have begun under an earlier kubelet."""
        self._pod = pod
        self._machine = machine
        metadata = pod["metadata"]
        self.uid: str = metadata["uid"]
        self._node: str = pod["spec"]["nodeName"]
        self._policy: str = pod["spec"].get("restartPolicy", "Always")
        self._folder = PodFolder(machine.configuration.folder / "pods" / self.uid)
        self._api = machine.as_node(self._node)
        sources = Sources(self._api, metadata["namespace"])
        self._events = Events(self._api, pod)
        self._mounting = Mounting(self._api, self._folder, sources, self._events)
        self._worker = Worker(f"pod-{metadata['name']}", self._step)
        self._runs = ContainerLife(machine, self._folder, sources, self._events, self._worker.poke)
        self._reporting = Reporting(self._api, machine.nodes, pod)
        self._containers = containers.of(pod, machine.configuration.images)
        self._over = recovery.recover(pod, self._containers, self._folder)
        """Whether the pod's last phase is reported and its data removed."""
        self._start_time: str = pod.get("status", {}).get("startTime") or containers.now_text()
        self._place: Place | None = None
        self._failure: status.Failure | None = None
        self._kill_at: float | None = None
        self._vanished = False
        self._delay = _LOOK_SECONDS
        self._worker.poke()

    def update(self, pod: Document) -> None:
        """Take note of the pod as it is now."""
        self._pod = pod
        self._worker.poke()

    def vanish(self) -> None:
        """Take note that there is no such pod any more: what is left of it is killed at once."""
        self._vanished = True
        self._worker.poke()

    def runs_for_real(self, container: str) -> bool:
        """Whether the container has an image that the kubelet knows."""
        return any(each.name == container and each.image for each in self._containers)

    def is_running(self, container: str) -> bool:
        """Whether the container has a process now."""
        return any(each.name == container and each.process is not None for each in self._containers)

    def log(self, container: str, *, previous: bool) -> Path:
        """Return the log of the container's latest run or of the one before."""
        return self._folder.previous_log(container) if previous else self._folder.log(container)

    def _step(self) -> float | None:
        try:
            return self._live()
        except ApiError as error:
            LOG.info("pod %s: %s", self._pod["metadata"]["name"], error.message)
            return _RETRY_SECONDS
        except Exception:
            if self._machine.stopping:
                return None
            # One pod's fault must not leave it without a life, nor touch the others.
            LOG.exception("pod %s", self._pod["metadata"]["name"])
            return _LOOK_SECONDS

    def _live(self) -> float | None:
        if self._machine.stopping:
            return None
        self._delay = _LOOK_SECONDS
        for container in self._containers:
            self._runs.collect(container)
        if self._vanished:
            return self._clear_away()
        if not self._over:
            self._heed_end()
            if self._kill_at is None:
                self._advance()
            self._settle()
            self._report()
        if self._over and self._is_deleted():
            self._reporting.delete()
        return None if self._over else self._delay

    def _heed_end(self) -> None:
        """Stop the pod when it is deleted or has reached its deadline."""
        metadata, spec = self._pod["metadata"], self._pod["spec"]
        if self._is_deleted():
            self._stop(metadata.get("deletionGracePeriodSeconds", 0))
        elif self._failure is None and self._is_past_deadline(spec.get("activeDeadlineSeconds")):
            self._fail("DeadlineExceeded", _DEADLINE)
        if self._failure is not None:
            self._stop(spec.get("terminationGracePeriodSeconds", 30))

    def _fail(self, reason: str, message: str) -> None:
        self._failure = status.Failure(reason=reason, message=message)
        self._events.warning(reason, message)

    def _is_deleted(self) -> bool:
        return self._pod["metadata"].get("deletionTimestamp") is not None

    def _is_past_deadline(self, seconds: int | None) -> bool:
        if seconds is None:
            return False
        begun = dt.datetime.strptime(self._start_time, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=dt.UTC)
        left = seconds - (dt.datetime.now(dt.UTC) - begun).total_seconds()
        self._delay = min(self._delay, max(left, 0))
        return left <= 0

    def _stop(self, grace: float) -> None:
        """Ask all containers to end, and kill them when the grace period, which may become shorter, is over."""
        now = time.monotonic()
        if self._kill_at is None:
            self._kill_at = now + grace
            for container in self._containers:
                self._runs.terminate(container)
        self._kill_at = min(self._kill_at, now + grace)
        for container in self._containers:
            if container.process is not None and now >= self._kill_at:
                container.process.kill()
            elif container.process is None and not isinstance(container.state, Terminated):
                container.end_without_process()
        self._delay = min(self._delay, max(self._kill_at - now, 0.05))

    def _advance(self) -> None:
        """Bring the pod further: volumes, init containers, containers, restarts."""
        if problem := admission.refusal(self._pod, self._containers):
            self._fail("PodNotSupported", problem)
            return
        for container in self._containers:
            if container.restarts_with(self._policy):
                self._runs.restart(container)
        place = self._place or self._move_in()
        if place is None:
            return
        if not self._mounting.done and (pause := self._mounting.attempt(self._pod, place)):
            self._delay = min(self._delay, pause)
            return
        self._delay = min(self._delay, self._mounting.renew(self._pod, place))
        for container in self._containers:
            self._delay = min(self._delay, self._runs.advance(self._pod, container, place))
            if container.role == "init" and not container.has_succeeded:
                return

    def _move_in(self) -> Place | None:
        """Get an address and a hosts file."""
        address = self._machine.addresses.lend(self.uid)
        if address is None:
            self._events.warning("FailedCreatePodSandBox", "all 254 addresses for pods are in use")
            return None
        nodes, metadata = self._machine.nodes, self._pod["metadata"]
        place = Place(
            address=address, node_address=nodes.address(self._node), allocatable=nodes.allocatable(self._node)
        )
        self._machine.hosts.add(
            self.uid,
            Named(
                namespace=metadata["namespace"],
                name=metadata["name"],
                labels=metadata.get("labels", {}),
                address=address,
                path=self._folder.hosts,
            ),
        )
        self._place = place
        return place

    def _settle(self) -> None:
        """End what is only simulated, and sidecars, once the containers that are run have ended for good."""
        mains = [each for each in self._containers if each.role == "main"]
        known = [each for each in mains if each.image]
        if self._kill_at is not None or (self._policy == "Always" and not known):
            return
        if all(isinstance(each.state, Terminated) and not each.restarts_with(self._policy) for each in known):
            for each in mains:
                if each.image is None and isinstance(each.state, Running):
                    each.simulate_end()
        still_runs = any(isinstance(each.state, Running) for each in self._containers)
        if still_runs and status.outcome(self._pod, self._facts()):
            self._stop(self._pod["spec"].get("terminationGracePeriodSeconds", 30))

    def _facts(self) -> status.Facts:
        return status.Facts(
            containers=self._containers,
            address=self._place.address if self._place else None,
            node_address=self._machine.nodes.address(self._node),
            start_time=self._start_time,
            failure=self._failure,
            ending=self._kill_at is not None,
        )

    def _report(self) -> None:
        document = status.document(self._pod, self._facts())
        self._reporting.report(self._pod, document)
        if document["phase"] in {"Succeeded", "Failed"}:
            self._leave()
            self._folder.drop_data()
            self._over = True

    def _leave(self) -> None:
        self._machine.hosts.remove(self.uid)
        self._machine.addresses.give_back(self.uid)

    def _clear_away(self) -> float | None:
        """Kill what is left of a pod that is no more, then remove its files."""
        running = [each.process for each in self._containers if each.process is not None]
        for process in running:
            process.kill()
        if running:
            return self._delay
        self._leave()
        self._folder.remove()
        return None
