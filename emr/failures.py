"""What an error of a job run means: from its text to its causes and their remedies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emr.cluster_failures import CLUSTER_FAILURES
from emr.service_failures import SERVICE_FAILURES

if TYPE_CHECKING:
    from emr.failure import Failure

FAILURES = (*SERVICE_FAILURES, *CLUSTER_FAILURES)
"""Everything that is known."""


def explain(text: str) -> tuple[Failure, ...]:
    """The failures that a text tells of: an answer, a job run's stateDetails, an event or a log; empty if none."""
    line = " ".join(text.split())
    return tuple(failure for failure in FAILURES if failure.pattern.search(line))
