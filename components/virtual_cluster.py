"""A namespace of an EKS cluster, registered with EMR, as a resource."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi


@dataclass(frozen=True, kw_only=True)
class SchedulerConfiguration:
    """How many job runs EMR lets live at a time; without it EMR's own limit of 1,000 holds."""

    max_concurrent_job_runs: pulumi.Input[int] | None = None
    """Job runs at work, 1 to 1,000; further ones wait in the queue."""
    max_in_queue_job_runs: pulumi.Input[int] | None = None
    """Job runs in the queue, 1 to 1,000; further ones are refused."""


@dataclass(frozen=True, kw_only=True)
class VirtualClusterArgs:
    """What is registered, and what a delete does."""

    name: pulumi.Input[str]
    """Name shown by EMR: 1 to 64 letters, digits and `. - _ / #`. Another name is another virtual cluster."""
    cluster_name: pulumi.Input[str]
    """The EKS cluster. Another one is another virtual cluster."""
    namespace: pulumi.Input[str]
    """The namespace, which must exist and let EMR in; it takes one virtual cluster. Another one is another."""
    tags: pulumi.Input[Mapping[str, pulumi.Input[str]]] = field(default_factory=dict[str, pulumi.Input[str]])
    """Tags, at most 50; job runs do not inherit them."""
    scheduler_configuration: SchedulerConfiguration | None = None
    """Limits of job runs; EMR's own by default."""
    drain_on_delete: pulumi.Input[bool] = False
    """Whether a delete cancels what lives in the virtual cluster; by default it refuses while anything does."""


class VirtualCluster(pulumi.CustomResource):
    """A virtual cluster; ready to take jobs once its outputs are known."""

    virtual_cluster_id: pulumi.Output[str]
    """EMR's id, which is also the resource's."""
    arn: pulumi.Output[str]
    """ARN of the virtual cluster."""
    state: pulumi.Output[str]
    """RUNNING; after a refresh also ARRESTED or TERMINATING."""

    def __init__(self, name: str, args: VirtualClusterArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        props = {
            "name": args.name,
            "clusterName": args.cluster_name,
            "namespace": args.namespace,
            "tags": args.tags,
            "schedulerConfiguration": _scheduler(args.scheduler_configuration),
            "drainOnDelete": args.drain_on_delete,
            "virtualClusterId": None,
            "arn": None,
            "state": None,
        }
        super().__init__("tenancy:index:VirtualCluster", name, props, opts)
        outputs = vars(self)
        self.virtual_cluster_id = outputs["virtualClusterId"]
        self.arn = outputs["arn"]
        self.state = outputs["state"]


def _scheduler(configuration: SchedulerConfiguration | None) -> dict[str, pulumi.Input[int]] | None:
    if configuration is None:
        return None
    limits = {
        "maxConcurrentJobRuns": configuration.max_concurrent_job_runs,
        "maxInQueueJobRuns": configuration.max_in_queue_job_runs,
    }
    return {name: limit for name, limit in limits.items() if limit is not None}
