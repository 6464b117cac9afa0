"""Metric filters: one of a name in a log group that exists, gone with it (CloudWatch Logs API, PutMetricFilter)."""

from __future__ import annotations

from typing import Any

from moto.logs.exceptions import ResourceNotFoundException  # pyright: ignore[reportMissingTypeStubs]
from moto.logs.models import LogsBackend  # pyright: ignore[reportMissingTypeStubs]

_BACKEND: Any = LogsBackend
_NOT_FOUND: Any = ResourceNotFoundException
_PUT: Any = _BACKEND.put_metric_filter
_DELETE_GROUP: Any = _BACKEND.delete_log_group


def _put(self: Any, filter_name: str, filter_pattern: str, log_group_name: str, metric_transformations: Any) -> None:
    if log_group_name not in self.groups:
        raise _NOT_FOUND
    _forget(self, log_group_name, filter_name)
    _PUT(self, filter_name, filter_pattern, log_group_name, metric_transformations)


def _delete(self: Any, filter_name: str, log_group_name: str) -> None:
    if not _forget(self, log_group_name, filter_name):
        raise _NOT_FOUND


def _delete_group(self: Any, log_group_name: str) -> None:
    _DELETE_GROUP(self, log_group_name)
    _forget(self, log_group_name)


def _forget(self: Any, log_group_name: str, filter_name: str | None = None) -> bool:
    """Forget one filter of a log group, or all of them; say whether there was any."""
    known: list[dict[str, Any]] = self.filters.metric_filters
    gone = [
        each for each in known if each["logGroupName"] == log_group_name and filter_name in (None, each["filterName"])
    ]
    for each in gone:
        known.remove(each)  # in place: another request may add one at the same moment
    return bool(gone)


def install() -> None:
    """Change moto's CloudWatch Logs."""
    _BACKEND.put_metric_filter = _put
    _BACKEND.delete_metric_filter = _delete
    _BACKEND.delete_log_group = _delete_group
