"""What all pods of a kubelet share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from local.control_plane.kubelet.hosts import Hosts
from local.control_plane.kubelet.memory import Memory
from local.control_plane.kubelet.processes import Processes

if TYPE_CHECKING:
    from local.control_plane.api import Api
    from local.control_plane.kubelet.addresses import Addresses
    from local.control_plane.kubelet.configuration import Configuration
    from local.control_plane.kubelet.nodes import Nodes


@dataclass(kw_only=True)
class Machine:
    """The machine that stands for all nodes."""

    configuration: Configuration
    api: Api
    """The kubelet's own client; what is done for a pod is done as its node."""
    nodes: Nodes
    addresses: Addresses
    hosts: Hosts = field(default_factory=Hosts)
    memory: Memory = field(default_factory=Memory)
    processes: Processes = field(default_factory=Processes)
    stopping: bool = False
    """Whether the kubelet is ending: what its pods come to is for the next one to report."""

    def as_node(self, name: str) -> Api:
        """Return a client that is the node `name`: Node authorizer and NodeRestriction judge what it asks."""
        return self.api.impersonating(f"system:node:{name}", "system:nodes")
