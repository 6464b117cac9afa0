"""Labels and taints of the nodes that carry jobs: the same whoever makes the nodes.

Pod templates choose nodes by the labels and tolerate the taints; the guard of admission says which of them a tenant
may name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

_PREFIX = "nodes.tenancy"

CapacityType = Literal["on-demand", "spot"]
"""How EC2 sells a node."""

POOL = f"{_PREFIX}/pool"
"""Label: what the node is for, `drivers` or `executors`."""
CAPACITY_TYPE = f"{_PREFIX}/capacity-type"
"""Label: `on-demand` or `spot`."""
TENANT = f"{_PREFIX}/tenant"
"""Label and key of the taint of nodes that are one tenant's; its value is the tenant's name."""
SPOT = f"{_PREFIX}/spot"
"""Key of the taint of spot nodes; its value is `true`."""

DRIVERS = "drivers"
"""The pool whose loss would lose jobs: on-demand always."""
EXECUTORS = "executors"
"""The pool of what a job can lose and make again."""
POOLS = (DRIVERS, EXECUTORS)
"""All pools."""


@dataclass(frozen=True, kw_only=True)
class Taint:
    """What keeps pods off a node that do not tolerate it; it evicts none that is there."""

    key: str
    """Its key."""
    value: str
    """Its value."""
    effect: str = "NoSchedule"
    """What it does to pods without the toleration."""

    @property
    def text(self) -> str:
        """As `kubectl taint` and the guard of admission write it."""
        return f"{self.key}={self.value}:{self.effect}"


SPOT_TAINT = Taint(key=SPOT, value="true")
"""The taint of spot nodes: only what can be interrupted tolerates it."""


def tenant_taint(tenant: str) -> Taint:
    """The taint of a dedicated tenant's nodes."""
    return Taint(key=TENANT, value=tenant)


@dataclass(frozen=True, kw_only=True)
class Pool:
    """Nodes of one kind."""

    name: str
    """Name of the pool, and of the NodePool."""
    purpose: str
    """`drivers` or `executors`."""
    capacity_type: CapacityType
    """How EC2 sells its nodes."""
    tenant: str = ""
    """The tenant whose nodes they are; empty for nodes that all share."""

    @property
    def labels(self) -> dict[str, str]:
        """Labels of its nodes."""
        own = {TENANT: self.tenant} if self.tenant else {}
        return {POOL: self.purpose, CAPACITY_TYPE: self.capacity_type, **own}

    @property
    def taints(self) -> tuple[Taint, ...]:
        """Taints of its nodes."""
        own = (tenant_taint(self.tenant),) if self.tenant else ()
        return (SPOT_TAINT, *own) if self.capacity_type == "spot" else own


def pools(*, spot: bool, tenant: str = "") -> tuple[Pool, Pool]:
    """The two pools of the platform, or of a dedicated tenant: drivers, and executors on spot if they may be."""
    prefix = f"{tenant}-" if tenant else ""
    return (
        Pool(name=f"{prefix}{DRIVERS}", purpose=DRIVERS, capacity_type="on-demand", tenant=tenant),
        Pool(
            name=f"{prefix}{EXECUTORS}",
            purpose=EXECUTORS,
            capacity_type="spot" if spot else "on-demand",
            tenant=tenant,
        ),
    )
