"""SetQueueAttributes: a queue keeps the policy that a call does not name, and has one kind of encryption at a time.

Source: SQS API reference, SetQueueAttributes. moto forgets a queue's policy with every change of something else and
does not tell RedriveAllowPolicy.
"""

from __future__ import annotations

from typing import Any

from moto.sqs.models import Queue  # pyright: ignore[reportMissingTypeStubs]

_Queue: Any = Queue
_set: Any = _Queue._set_attributes  # noqa: SLF001 - moto has no other place for it


def _set_attributes(self: Any, attributes: dict[str, Any], now: float | None = None) -> None:
    given = dict(attributes)
    if "Policy" not in given and hasattr(self, "_policy_json"):
        given["Policy"] = self.policy
    if given.get("KmsMasterKeyId"):
        given["SqsManagedSseEnabled"] = False
    elif str(given.get("SqsManagedSseEnabled")).lower() == "true":
        given["KmsMasterKeyId"] = None
    if given.get("RedriveAllowPolicy") == "":
        given["RedriveAllowPolicy"] = None
    _set(self, given, now)


def install() -> None:
    """Change moto's SQS; before the first request. A second time changes nothing."""
    _Queue._set_attributes = _set_attributes  # noqa: SLF001 - as above
    _Queue.redrive_allow_policy = None
    if "RedriveAllowPolicy" not in _Queue.BASE_ATTRIBUTES:
        _Queue.BASE_ATTRIBUTES = [*_Queue.BASE_ATTRIBUTES, "RedriveAllowPolicy"]
