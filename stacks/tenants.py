"""The tenants layer: one component a tenant file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from components.tenant.dedicated_nodes import DedicatedNodes, DedicatedNodesArgs
from components.tenant.fargate import Fargate, FargateArgs
from components.tenant.peering import Peering, PeeringArgs
from components.tenant.tenant import Tenant, TenantArgs
from spec.fargate import PRIORITY_CLASS
from spec.place import Place
from spec.tenant_network import Ranges, peerings

if TYPE_CHECKING:
    from spec.contracts import Foundation, Platform, TenantContract
    from spec.tenant import TenantSpec
    from stacks.settings import Settings


def build(
    settings: Settings,
    foundation: Foundation[pulumi.Output[str]],
    platform: Platform[pulumi.Output[str]],
    providers: list[pulumi.ProviderResource],
) -> dict[str, TenantContract[pulumi.Output[str]]]:
    """Make the tenants of this stack on a foundation and a platform, by name."""
    place = Place(platform=foundation.platform, account=foundation.account, region=foundation.region)
    options = pulumi.ResourceOptions(providers=providers)
    ranges = Ranges(private=foundation.private_cidrs, pods=foundation.pod_cidrs, services=foundation.service_cidr)
    contracts = {
        tenant.name: Tenant(
            tenant.name,
            TenantArgs(
                spec=tenant,
                retain=not (settings.allow_data_loss and tenant.allow_data_loss),
                place=place,
                boundary=settings.boundary,
                logs_bucket=foundation.logs_bucket,
                logs_key_arn=foundation.logs_key_arn,
                artefacts_bucket=foundation.artefacts_bucket,
                data_key_arn=foundation.data_key_arn,
                priority_classes=_priority_classes(settings, tenant, foundation, platform, options),
                driver_priority_class=platform.driver_priority_class,
                spot=settings.capacity.spot,
                vpc_id=foundation.vpc_id,
                ranges=ranges,
                tenants_security_group_id=platform.tenants_security_group_id,
                event_bus=platform.event_bus,
                cluster_name=foundation.cluster_name,
                oidc_issuer=foundation.oidc_issuer,
                oidc_provider_arn=foundation.oidc_provider_arn,
            ),
            options,
        ).contract
        for tenant in settings.tenants
    }
    for one, other in peerings(settings.tenants):
        groups = {name: contracts[name].security_group_id for name in (one, other)}
        Peering(
            f"{one}--{other}",
            PeeringArgs(one=one, one_group_id=groups[one], other=other, other_group_id=groups[other]),
            options,
        )
    return contracts


def _priority_classes(
    settings: Settings,
    tenant: TenantSpec,
    foundation: Foundation[pulumi.Output[str]],
    platform: Platform[pulumi.Output[str]],
    options: pulumi.ResourceOptions,
) -> list[pulumi.Output[str]]:
    """Name the classes of a tenant's pods; known once its own nodes or its Fargate profile, if it has any, are there.

    So a tenant has gone before what its jobs run on.
    """
    classes = [platform.driver_priority_class, platform.executor_priority_class, platform.default_priority_class]
    if tenant.placement == "shared":
        return classes
    if tenant.placement == "fargate":
        return [_on_fargate(tenant, foundation, platform, options)]
    own = DedicatedNodes(
        f"{tenant.name}-nodes",
        DedicatedNodesArgs(
            tenant=tenant,
            spec=settings.capacity,
            zones=foundation.zones,
            node_class=platform.node_class,
        ),
        options,
    )
    return [pulumi.Output.all(each, own.ready).apply(lambda known: known[0]) for each in classes]


def _on_fargate(
    tenant: TenantSpec,
    foundation: Foundation[pulumi.Output[str]],
    platform: Platform[pulumi.Output[str]],
    options: pulumi.ResourceOptions,
) -> pulumi.Output[str]:
    """Name the one class that pods on Fargate have, known once a profile takes them and the guard holds."""
    own = Fargate(
        f"{tenant.name}-fargate",
        FargateArgs(
            tenant=tenant,
            place=Place(platform=foundation.platform, account=foundation.account, region=foundation.region),
            cluster_name=foundation.cluster_name,
            eks_cluster=foundation.cluster_arn.rpartition("/")[2],
            subnet_ids=foundation.private_subnet_ids,
        ),
        options,
    )
    return pulumi.Output.all(own.ready, platform.driver_priority_class).apply(lambda _: PRIORITY_CLASS)
