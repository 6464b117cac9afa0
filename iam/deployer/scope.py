"""What a deployer's statements are about: one platform, by its name and its tag."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from iam import names

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from iam.documents import Statement

TAG = "platform"
"""The tag that the stack's provider puts on everything, with the platform's name."""


@dataclass(frozen=True, kw_only=True)
class Scope:
    """A platform in an account and Region."""

    platform: str
    """Name of the platform."""
    account: str
    """AWS account, twelve digits."""
    region: str
    """AWS Region."""
    of_others: str | None = None
    """Name of the EKS cluster, where it was made by others; by default it has the platform's name."""

    @property
    def cluster(self) -> str:
        """Name of the EKS cluster."""
        return self.of_others or self.platform

    @property
    def cluster_arn(self) -> str:
        """ARN of the EKS cluster."""
        return self.arn("eks", f"cluster/{self.cluster}")

    @property
    def partition(self) -> str:
        """AWS partition of the Region."""
        return names.partition(self.region)

    def arn(self, service: str, resource: str) -> str:
        """ARN, or pattern of ARNs, of something in the account and Region."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"

    def iam_arn(self, resource: str) -> str:
        """ARN, or pattern of ARNs, of something of IAM."""
        return f"arn:{self.partition}:iam::{self.account}:{resource}"

    @property
    def roles(self) -> str:
        """Pattern of the ARNs of the platform's roles."""
        return self.iam_arn(f"role/{names.platform_role(self.platform, '*')}")

    @property
    def tagged(self) -> dict[str, Any]:
        """The condition that what is touched bears the platform's tag."""
        return {"StringEquals": {f"aws:ResourceTag/{TAG}": self.platform}}

    @property
    def tagging(self) -> dict[str, Any]:
        """The condition that what is made gets the platform's tag with its making."""
        return {"StringEquals": {f"aws:RequestTag/{TAG}": self.platform}}


def allow(
    sid: str,
    service: str,
    operations: Sequence[str],
    resource: str | Sequence[str],
    condition: Mapping[str, Mapping[str, Any]] | None = None,
) -> Statement:
    """A statement that allows some operations of a service."""
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Action": [f"{service}:{operation}" for operation in sorted(operations)],
        "Resource": resource if isinstance(resource, str) else list(resource),
        **({"Condition": condition} if condition else {}),
    }
