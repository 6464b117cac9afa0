"""The Kubernetes namespace of a tenant, with what bounds its pods."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_kubernetes as kubernetes

from spec import admission
from spec.place import Place
from spec.sizes import SMALLEST_CONTAINER_CPU, SMALLEST_CONTAINER_MEMORY, Size, size_of
from spec.tenant import TenantSpec


@dataclass(frozen=True, kw_only=True)
class TenantNamespaceArgs:
    """Whose namespace it is."""

    tenant: TenantSpec
    """The tenant, with its size."""
    place: Place
    """Platform, account and Region: images and service accounts of EMR carry them in their names."""
    priority_classes: Sequence[pulumi.Input[str]]
    """Classes that the tenant's pods may name, known once the guard of admission holds."""


class TenantNamespace(pulumi.ComponentResource):
    """A namespace with its ResourceQuota and the one LimitRange it may have."""

    name: pulumi.Output[str]
    """Name of the namespace, known once quota and limits hold in it."""

    def __init__(self, name: str, args: TenantNamespaceArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenancy:index:TenantNamespace", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        namespace = kubernetes.core.v1.Namespace(
            f"{name}-namespace",
            metadata=kubernetes.meta.v1.ObjectMetaArgs(
                name=args.tenant.namespace,
                labels=labels(args.tenant),
                annotations={
                    **admission.annotations_of(admission.of_tenant(args.tenant, args.place)),
                    admission.PRIORITY_CLASSES: pulumi.Output.all(*args.priority_classes).apply(",".join),
                },
            ),
            opts=child,
        )
        # Known in a preview too, and only after the namespace is there.
        placed = namespace.urn.apply(lambda _: args.tenant.namespace)
        size = size_of(args.tenant.size, args.tenant.quota)
        quota = _quota(f"{name}-quota", placed, size, child)
        limits = _limits(f"{name}-limits", placed, size, child)
        self.name = pulumi.Output.all(placed, quota.urn, limits.urn).apply(lambda values: values[0])
        self.register_outputs({"name": self.name})


def labels(tenant: TenantSpec) -> dict[str, str]:
    """Labels of a tenant's namespace.

    `nsname` is what the source document's NetworkPolicy selects namespaces by. Pod Security refuses what reaches the
    node (host paths, host network, privileged containers), and warns of what is less than restricted.
    """
    return {
        "nsname": tenant.namespace,
        "tenant": tenant.name,
        "owner": tenant.owner,
        "cost-centre": tenant.cost_centre,
        admission.LABEL: "true",
        "pod-security.kubernetes.io/enforce": "baseline",
        "pod-security.kubernetes.io/warn": "restricted",
        "pod-security.kubernetes.io/audit": "restricted",
    }


def _quota(
    name: str, namespace: pulumi.Output[str], size: Size, opts: pulumi.ResourceOptions
) -> kubernetes.core.v1.ResourceQuota:
    return kubernetes.core.v1.ResourceQuota(
        name,
        metadata=kubernetes.meta.v1.ObjectMetaArgs(name="compute-resources", namespace=namespace),
        spec=kubernetes.core.v1.ResourceQuotaSpecArgs(
            hard={
                "requests.cpu": size.requests_cpu,
                "requests.memory": size.requests_memory,
                "limits.cpu": size.limits_cpu,
                "limits.memory": size.limits_memory,
            }
        ),
        opts=opts,
    )


def _limits(
    name: str, namespace: pulumi.Output[str], size: Size, opts: pulumi.ResourceOptions
) -> kubernetes.core.v1.LimitRange:
    """Make the one LimitRange: with two, Kubernetes would take either's defaults.

    The default limit is the maximum, because Spark names no CPU limit: the source document's default of 500m would
    refuse every pod that requests a whole CPU.
    """
    greatest = {"cpu": size.container_cpu, "memory": size.container_memory}
    return kubernetes.core.v1.LimitRange(
        name,
        metadata=kubernetes.meta.v1.ObjectMetaArgs(name="container-limits", namespace=namespace),
        spec=kubernetes.core.v1.LimitRangeSpecArgs(
            limits=[
                kubernetes.core.v1.LimitRangeItemArgs(
                    type="Container",
                    max=greatest,
                    min={"cpu": SMALLEST_CONTAINER_CPU},
                    default=greatest,
                    default_request={"cpu": SMALLEST_CONTAINER_CPU, "memory": SMALLEST_CONTAINER_MEMORY},
                )
            ]
        ),
        opts=opts,
    )
