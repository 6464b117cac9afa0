"""The downward API: what a pod may learn of itself (fieldRef and resourceFieldRef)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from local.control_plane.kubelet import quantities

Document = dict[str, Any]

_SUBSCRIPT = re.compile(r"metadata\.(labels|annotations)\['(.*)'\]")


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a pod runs."""

    address: str
    """The pod's own address."""
    node_address: str
    """The node's InternalIP."""
    allocatable: Document
    """What the node offers to pods, quantities by resource: the limit of a container that has none."""


def field(pod: Document, path: str, place: Place) -> str:
    """Return the value of a fieldRef; the API server has refused paths that it does not list."""
    metadata = pod["metadata"]
    if match := _SUBSCRIPT.fullmatch(path):
        return metadata.get(match[1], {}).get(match[2], "")
    if path in {"metadata.labels", "metadata.annotations"}:
        pairs: dict[str, str] = metadata.get(path.removeprefix("metadata."), {})
        return "\n".join(f"{key}={json.dumps(value)}" for key, value in sorted(pairs.items()))
    where = {
        "status.podIP": place.address,
        "status.podIPs": place.address,
        "status.hostIP": place.node_address,
        "status.hostIPs": place.node_address,
    }
    if path in where:
        return where[path]
    section, _, name = path.partition(".")
    return pod[section].get(name, "")


def resource(pod: Document, reference: Document, place: Place, container: str = "") -> str:
    """Return the value of a resourceFieldRef; `container` is the one that asks, unless the reference names one."""
    name = reference.get("containerName", container)
    containers: list[Document] = [*pod["spec"]["containers"], *pod["spec"].get("initContainers", [])]
    resources: Document = next(each.get("resources", {}) for each in containers if each["name"] == name)
    kind, _, which = reference["resource"].partition(".")
    # Without a limit a container may use what the node has (kubelet, MergeContainerResourceLimits).
    default = place.allocatable.get(which, "0") if kind == "limits" else "0"
    return quantities.divide(resources.get(kind, {}).get(which, default), reference.get("divisor") or "0")
