"""A tenant, as its team writes it down."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from spec.sizes import QuotaSpec, SizeName


@dataclass(frozen=True, kw_only=True)
class JobRoleSpec:
    """A role as which the tenant's jobs may run, and the data it opens."""

    name: str
    """Last part of the role's name: up to 8 lower-case letters and digits."""
    read: tuple[str, ...] = ()
    """S3 prefixes whose objects jobs may read; by default none."""
    write: tuple[str, ...] = ()
    """S3 prefixes whose objects jobs may read, write and delete; by default none."""


@dataclass(frozen=True, kw_only=True)
class TenantSpec:
    """A data team's place on the platform."""

    name: str
    """The team's short name: its namespace, part of its roles' names, and the name of its file."""
    owner: str
    """Who answers for the tenant; a label and a tag."""
    cost_centre: str
    """Who pays; a label and a tag."""
    stack: str
    """The stack that holds the tenant; chosen once, when the tenant is added."""
    size: SizeName = "small"
    """How much of the cluster it may use; small unless said."""
    quota: QuotaSpec = field(default_factory=QuotaSpec)
    """Figures that differ from the size's."""
    placement: Literal["shared", "dedicated"] = "shared"
    """Whose nodes its pods run on: those that all share, or nodes that no other tenant's pods come to."""
    log_retention_days: int = 90
    """Days that CloudWatch keeps the logs of the tenant's jobs, one of its figures."""
    allow_data_loss: bool = False
    """Whether removing the tenant may take its logs; the stack must allow it too."""
    registries: tuple[str, ...] = ()
    """Registries, or parts of them, that its images may come from beside EMR's; by default no other."""
    roles: tuple[JobRoleSpec, ...] = (JobRoleSpec(name="job"),)
    """The roles of its jobs, one trust domain; by default one named `job` without data."""

    @property
    def namespace(self) -> str:
        """The Kubernetes namespace of the tenant."""
        return self.name

    @property
    def tags(self) -> dict[str, str]:
        """AWS tags of what belongs to the tenant."""
        return {"tenant": self.name, "owner": self.owner, "cost-centre": self.cost_centre}
