"""What a person says about the room that is kept free for jobs."""

from __future__ import annotations

from dataclasses import dataclass

from emr.fault import Fault
from spec.quantities import check_quantity

NAMESPACE = "tenancy-headroom"
"""Namespace of the pods that keep room free; longer than any tenant's name may be."""
_MOST = 1000


@dataclass(frozen=True, kw_only=True)
class HeadroomSpec:
    """Pods that do nothing, spread over the zones, and give way to real work at once."""

    count: int = 3
    """Number of pods; one for each zone unless said, and with 0 no room is kept."""
    cpu: str = "1"
    """CPUs that each keeps free."""
    memory: str = "4Gi"
    """Memory that each keeps free."""


def check_headroom(headroom: HeadroomSpec) -> list[Fault]:
    """What is wrong with the headroom, each fault under its key."""
    faults = [fault.within("cpu") for fault in check_quantity(headroom.cpu, "cpu")]
    faults += [fault.within("memory") for fault in check_quantity(headroom.memory, "memory")]
    if not 0 <= headroom.count <= _MOST:
        faults.append(
            Fault(
                where="count",
                given=str(headroom.count),
                allowed=f"0 to {_MOST}",
                why="it is a number of pods, and each of them is paid for as the nodes that it takes",
                write=str(max(0, min(headroom.count, _MOST))),
            )
        )
    return faults
