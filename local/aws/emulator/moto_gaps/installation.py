"""Puts everything in place."""

from __future__ import annotations

from local.aws.emulator.moto_gaps import (
    bucket_policies,
    ec2,
    encrypted_logs,
    event_buses,
    instance_profiles,
    kms_keys,
    log_retention,
    metric_filters,
    missing_operations,
    networks,
    node_images,
    queues,
    roles,
    security_groups,
    service_linked_roles,
    subscriptions,
    trails,
)

_ALL = (
    bucket_policies,
    ec2,
    missing_operations,
    networks,
    kms_keys,
    log_retention,
    roles,
    security_groups,
    service_linked_roles,
    encrypted_logs,
    metric_filters,
    subscriptions,
    trails,
    queues,
    event_buses,
    node_images,
    instance_profiles,
)


def install() -> None:
    """Change moto's classes; before the first request. Doing it again changes nothing."""
    for gap in _ALL:
        gap.install()
