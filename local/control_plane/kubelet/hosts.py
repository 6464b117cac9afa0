"""Each pod's file in the format of /etc/hosts, which stands for its own one and for cluster DNS."""

from __future__ import annotations

import socket
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

Document = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Named:
    """A pod with an address."""

    namespace: str
    name: str
    labels: dict[str, str]
    address: str
    path: Path
    """Its file."""


class Hosts:
    """Keeps the files up to date with the Services of the pods' namespaces. Safe to use from several threads.

    A Service's name leads to the pods that its selector picks from the moment they have an address, ready or not:
    nothing here probes them.
    """

    def __init__(self) -> None:
        self._pods: dict[str, Named] = {}
        self._services: dict[tuple[str, str], Document] = {}
        self._lock = threading.Lock()

    def add(self, uid: str, pod: Named) -> None:
        """Write the file of a pod and name it in those of its namespace."""
        with self._lock:
            self._pods[uid] = pod
            self._write(pod.namespace)

    def remove(self, uid: str) -> None:
        """Forget a pod."""
        with self._lock:
            pod = self._pods.pop(uid, None)
            if pod is not None:
                self._write(pod.namespace)

    def service_changed(self, service: Document) -> None:
        """Take note of a Service."""
        metadata = service["metadata"]
        with self._lock:
            self._services[metadata["namespace"], metadata["name"]] = service
            self._write(metadata["namespace"])

    def service_gone(self, service: Document) -> None:
        """Forget a Service."""
        metadata = service["metadata"]
        with self._lock:
            self._services.pop((metadata["namespace"], metadata["name"]), None)
            self._write(metadata["namespace"])

    def _write(self, namespace: str) -> None:
        pods = [pod for pod in self._pods.values() if pod.namespace == namespace]
        services = [service for (where, _), service in self._services.items() if where == namespace]
        for pod in pods:
            text = content(pod, services, pods, socket.gethostname())
            if not pod.path.exists() or pod.path.read_text() != text:
                pod.path.parent.mkdir(parents=True, exist_ok=True)
                unfinished = pod.path.with_suffix(".unfinished")
                unfinished.write_text(text)
                unfinished.replace(pod.path)


def content(pod: Named, services: Iterable[Document], pods: Iterable[Named], machine: str) -> str:
    """Return the file of `pod`; `services` and `pods` are those of its namespace.

    The machine's own host name is the pod's address too: a program that asks for its host name gets that one.
    """
    lines = ["127.0.0.1 localhost", f"{pod.address} {pod.name} {machine}"]
    for service in services:
        name, selector = service["metadata"]["name"], service["spec"].get("selector")
        if not selector:
            continue
        domain = f"{name}.{pod.namespace}"
        names = f"{name} {domain} {domain}.svc {domain}.svc.cluster.local"
        lines += [f"{other.address} {names}" for other in pods if selector.items() <= other.labels.items()]
    return "\n".join(lines) + "\n"
