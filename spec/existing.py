"""What a stack builds on without having built it, by plain values: a network, a foundation or a platform."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from emr.fault import Fault
from spec.contracts import Foundation, Platform  # noqa: TC001 - what reads a stack's file resolves the fields
from spec.existing_foundation import check_existing_foundation
from spec.existing_network import ExistingNetworkSpec, check_existing_network, check_id

if TYPE_CHECKING:
    from collections.abc import Collection

    from spec.place import Place

_OF_FOUNDATION = ("network", "cluster", "storage", "audit")
_OF_PLATFORM = ("headroom", "capacity", "metadataPolicy")


@dataclass(frozen=True, kw_only=True)
class ExistingSpec:
    """What is there already; by default nothing."""

    network: ExistingNetworkSpec | None = None
    """A VPC, for a cluster of this stack."""
    foundation: Foundation[str] | None = None
    """A whole foundation: another stack's output of that name, or the like of a cluster that others made."""
    emr_access: Literal["present", "awsAuth", "accessEntry"] = "present"
    """How EMR gets into an existing cluster: as it does already, by an aws-auth entry that this stack adds, or by an
    access entry that EMR makes with the caller's rights."""
    platform: Platform[str] | None = None
    """What the tenants of that cluster share: another stack's output of that name."""


def check_existing(existing: ExistingSpec, described: Collection[str], place: Place) -> list[Fault]:
    """What is wrong with what is said to be there, each fault under its key.

    Args:
        existing: what is there already.
        described: the keys of the stack's file.
        place: platform, account and Region of the stack.
    """
    taken: dict[str, str] = {}
    if existing.network:
        taken["network"] = "network"
    if existing.foundation:
        taken |= dict.fromkeys(_OF_FOUNDATION, "foundation")
    if existing.platform:
        taken |= dict.fromkeys(_OF_PLATFORM, "platform")
    faults = [_both(key, part) for key, part in taken.items() if key in described]
    if existing.network:
        faults += [fault.within("network") for fault in check_existing_network(existing.network)]
    if existing.foundation:
        faults += [fault.within("foundation") for fault in check_existing_foundation(existing.foundation, place)]
    if existing.network and existing.foundation:
        faults.append(_network_of_foundation())
    if existing.platform:
        faults += _check_platform(existing)
    if existing.emr_access != "present" and not existing.foundation:
        faults.append(_access_to_nothing(existing.emr_access))
    return faults


def _both(key: str, part: str) -> Fault:
    return Fault(
        where=part,
        given=f"values, and {key} beside them",
        allowed="one of the two",
        why=f"{key} says what to build, and nothing of it is built where {part} is there already",
        write=f"nothing: take {key} out, or {part} here",
    )


def _network_of_foundation() -> Fault:
    why = "a foundation has its network in itself"
    write = "nothing: take network out"
    return Fault(
        where="network", given="values, and foundation beside them", allowed="one of the two", why=why, write=write
    )


def _access_to_nothing(access: str) -> Fault:
    return Fault(
        where="emrAccess",
        given=repr(access),
        allowed="present, unless foundation stands beside it",
        why="it is about an existing cluster; for one that this stack builds it is said under cluster",
        write="nothing: take it out",
    )


def _check_platform(existing: ExistingSpec) -> list[Fault]:
    platform, foundation = existing.platform, existing.foundation
    if platform is None:
        return []
    group = check_id(platform.tenants_security_group_id, "sg")
    return [
        *_of_foundation(platform, foundation),
        *(fault.within("platform.tenantsSecurityGroupId") for fault in group),
    ]


def _of_foundation(platform: Platform[str], foundation: Foundation[str] | None) -> list[Fault]:
    if foundation and platform.name == foundation.platform:
        return []
    if foundation is None:
        return [
            Fault(
                where="platform",
                given="values, and no foundation beside them",
                allowed="both",
                why="a platform is one of a cluster, and a cluster that is yet to be built has none",
                write="foundation: and its values beside it",
            )
        ]
    return [
        Fault(
            where="platform.name",
            given=repr(platform.name),
            allowed=foundation.platform,
            why="foundation and platform belong together",
            write=foundation.platform,
        )
    ]
