"""The cluster side of job runs and the Spark they run, as a test wants them to be."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from local.aws.emulator.emr_containers.workload import Observation


class FakeWorkload:
    """Does nothing in any cluster; says of every run what the test put into `seen`."""

    def __init__(self) -> None:
        self.submitted: list[tuple[str, int]] = []
        """Id and attempt of each submission."""
        self.seen: dict[str, Observation] = {}
        self.otherwise = Observation(phase="submitting")
        """What is seen of a run that `seen` does not name."""
        self.refusal: Exception | None = None
        """What a submission meets."""
        self.trouble: Exception | None = None
        """What every other question meets."""
        self.removed: list[str] = []
        self.leaves = False
        """Whether a removal leaves something."""

    def submit(self, _api: Any, job: Any) -> None:
        if self.refusal:
            raise self.refusal
        self.submitted.append((job.id, job.attempt))

    def observe(self, _api: Any, job: Any) -> Observation:
        if self.trouble:
            raise self.trouble
        return self.seen.get(job.id, self.otherwise)

    def remove(self, _api: Any, job: Any) -> bool:
        if self.trouble:
            raise self.trouble
        self.removed.append(job.id)
        return not self.leaves

    def every(self, phase: Any, details: str = "", reason: str = "") -> None:
        """Let every run be seen like this; one that is past submission with a driver that started just now."""
        started = None if phase in ("submitting", "gone") else datetime.now(UTC)
        self.otherwise = Observation(phase=phase, details=details, failure_reason=reason, driver_started=started)


class FakeSpark:
    """Spark that is there, or not, or cannot be had."""

    def __init__(self) -> None:
        self.there = True
        self.failure: Exception | None = None

    def ready(self, _background: Any, _since: datetime) -> bool:
        if self.failure:
            raise self.failure
        return self.there
