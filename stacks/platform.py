"""The platform layer: what all tenants of a cluster share; nodes, priorities, room kept free, admission."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from components.admission_guard import AdmissionGuard, AdmissionGuardArgs
from components.capacity import Capacity, CapacityArgs
from components.event_bus import EventBus, EventBusArgs
from components.headroom import Headroom, HeadroomArgs
from components.metadata_policy import MetadataPolicy, MetadataPolicyArgs
from components.priority_classes import PriorityClasses, PriorityClassesArgs
from components.tenants_security_group import TenantsSecurityGroup, TenantsSecurityGroupArgs
from spec.contracts import Platform
from spec.place import Place

if TYPE_CHECKING:
    from spec.contracts import Foundation
    from stacks.settings import Settings


def build(
    settings: Settings,
    foundation: Foundation[pulumi.Output[str]],
    providers: list[pulumi.ProviderResource],
) -> Platform[pulumi.Output[str]]:
    """Make the platform of this stack on a foundation."""
    place = Place(platform=foundation.platform, account=foundation.account, region=foundation.region)
    options = pulumi.ResourceOptions(providers=providers)
    classes = PriorityClasses("priority", PriorityClassesArgs(), options)
    Headroom(
        "headroom",
        HeadroomArgs(spec=settings.headroom, place=place, priority_class=classes.headroom),
        options,
    )
    if settings.metadata_policy:
        MetadataPolicy("metadata", MetadataPolicyArgs(), options)
    guard = AdmissionGuard("admission", AdmissionGuardArgs(), options)
    capacity = _capacity(settings, foundation, place, options)
    # What waits for a class waits for guard and nodes too: no tenant is without the guard, and none loses its nodes
    # before it has gone.
    driver, executor, default = (
        pulumi.Output.all(each, guard.policy, capacity.ready).apply(lambda values: values[0])
        for each in (classes.driver, classes.executor, classes.default)
    )
    group = TenantsSecurityGroup(
        "tenants",
        TenantsSecurityGroupArgs(
            place=place,
            vpc_id=foundation.vpc_id,
            cluster_security_group_id=foundation.cluster_security_group_id,
            endpoints_security_group_id=foundation.endpoints_security_group_id,
            prefix_list_ids=foundation.gateway_prefix_list_ids,
        ),
        options,
    )
    events = EventBus("events", EventBusArgs(place=place), options)
    return Platform(
        name=foundation.platform,
        admission_policy=guard.policy,
        driver_priority_class=driver,
        executor_priority_class=executor,
        default_priority_class=default,
        node_class=capacity.node_class,
        tenants_security_group_id=group.security_group_id,
        event_bus=events.name,
    )


def _capacity(
    settings: Settings, foundation: Foundation[pulumi.Output[str]], place: Place, options: pulumi.ResourceOptions
) -> Capacity:
    """Make the nodes that carry jobs, once the cluster's own nodes and add-ons are there."""
    network = settings.network
    return Capacity(
        "capacity",
        CapacityArgs(
            spec=settings.capacity,
            place=place,
            kubernetes_version=settings.cluster.kubernetes_version,
            cluster_name=pulumi.Output.all(foundation.cluster_name, foundation.cluster_security_group_id).apply(
                lambda known: known[0]
            ),
            subnet_ids=foundation.private_subnet_ids,
            zones=foundation.zones,
            security_group_id=foundation.cluster_security_group_id,
            isolated=network.nat == "none",
            mirror=settings.mirror,
        ),
        options,
    )
