"""Bucket policies are judged before a request reaches moto, which knows no conditions and would deny too much."""

from __future__ import annotations

from typing import Any

from moto.iam.access_control import PermissionResult  # pyright: ignore[reportMissingTypeStubs]
from moto.s3.models import FakeBucket  # pyright: ignore[reportMissingTypeStubs]


def _no_opinion(_bucket: Any, _action: str, _resource: str) -> Any:
    return PermissionResult.NEUTRAL


def install() -> None:
    """Change moto's S3."""
    FakeBucket.get_permission = _no_opinion  # pyright: ignore[reportAttributeAccessIssue]
