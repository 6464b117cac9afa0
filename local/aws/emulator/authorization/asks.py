"""What a call asks for, in the terms of IAM."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from iam.evaluation import Document


@dataclass(frozen=True, kw_only=True)
class Ask:
    """One action on one resource; a call needs all that it asks for."""

    action: str
    """Such as `s3:GetObject`."""
    resource: str
    """ARN, `*` for an action without resources."""
    context: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Condition keys of the service, beside those that every call has."""
    owner: str = ""
    """The account that owns the resource; empty for the caller's own."""
    policy: Document | None = None
    """The policy that hangs on the resource; None without one."""
    policy_rules: bool = False
    """Identity policies count only as far as the resource's policy lets them, as for KMS keys."""


class UnknownActionError(Exception):
    """The tables know no action for a call: it is refused, by the name it has here."""
