"""DeleteSecurityGroup refuses a group that rules of others, endpoints or clusters refer to (EC2 API reference)."""

from __future__ import annotations

from typing import Any

from moto.ec2.exceptions import DependencyViolationError  # pyright: ignore[reportMissingTypeStubs]
from moto.ec2.models import EC2Backend  # pyright: ignore[reportMissingTypeStubs]

_DELETE: Any = EC2Backend.delete_security_group


def _delete(self: Any, name: str | None = None, group_id: str | None = None) -> None:
    if group_id and group_id in _referred_to(self):
        raise DependencyViolationError(f"resource {group_id} has a dependent object")
    _DELETE(self, name, group_id)


def _referred_to(backend: Any) -> set[str]:
    groups: list[Any] = [group for vpc in backend.groups.values() for group in vpc.values()]
    by_rules = {
        rule.source_group.get("GroupId")
        for group in groups
        for rule in (*group.ingress_rules, *group.egress_rules)
        if rule.source_group.get("GroupId") != group.id
    }
    by_endpoints = {
        group
        for endpoint in backend.vpc_end_points.values()
        if endpoint.state != "deleted"
        for group in endpoint.security_group_ids
    }
    return by_rules | by_endpoints


def install() -> None:
    """Change moto's EC2."""
    EC2Backend.delete_security_group = _delete  # pyright: ignore[reportAttributeAccessIssue]
