"""What the kubelet process is told by its configuration file."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local.control_plane import images

if TYPE_CHECKING:
    from local.control_plane.images import Image

API_SERVER = "kube-apiserver-kubelet-client"
"""Who the API server is when it asks a kubelet, the only one that gets an answer."""


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """The configuration file; paths are absolute."""

    folder: Path
    """The control plane's folder; pods live in its `pods`."""
    endpoint: str
    """Address of the API server, https://127.0.0.1:PORT."""
    authority: Path
    """Certificate of the cluster's authority, PEM."""
    certificate: Path
    """The kubelet's certificate as a client of the API server."""
    key: Path
    serving_certificate: Path
    """Its certificate as the server that hands out logs."""
    serving_key: Path
    port: int
    """Port of that server on 127.0.0.1."""
    aws_endpoint: str
    """What containers get as AWS_ENDPOINT_URL."""
    images: tuple[Image, ...]
    """The images it knows."""


def write(configuration: Configuration, path: Path) -> None:
    """Write the file."""
    document = asdict(configuration) | {"images": images.to_documents(configuration.images)}
    path.write_text(json.dumps(document, indent=1, default=str))


def read(path: Path) -> Configuration:
    """Read the file that `write` wrote."""
    document: dict[str, Any] = json.loads(path.read_text())
    places = ("folder", "authority", "certificate", "key", "serving_certificate", "serving_key")
    document |= {name: Path(document[name]) for name in places}
    document["images"] = images.from_documents(document["images"])
    return Configuration(**document)
