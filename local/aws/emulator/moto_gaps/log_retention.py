"""PutRetentionPolicy takes certain numbers of days only (CloudWatch Logs API reference)."""

from __future__ import annotations

from typing import Any

from moto.logs.exceptions import InvalidParameterException  # pyright: ignore[reportMissingTypeStubs]
from moto.logs.models import LogsBackend  # pyright: ignore[reportMissingTypeStubs]

DAYS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)
_PUT: Any = LogsBackend.put_retention_policy


def _put(self: Any, log_group_name: str, retention_in_days: Any) -> None:
    if int(retention_in_days) not in DAYS:
        allowed = ", ".join(map(str, DAYS))
        raise InvalidParameterException(
            constraint=f"Member must satisfy enum value set: [{allowed}]",
            parameter="retentionInDays",
            value=retention_in_days,
        )
    _PUT(self, log_group_name, retention_in_days)


def install() -> None:
    """Change moto's CloudWatch Logs."""
    LogsBackend.put_retention_policy = _put  # pyright: ignore[reportAttributeAccessIssue]
