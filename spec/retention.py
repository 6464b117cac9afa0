"""How long logs are kept."""

from __future__ import annotations

from emr.fault import Fault

RETENTION_DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)
"""The numbers of days that CloudWatch Logs offers (API reference, PutRetentionPolicy)."""


def check_retention(days: int) -> list[Fault]:
    """What keeps a number of days from being a retention that CloudWatch Logs knows."""
    if days in RETENTION_DAYS:
        return []
    return [
        Fault(
            given=str(days),
            allowed=", ".join(map(str, RETENTION_DAYS)),
            why="CloudWatch Logs keeps logs for these numbers of days only",
            write=str(min(RETENTION_DAYS, key=lambda known: abs(known - days))),
        )
    ]
