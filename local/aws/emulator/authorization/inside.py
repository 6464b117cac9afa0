"""Calls from inside a cluster's VPC: the address they are sent to says so.

On AWS the network decides through which VPC endpoint a packet goes, if through any. Here every call reaches the same
port, so the containers of a cluster get an address of their own: the emulator's, with the cluster in its path. All
their calls are known by it, also those without a signature. That path is taken off before anything else looks.
"""

from __future__ import annotations

from typing import Any

from local.aws.emulator.eks.state import ClusterKey

_PREFIX = "/_inside/"
_PATHS = ("PATH_INFO", "RAW_URI", "REQUEST_URI")  # decoded; and as sent, by two names


def address(endpoint: str, cluster: ClusterKey) -> str:
    """Where a cluster's containers send their calls, as AWS_ENDPOINT_URL."""
    return f"{endpoint}{_prefix(cluster)}"


def origin(environ: dict[str, Any]) -> ClusterKey | None:
    """The cluster from whose VPC a request comes, its path made an ordinary one; None for one from elsewhere."""
    path: str = environ["PATH_INFO"]
    parts = path.removeprefix(_PREFIX).split("/", 3)
    if not path.startswith(_PREFIX) or len(parts) < len(ClusterKey._fields):
        return None
    cluster = ClusterKey(*parts[:3])
    prefix = _prefix(cluster)
    for name in _PATHS:
        if str(environ.get(name, "")).startswith(prefix):
            rest: str = environ[name].removeprefix(prefix)
            environ[name] = rest if rest.startswith("/") else f"/{rest}"
    return cluster


def _prefix(cluster: ClusterKey) -> str:
    return _PREFIX + "/".join(cluster)
