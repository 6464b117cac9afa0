"""The platform layer: what all tenants of a cluster share; priorities, room kept free, the guard of admission."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from components.admission_guard import AdmissionGuard, AdmissionGuardArgs
from components.headroom import Headroom, HeadroomArgs
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
    guard = AdmissionGuard("admission", AdmissionGuardArgs(), options)
    # What waits for a class waits for the guard too: no tenant is without it.
    driver, executor, default = (
        pulumi.Output.all(each, guard.policy).apply(lambda values: values[0])
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
    return Platform(
        name=foundation.platform,
        admission_policy=guard.policy,
        driver_priority_class=driver,
        executor_priority_class=executor,
        default_priority_class=default,
        tenants_security_group_id=group.security_group_id,
    )
