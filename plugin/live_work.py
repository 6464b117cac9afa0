"""What runs in a virtual cluster and would be lost with it: job runs and interactive endpoints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_JOB_STATES = ("PENDING", "SUBMITTED", "RUNNING", "CANCEL_PENDING")
_ENDPOINT_STATES = ("CREATING", "ACTIVE", "TERMINATING")
_ENDING = ("CANCEL_PENDING", "TERMINATING")
_SHOWN = 10


@dataclass(frozen=True, kw_only=True)
class LiveWork:
    """One job run or endpoint that has not ended."""

    kind: str
    """`job run` or `interactive endpoint`."""
    id: str
    """EMR's id."""
    name: str
    """The user's name for it; may be empty for a job run."""
    state: str
    """EMR's state."""

    def __str__(self) -> str:
        return f"{self.kind} {self.id} {self.name} ({self.state})".replace("  ", " ")


def find(emr: Any, virtual_cluster_id: str) -> list[LiveWork]:
    """All that lives in the virtual cluster."""
    jobs = _pages(emr, "list_job_runs", "jobRuns", virtualClusterId=virtual_cluster_id, states=list(_JOB_STATES))
    endpoints = _pages(
        emr,
        "list_managed_endpoints",
        "endpoints",
        virtualClusterId=virtual_cluster_id,
        states=list(_ENDPOINT_STATES),
    )
    return [_work("job run", one) for one in jobs] + [_work("interactive endpoint", one) for one in endpoints]


def end(emr: Any, virtual_cluster_id: str, works: list[LiveWork]) -> None:
    """Ask EMR to end them; those that are ending are left to it."""
    for work in works:
        if work.state not in _ENDING:
            stop = emr.cancel_job_run if work.kind == "job run" else emr.delete_managed_endpoint
            stop(id=work.id, virtualClusterId=virtual_cluster_id)


def listing(works: list[LiveWork]) -> str:
    """The first of them, and how many more there are."""
    rest = len(works) - _SHOWN
    return ", ".join(str(work) for work in works[:_SHOWN]) + (f" and {rest} more" if rest > 0 else "")


def _work(kind: str, one: dict[str, Any]) -> LiveWork:
    return LiveWork(kind=kind, id=one["id"], name=one.get("name", ""), state=one["state"])


def _pages(emr: Any, operation: str, key: str, **parameters: Any) -> Iterator[dict[str, Any]]:
    for page in emr.get_paginator(operation).paginate(**parameters):
        yield from page[key]
