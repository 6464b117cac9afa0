"""The operations of EMR on EKS that are handled, and by what."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from local.aws.emulator.emr_containers import job_runs, job_templates, tags, virtual_clusters
from local.aws.emulator.rest_json.service import Operation

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.aws.emulator.emr_containers.state import EmrContainers
    from local.aws.emulator.rest_json.service import Call

_LACKS = {"CreateVirtualCluster": ("securityConfigurationId",)}
# A role that the caller may not use is refused before its form is looked at (`job_request`).
_JUDGED = {"StartJobRun": ("executionRoleArn",)}


def operations(emr: EmrContainers) -> dict[str, Operation]:
    """The handled operations by name."""
    handlers: dict[str, Callable[[EmrContainers, Call, dict[str, Any]], dict[str, Any] | None]] = {
        "CreateVirtualCluster": virtual_clusters.create,
        "DescribeVirtualCluster": virtual_clusters.describe,
        "ListVirtualClusters": virtual_clusters.list_all,
        "UpdateVirtualCluster": virtual_clusters.update,
        "DeleteVirtualCluster": virtual_clusters.delete,
        "StartJobRun": job_runs.start,
        "DescribeJobRun": job_runs.describe,
        "ListJobRuns": job_runs.list_all,
        "CancelJobRun": job_runs.cancel,
        "CreateJobTemplate": job_templates.create,
        "DescribeJobTemplate": job_templates.describe,
        "ListJobTemplates": job_templates.list_all,
        "DeleteJobTemplate": job_templates.delete,
        "ListManagedEndpoints": virtual_clusters.list_endpoints,
        "TagResource": tags.tag,
        "UntagResource": tags.untag,
        "ListTagsForResource": tags.list_all,
    }
    return {
        name: Operation(run=partial(run, emr), lacks=_LACKS.get(name, ()), judged=_JUDGED.get(name, ()))
        for name, run in handlers.items()
    }
