"""What the kubelet knows of the nodes, and what it tells them of itself."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from local.control_plane.api import ApiError

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.control_plane.api import Api

Document = dict[str, Any]

LOG = logging.getLogger(__name__)
ADDRESS_TYPE = "ProcessKubelet"
"""The type of the node address under which the API server reaches the kubelet; real nodes have none such."""
_ADDRESS = "127.0.0.1"
_NODES = "/api/v1/nodes"


class Nodes:
    """The nodes of the cluster."""

    def __init__(self, as_node: Callable[[str], Api], port: int) -> None:
        """Tell nodes that the kubelet answers on `port`; `as_node` gives a client that is the node."""
        self._as_node = as_node
        self._port = port
        self._known: dict[str, Document] = {}

    def changed(self, node: Document) -> None:
        """Take note of a node; write into its status where its kubelet answers, as kubelets do."""
        name: str = node["metadata"]["name"]
        self._known[name] = node
        endpoint = {"kubeletEndpoint": {"Port": self._port}}
        here = {"type": ADDRESS_TYPE, "address": _ADDRESS}
        status = node.get("status", {})
        if status.get("daemonEndpoints") == endpoint and here in status.get("addresses", []):
            return
        change = {"status": {"addresses": [here], "daemonEndpoints": endpoint}}
        try:
            self._as_node(name).patch(f"{_NODES}/{name}/status", change, "strategic")
        except ApiError as error:
            LOG.warning("node %s is not told where its kubelet answers: %s", name, error.message)

    def gone(self, node: Document) -> None:
        """Forget a node."""
        self._known.pop(node["metadata"]["name"], None)

    def address(self, name: str) -> str:
        """Return the node's InternalIP, empty if it has none."""
        addresses: list[Document] = self._status(name).get("addresses", [])
        return next((each["address"] for each in addresses if each["type"] == "InternalIP"), "")

    def allocatable(self, name: str) -> Document:
        """Return what the node offers to pods."""
        return self._status(name).get("allocatable", {})

    def is_ready(self, name: str) -> bool:
        """Whether the node is Ready."""
        conditions: list[Document] = self._status(name).get("conditions", [])
        return any(each["type"] == "Ready" and each["status"] == "True" for each in conditions)

    def _status(self, name: str) -> Document:
        if name not in self._known:  # its pod was quicker
            self._known[name] = self._as_node(name).get(f"{_NODES}/{name}")
        return self._known[name].get("status", {})
