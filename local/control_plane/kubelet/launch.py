"""Turns a container of a pod's spec into a process."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from local.control_plane.kubelet import processes
from local.control_plane.kubelet.environment import environment
from local.control_plane.kubelet.translation import expand, translate
from local.control_plane.web_identity import AGENT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from local.control_plane.kubelet.configuration import Configuration
    from local.control_plane.kubelet.containers import Container
    from local.control_plane.kubelet.fields import Place
    from local.control_plane.kubelet.folders import PodFolder
    from local.control_plane.kubelet.sources import Sources

Document = dict[str, Any]

_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"  # what container images have by default
_MARK = "TERMINATION_LOG"
_SEARCH_PATHS = ("PYTHONPATH",)


@dataclass(frozen=True, kw_only=True)
class Launch:
    """Everything that a process is started with."""

    command: list[str]
    environment: dict[str, str]
    folder: Path
    """Its working directory."""
    log: Path

    def start(self, ended: Callable[[], None]) -> processes.Process:
        """Start it; `ended` is called from another thread. Raises OSError or ValueError if that fails."""
        return processes.Process(
            self.command,
            environment=self.environment,
            folder=self.folder,
            log=self.log,
            mark=(_MARK, self.environment[_MARK]),
            ended=ended,
        )


def prepare(
    pod: Document,
    container: Container,
    place: Place,
    *,
    folder: PodFolder,
    sources: Sources,
    configuration: Configuration,
) -> Launch:
    """Return what to start for a container whose image is known, its own folders made.

    Raises MissingError for a ConfigMap, Secret or key that its environment needs, and ApiError.
    """
    image, spec = container.image, container.spec
    if image is None:
        raise ValueError(container.name)
    own = folder.container(container.name)
    given = dict(image.environment) | _given(configuration, own)
    declared = environment(pod, spec, place, sources, given)
    where = mounts(spec, folder, declared)
    for name in ("home", "tmp"):
        (own / name).mkdir(parents=True, exist_ok=True)
    folder.termination_log(container.name).write_bytes(b"")
    variables = {name: _reachable(translate(value, where), configuration) for name, value in declared.items()}
    for name in _SEARCH_PATHS:
        if name in declared and name in image.environment:
            variables[name] = f"{image.environment[name]}:{variables[name]}"
    arguments = [translate(expand(text, given | declared), where) for text in spec.get("args", [])]
    if container.last and folder.log(container.name).exists():
        folder.log(container.name).replace(folder.previous_log(container.name))
    return Launch(
        command=[*image.command, *arguments],
        environment=given | variables | _fixed(container.name, where, folder, configuration),
        folder=_working_directory(spec.get("workingDir", ""), where, own / "home"),
        log=folder.log(container.name),
    )


def mounts(container: Document, folder: PodFolder, variables: Mapping[str, str]) -> dict[str, Path]:
    """Return where each mount path of a container lies on this machine; folders named by subPath are made."""
    found: dict[str, Path] = {}
    for mount in container.get("volumeMounts", []):
        path = folder.volume(mount["name"])
        below = mount.get("subPath") or expand(mount.get("subPathExpr", ""), variables)
        if below:
            path = path / below
            if not path.exists():
                path.mkdir(parents=True)
        found[mount["mountPath"].rstrip("/")] = path
    return found


def _reachable(value: str, configuration: Configuration) -> str:
    """Return a variable with the address of the node's EKS Pod Identity Agent, if it begins so, as one of this machine.

    Every AWS SDK takes a loopback address in its place (SDKs and Tools Reference Guide, container credentials).
    """
    if not value.startswith(f"{AGENT}/"):
        return value
    return f"{configuration.aws_endpoint}/pod-identity-agent{value.removeprefix(AGENT)}"


def _working_directory(wanted: str, where: Mapping[str, Path], home: Path) -> Path:
    """Return the folder for `workingDir` if that lies on a volume, else `home`: an image's own folders are not here."""
    path = Path(translate(wanted, where))
    if str(path) == wanted or not wanted:
        return home
    path.mkdir(parents=True, exist_ok=True)
    return path


def _given(configuration: Configuration, own: Path) -> dict[str, str]:
    """Return what every container finds, and may set otherwise."""
    server = urlsplit(configuration.endpoint)
    return {
        "KUBERNETES_SERVICE_HOST": str(server.hostname),
        "KUBERNETES_SERVICE_PORT": str(server.port),
        "HOME": str(own / "home"),
        "TMPDIR": str(own / "tmp"),
        "PATH": _PATH,
    }


def _fixed(name: str, where: Mapping[str, Path], folder: PodFolder, configuration: Configuration) -> dict[str, str]:
    """Return what no container can set otherwise: it stands for what surrounds a container."""
    return {
        "AWS_ENDPOINT_URL": configuration.aws_endpoint,
        "AWS_EC2_METADATA_DISABLED": "true",
        "CONTAINER_MOUNTS": json.dumps({path: str(there) for path, there in where.items()}),
        "CONTAINER_HOSTS": str(folder.hosts),
        _MARK: str(folder.termination_log(name)),
        processes.FOLDER_VARIABLE: str(configuration.folder),
    }
