"""Subscribe: people and web addresses confirm first, and pending until then (SNS API reference, Subscribe)."""

from __future__ import annotations

from typing import Any

from moto.sns.models import SNSBackend  # pyright: ignore[reportMissingTypeStubs]

_BACKEND: Any = SNSBackend
_SUBSCRIBE: Any = _BACKEND.subscribe
_CONFIRMED = frozenset({"sqs", "lambda", "firehose", "application", "sms"})


def _subscribe(self: Any, topic_arn: str, endpoint: str, protocol: str) -> Any:
    known = self._find_subscription(topic_arn, endpoint, protocol)
    subscription = _SUBSCRIBE(self, topic_arn, endpoint, protocol)
    if known is None and protocol not in _CONFIRMED:
        subscription.attributes |= {"PendingConfirmation": True, "ConfirmationWasAuthenticated": False}
    return subscription


def install() -> None:
    """Change moto's SNS."""
    _BACKEND.subscribe = _subscribe
