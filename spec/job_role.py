"""A role as which jobs run, and what it opens, as a tenant's file says it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Credentials = Literal["irsa", "podIdentity", "both"]
"""How a role's credentials reach its pods: IAM roles for service accounts, EKS Pod Identity, or either."""


@dataclass(frozen=True, kw_only=True)
class GlueSpec:
    """Databases and tables of the Glue Data Catalog of the platform's account and Region, by default none.

    `sales` is a database with all its tables, `sales.orders` one table of it.
    """

    read: tuple[str, ...] = ()
    """Databases and tables whose metadata jobs may read."""
    write: tuple[str, ...] = ()
    """Databases and tables whose tables and partitions jobs may also create, change and delete."""


@dataclass(frozen=True, kw_only=True)
class DynamodbSpec:
    """DynamoDB tables of the platform's account and Region, by name, by default none."""

    read: tuple[str, ...] = ()
    """Tables whose items jobs may read."""
    write: tuple[str, ...] = ()
    """Tables whose items jobs may also put, change and delete."""


@dataclass(frozen=True, kw_only=True)
class KeysSpec:
    """KMS keys of what the role opens, by ARN, by default none; the platform's own keys need not be named."""

    decrypt: tuple[str, ...] = ()
    """Keys of data that jobs only read."""
    encrypt: tuple[str, ...] = ()
    """Keys of data that jobs also write."""


@dataclass(frozen=True, kw_only=True)
class StatementSpec:
    """A statement of the role's policy that no other key can say."""

    name: str
    """Its Sid: letters and digits."""
    actions: tuple[str, ...]
    """IAM actions, each written out, such as cloudwatch:PutMetricData."""
    resources: tuple[str, ...]
    """ARNs of what the actions are allowed on; `*` needs a reason."""
    conditions: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict[str, dict[str, tuple[str, ...]]])
    """Condition operators, each with keys and the list of their values; by default no condition."""
    reason: str = ""
    """Why a resource is `*`; it has no other effect."""


@dataclass(frozen=True, kw_only=True)
class JobRoleSpec:
    """A role as which the tenant's jobs may run, and the data it opens."""

    name: str
    """Last part of the role's name: up to 8 lower-case letters and digits."""
    read: tuple[str, ...] = ()
    """S3 prefixes whose objects jobs may read; by default none."""
    write: tuple[str, ...] = ()
    """S3 prefixes whose objects jobs may read, write and delete; by default none."""
    glue: GlueSpec = GlueSpec()
    """Databases and tables of the Glue Data Catalog; by default none."""
    dynamodb: DynamodbSpec = DynamodbSpec()
    """DynamoDB tables; by default none."""
    keys: KeysSpec = KeysSpec()
    """KMS keys that encrypt the data; by default none."""
    secrets: tuple[str, ...] = ()
    """Secrets of Secrets Manager that jobs may read, by name or ARN; by default none."""
    assume: tuple[str, ...] = ()
    """Roles of other accounts that jobs may become, by ARN; by default none."""
    statements: tuple[StatementSpec, ...] = ()
    """Statements that no other key can say; by default none."""
    credentials: Credentials = "irsa"
    """How credentials reach the pods; Pod Identity takes release emr-7.3.0 or later, and nodes that are no Fargate."""
    trust_domain: str = "tenant"
    """Who shares the role's trust; all roles of a tenant must say the same, since its jobs can reach each of them."""

    @property
    def by_web_identity(self) -> bool:
        """Whether the cluster's OIDC provider may vouch for the role's pods."""
        return self.credentials != "podIdentity"

    @property
    def by_pod_identity(self) -> bool:
        """Whether EKS Pod Identity hands the role to its pods."""
        return self.credentials != "irsa"
