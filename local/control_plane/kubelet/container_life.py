"""Starts and ends the containers of one pod, and notes what becomes of them."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any

from local.control_plane.api import ApiError
from local.control_plane.kubelet import last_words, launch, quantities
from local.control_plane.kubelet.containers import Container, Running, Terminated, Waiting, now_text
from local.control_plane.kubelet.sources import MissingError, Sources

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.control_plane.kubelet.events import Events
    from local.control_plane.kubelet.fields import Place
    from local.control_plane.kubelet.folders import PodFolder
    from local.control_plane.kubelet.machine import Machine

Document = dict[str, Any]

_CONFIGURATION_PAUSE_SECONDS = 1
_CANNOT_START = 128


class ContainerLife:
    """The running of one pod's containers. Only the pod's thread calls it."""

    def __init__(
        self, machine: Machine, folder: PodFolder, sources: Sources, events: Events, poke: Callable[[], None]
    ) -> None:
        """Call `poke`, from any thread, when a container has ended."""
        self._machine = machine
        self._folder = folder
        self._sources = sources
        self._events = events
        self._poke = poke

    def advance(self, pod: Document, container: Container, place: Place) -> float:
        """Start a container that waits, if its time has come; return the seconds after which to look again.

        What keeps it from starting is in its state. A simulated one only seems to run; as an init container it is
        done at once.
        """
        if container.is_waiting and time.monotonic() >= container.not_before:
            if container.image is None:
                container.state = Running(started=now_text())
            else:
                self._start(pod, container, place)
        if container.image is None and container.role == "init" and isinstance(container.state, Running):
            container.simulate_end()
        return max(container.not_before - time.monotonic(), 0.05) if container.is_waiting else math.inf

    def _start(self, pod: Document, container: Container, place: Place) -> None:
        try:
            prepared = launch.prepare(
                pod,
                container,
                place,
                folder=self._folder,
                sources=self._sources,
                configuration=self._machine.configuration,
            )
        except (MissingError, ApiError) as error:
            container.state = Waiting(reason="CreateContainerConfigError", message=str(error))
            container.not_before = time.monotonic() + _CONFIGURATION_PAUSE_SECONDS
            self._events.warning("Failed", f"Error: {error}")
            return
        container.killed_for_memory = False
        if container.last is not None:
            container.restarts += 1
        try:
            container.process = self._machine.processes.add(lambda: prepared.start(self._poke))
        except (OSError, ValueError) as error:  # such as arguments longer than the kernel takes
            now = now_text()
            container.state = Terminated(
                exit_code=_CANNOT_START, reason="StartError", message=str(error), started=now, finished=now
            )
            self._events.warning("Failed", f"Error: {error}")
            return
        container.state = Running(started=now_text())
        self._limit_memory(container)
        self._events.normal("Started", f"Started container {container.name}")

    def collect(self, container: Container) -> None:
        """Note the end of a container's process, if it has ended."""
        process = container.process
        if process is None or process.exit_code is None:
            return
        container.process = None
        self._machine.memory.forget(process.pid)
        self._machine.processes.discard(process)
        code = process.exit_code
        reason = "OOMKilled" if container.killed_for_memory else "Error" if code else "Completed"
        container.state = Terminated(
            exit_code=code,
            reason=reason,
            message=last_words.read(
                self._folder.termination_log(container.name),
                self._folder.log(container.name),
                policy=container.spec.get("terminationMessagePolicy", ""),
                failed=code != 0,
            ),
            started=container.state.started if isinstance(container.state, Running) else None,
            finished=now_text(),
        )

    def restart(self, container: Container) -> None:
        """Put an ended container in line for its next run."""
        delay = container.wait_for_restart(time.monotonic())
        if delay:
            self._events.warning("BackOff", f"Back-off restarting failed container {container.name}")

    def terminate(self, container: Container) -> None:
        """Ask a running container to end."""
        if container.process is not None:
            self._events.normal("Killing", f"Stopping container {container.name}")
            container.process.terminate()

    def _limit_memory(self, container: Container) -> None:
        limit = container.spec.get("resources", {}).get("limits", {}).get("memory")
        process = container.process
        if limit is None or process is None:
            return

        def exceeded() -> None:
            container.killed_for_memory = True
            process.kill()

        self._machine.memory.watch(process.pid, int(quantities.parse(limit)), exceeded)
