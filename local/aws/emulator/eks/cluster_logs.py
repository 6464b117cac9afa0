"""The log group of a cluster's control plane, in moto's CloudWatch Logs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.logs.models import logs_backends as _logs_backends  # pyright: ignore[reportMissingTypeStubs]

from local.aws.emulator.eks.cluster_document import enabled_logs

if TYPE_CHECKING:
    from local.aws.emulator.eks.state import Cluster

_BACKENDS: Any = _logs_backends


def ensure_group(cluster: Cluster) -> None:
    """Make the log group that EKS sends control plane logs to, if any are on and nobody made it before.

    It is not EKS's to delete: it stays when the cluster goes (EKS User Guide, control-plane-logs).
    """
    if not enabled_logs(cluster.document):
        return
    backend = _BACKENDS[cluster.key.account][cluster.key.region]
    name = f"/aws/eks/{cluster.key.name}/cluster"
    if name not in backend.groups:
        backend.create_log_group(name, {})
