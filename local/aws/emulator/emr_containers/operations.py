"""The operations of EMR on EKS that are handled, and by what."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from local.aws.emulator.emr_containers import tags, virtual_clusters
from local.aws.emulator.rest_json.service import Operation

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.aws.emulator.emr_containers.state import EmrContainers
    from local.aws.emulator.rest_json.service import Call

_LACKS = {"CreateVirtualCluster": ("securityConfigurationId",)}


def operations(emr: EmrContainers) -> dict[str, Operation]:
    """The handled operations by name."""
    handlers: dict[str, Callable[[EmrContainers, Call, dict[str, Any]], dict[str, Any] | None]] = {
        "CreateVirtualCluster": virtual_clusters.create,
        "DescribeVirtualCluster": virtual_clusters.describe,
        "ListVirtualClusters": virtual_clusters.list_all,
        "UpdateVirtualCluster": virtual_clusters.update,
        "DeleteVirtualCluster": virtual_clusters.delete,
        "ListJobRuns": virtual_clusters.list_none("jobRuns"),
        "ListManagedEndpoints": virtual_clusters.list_none("endpoints"),
        "TagResource": tags.tag,
        "UntagResource": tags.untag,
        "ListTagsForResource": tags.list_all,
    }
    return {name: Operation(run=partial(run, emr), lacks=_LACKS.get(name, ())) for name, run in handlers.items()}
