"""Puts everything in place."""

from __future__ import annotations

from local.aws.emulator.moto_gaps import (
    bucket_policies,
    ec2,
    kms_keys,
    log_retention,
    missing_operations,
    roles,
    security_groups,
    service_linked_roles,
)

_ALL = (
    bucket_policies,
    ec2,
    missing_operations,
    kms_keys,
    log_retention,
    roles,
    security_groups,
    service_linked_roles,
)


def install() -> None:
    """Change moto's classes; before the first request. Doing it again changes nothing."""
    for gap in _ALL:
        gap.install()
