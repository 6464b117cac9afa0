"""The Kubernetes namespace of a tenant, with what bounds its pods."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_kubernetes as kubernetes

from components.tenant import quotas
from spec import admission
from spec.place import Place
from spec.sizes import size_of
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
    driver_priority_class: pulumi.Input[str]
    """The class of drivers, of which a quota of its own bounds the pods."""


class TenantNamespace(pulumi.ComponentResource):
    """A namespace with its quotas and the one LimitRange it may have."""

    name: pulumi.Output[str]
    """Name of the namespace, known once quotas and limits hold in it."""

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
        bounds: list[pulumi.Resource] = [
            quotas.quota(f"{name}-quota", placed, size, child),
            quotas.limits(f"{name}-limits", placed, size, child),
        ]
        if args.tenant.placement != "fargate":  # there pods have no class of drivers, and push out none
            drivers = f"{name}-drivers-quota"
            bounds.append(quotas.drivers_quota(drivers, placed, size, args.driver_priority_class, child))
        self.name = pulumi.Output.all(placed, *(each.urn for each in bounds)).apply(lambda values: values[0])
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
