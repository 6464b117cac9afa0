"""Which changes of its job runs a tenant hears of, and the event patterns that choose them.

Source: EMR on EKS Development Guide, "Monitor jobs with Amazon CloudWatch Events". Its sample pattern names no source,
and so matches what anybody puts onto the bus under that detail type; ours names EMR.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from emr.fault import Fault

SOURCE = "aws.emr-containers"
"""The source of EMR on EKS's events."""
STATE_CHANGE = "EMR Job Run State Change"
"""The detail type of an event about the state of a job run."""
STATES = ("SUBMITTED", "RUNNING", "CANCELLED", "FAILED", "COMPLETED")
"""The states that EMR tells; neither PENDING nor CANCEL_PENDING is among them."""


@dataclass(frozen=True, kw_only=True)
class EventsSpec:
    """What a tenant hears of its job runs. Delivery is best effort and unordered: DescribeJobRun knows the truth."""

    states: tuple[str, ...] = ("FAILED", "CANCELLED", "COMPLETED")
    """States whose beginning is told; by default those in which a run ends."""


def check_events(spec: EventsSpec) -> list[Fault]:
    """What is wrong with the states."""
    allowed = ", ".join(STATES)
    if not spec.states:
        return [
            Fault(
                where="states",
                given="[]",
                allowed=f"one or more of {allowed}",
                why="a rule of EventBridge whose list is empty matches nothing",
                write="the states to hear of, or nothing at all for those in which a run ends",
            )
        ]
    faults: list[Fault] = []
    for index, state in enumerate(spec.states):
        if state not in STATES:
            why, write = "EMR on EKS tells of no other state", "one of the states that are told"
        elif state in spec.states[:index]:
            why, write = "it is there already", "each state once"
        else:
            continue
        faults.append(Fault(where=f"states[{index}]", given=state, allowed=allowed, why=why, write=write))
    return faults


def of_all() -> dict[str, Any]:
    """The pattern of the events that go from the default bus to the platform's own: all of EMR on EKS."""
    return {"source": [SOURCE]}


def of_tenant(spec: EventsSpec, virtual_cluster_id: str) -> dict[str, Any]:
    """The pattern of the events of one tenant's job runs."""
    return {
        "source": [SOURCE],
        "detail-type": [STATE_CHANGE],
        "detail": {"virtualClusterId": [virtual_cluster_id], "state": list(spec.states)},
    }
