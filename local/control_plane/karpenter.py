"""Stands for the entry point of Karpenter's image: ``python -m local.control_plane.karpenter PROGRAM``.

PROGRAM is upstream's own AWS Karpenter, built with the EC2 that makes nodes for kwok. A container finds its service
account below one fixed path, which no process here has: the way to the API server comes as a kubeconfig instead. It
names the token's file, so that a renewed token is read again.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"


def main() -> None:
    """Become the controller."""
    program = sys.argv[1]
    kubeconfig = Path(os.environ["HOME"]) / "kubeconfig"
    kubeconfig.write_text(json.dumps(document(account_folder(os.environ["CONTAINER_MOUNTS"]), server(os.environ))))
    environment = {**os.environ, **settings(os.environ["SYSTEM_NAMESPACE"], kubeconfig)}
    os.execve(program, [program, *sys.argv[2:]], environment)  # noqa: S606 (the program is the engine's)


def settings(namespace: str, kubeconfig: Path) -> dict[str, str]:
    """Return the variables that differ from those of a container, in a container's own network."""
    return {
        "KUBECONFIG": str(kubeconfig),
        # Outside a container it cannot find out where the lease of the leader is kept.
        "LEADER_ELECTION_NAMESPACE": namespace,
        # Several pods share one machine: any free port.
        "METRICS_PORT": "0",
        "HEALTH_PROBE_PORT": "0",
    }


def account_folder(mounts: str) -> Path:
    """Return where the service account's files lie; `mounts` are the container's, JSON."""
    return Path(json.loads(mounts)[_ACCOUNT])


def server(environment: Mapping[str, str]) -> str:
    """Return the API server's address."""
    return f"https://{environment['KUBERNETES_SERVICE_HOST']}:{environment['KUBERNETES_SERVICE_PORT']}"


def document(account: Path, address: str) -> dict[str, object]:
    """Return a kubeconfig for the bearer of a service account's token."""
    cluster = {"server": address, "certificate-authority": str(account / "ca.crt")}
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "it", "cluster": cluster}],
        "users": [{"name": "it", "user": {"tokenFile": str(account / "token")}}],
        "contexts": [{"name": "it", "context": {"cluster": "it", "user": "it"}}],
        "current-context": "it",
    }


if __name__ == "__main__":
    main()
