"""The loopback ports of one control plane: chosen once, the same for the life of its folder."""

from __future__ import annotations

import json
import random
import socket
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING

from local.control_plane.errors import ControlPlaneError

if TYPE_CHECKING:
    from pathlib import Path

# Below Linux's default range for outgoing connections (net.ipv4.ip_local_port_range, 32768 and up), so
# that no client's socket sits on a recorded port when the control plane is started again.
_CANDIDATES = range(20_000, 32_768)


@dataclass(frozen=True, kw_only=True)
class Ports:
    """One TCP port on 127.0.0.1 for each listener."""

    etcd: int
    etcd_peer: int
    kube_apiserver: int
    webhooks: int
    kubelet: int


def ensure(folder: Path) -> Ports:
    """Return the ports recorded in `folder/ports.json`, choosing free ones if there is no record.

    Raises ControlPlaneError if the record cannot be read.
    """
    path = folder / "ports.json"
    if path.exists():
        try:
            return Ports(**json.loads(path.read_text()))
        except (ValueError, TypeError) as error:
            raise ControlPlaneError(
                f"{path} does not hold the ports of a control plane ({error}). Kubeconfigs already name those "
                "ports, so none are chosen anew: restore the file, or remove the embedded cloud's state."
            ) from error
    ports = _choose()
    unfinished = path.with_suffix(".unfinished")
    unfinished.write_text(json.dumps(asdict(ports), indent=1))
    unfinished.replace(path)
    return ports


def require_free(ports: Ports, folder: Path) -> None:
    """Raise ControlPlaneError naming every listener whose port another program holds."""
    taken = {name: port for name, port in asdict(ports).items() if not _is_free(port)}
    if not taken:
        return
    listeners = ", ".join(f"port {port} of {name.replace('_', '-')}" for name, port in taken.items())
    raise ControlPlaneError(
        f"taken by another program on 127.0.0.1: {listeners}. Ports stay the same as long as a cluster "
        f"lives ({folder / 'ports.json'}), because kubeconfigs name them. End the program that holds them "
        "(`ss -ltnp` shows it), or remove the embedded cloud's state to have new ports chosen."
    )


def _choose() -> Ports:
    names = [field.name for field in fields(Ports)]
    free = (port for port in random.SystemRandom().sample(_CANDIDATES, len(_CANDIDATES)) if _is_free(port))
    return Ports(**dict(zip(names, free, strict=False)))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(
            socket.SOL_SOCKET, socket.SO_REUSEADDR, 1
        )  # as the servers do: lingering ones are no hindrance
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
