"""What bounds the pods of a tenant: its quotas and the one LimitRange of its namespace."""

import pulumi
import pulumi_kubernetes as kubernetes

from spec.job_bounds import QUOTA
from spec.sizes import SMALLEST_CONTAINER_CPU, SMALLEST_CONTAINER_DISK, SMALLEST_CONTAINER_MEMORY, Size


def quota(
    name: str, namespace: pulumi.Input[str], size: Size, opts: pulumi.ResourceOptions
) -> kubernetes.core.v1.ResourceQuota:
    """Bound what all pods together ask for, and what ended jobs leave behind.

    Counts of pods and volumes are of those in use; counts of the other objects are of all there are (Kubernetes,
    "Resource Quotas").
    """
    hard = {
        "requests.cpu": size.requests_cpu,
        "requests.memory": size.requests_memory,
        "requests.ephemeral-storage": size.requests_ephemeral_storage,
        "limits.cpu": size.limits_cpu,
        "limits.memory": size.limits_memory,
        "limits.ephemeral-storage": size.limits_ephemeral_storage,
        "requests.storage": size.volume_storage,
        "persistentvolumeclaims": str(size.volumes),
        "pods": str(size.pods),
        "count/jobs.batch": str(size.jobs),
        "count/configmaps": str(size.config_maps),
        "count/services": str(size.services),
        "count/secrets": str(size.secrets),
    }
    return kubernetes.core.v1.ResourceQuota(
        name,
        metadata=_named(QUOTA, namespace),
        spec=kubernetes.core.v1.ResourceQuotaSpecArgs(hard=hard),
        opts=opts,
    )


def drivers_quota(
    name: str,
    namespace: pulumi.Input[str],
    size: Size,
    priority_class: pulumi.Input[str],
    opts: pulumi.ResourceOptions,
) -> kubernetes.core.v1.ResourceQuota:
    """Bound the pods of the drivers' class, which push out other tenants' executors when the cluster is full."""
    hard = {
        "pods": str(size.drivers),
        "requests.cpu": size.drivers_cpu,
        "requests.memory": size.drivers_memory,
    }
    scope = kubernetes.core.v1.ScopeSelectorArgs(
        match_expressions=[
            kubernetes.core.v1.ScopedResourceSelectorRequirementArgs(
                scope_name="PriorityClass", operator="In", values=[priority_class]
            )
        ]
    )
    return kubernetes.core.v1.ResourceQuota(
        name,
        metadata=_named("drivers", namespace),
        spec=kubernetes.core.v1.ResourceQuotaSpecArgs(hard=hard, scope_selector=scope),
        opts=opts,
    )


def limits(
    name: str, namespace: pulumi.Input[str], size: Size, opts: pulumi.ResourceOptions
) -> kubernetes.core.v1.LimitRange:
    """Make the one LimitRange: with two, Kubernetes would take either's defaults.

    The default limit is the maximum, because Spark names no CPU limit: the source document's default of 500m would
    refuse every pod that requests a whole CPU.
    """
    greatest = {
        "cpu": size.container_cpu,
        "memory": size.container_memory,
        "ephemeral-storage": size.container_ephemeral_storage,
    }
    least = {
        "cpu": SMALLEST_CONTAINER_CPU,
        "memory": SMALLEST_CONTAINER_MEMORY,
        "ephemeral-storage": SMALLEST_CONTAINER_DISK,
    }
    return kubernetes.core.v1.LimitRange(
        name,
        metadata=_named("container-limits", namespace),
        spec=kubernetes.core.v1.LimitRangeSpecArgs(
            limits=[
                kubernetes.core.v1.LimitRangeItemArgs(
                    type="Container",
                    max=greatest,
                    min={"cpu": SMALLEST_CONTAINER_CPU},
                    default=greatest,
                    default_request=least,
                )
            ]
        ),
        opts=opts,
    )


def _named(name: str, namespace: pulumi.Input[str]) -> kubernetes.meta.v1.ObjectMetaArgs:
    return kubernetes.meta.v1.ObjectMetaArgs(name=name, namespace=namespace)
