"""What a person says about the platform's buckets."""

from __future__ import annotations

from dataclasses import dataclass

from emr.fault import Fault


@dataclass(frozen=True, kw_only=True)
class StorageSpec:
    """The platform's own buckets: job logs, and what jobs are started from."""

    log_retention_days: int = 365
    """Days that the logs bucket keeps the logs of jobs."""
    noncurrent_days: int = 30
    """Days that what was deleted or overwritten in the buckets can still be brought back."""
    allow_data_loss: bool = False
    """Whether destroying the stack may take buckets, objects and keys; the stack must allow it too."""


def check_storage(storage: StorageSpec) -> list[Fault]:
    """What is wrong with the buckets, each fault under its key."""
    return [
        *(fault.within("logRetentionDays") for fault in check_days(storage.log_retention_days)),
        *(fault.within("noncurrentDays") for fault in check_days(storage.noncurrent_days)),
    ]


def check_days(days: int) -> list[Fault]:
    """What keeps a number of days from being one that a bucket's lifecycle takes."""
    if days > 0:
        return []
    return [
        Fault(
            given=str(days),
            allowed="1 or more",
            why="S3 refuses a lifecycle rule of no days: objects would expire as they come",
            write="1",
        )
    ]
