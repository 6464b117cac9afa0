"""What a person says about the audit trail and who hears of its alarms."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from emr.fault import Fault
from spec.retention import check_retention
from spec.storage import check_days

_MAIL = re.compile(r"[^@\s:/]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_SAMPLE = "security@example.com"


@dataclass(frozen=True, kw_only=True)
class AuditSpec:
    """The record of who did what, and the alarms on the calls that matter."""

    retention_days: int = 2557
    """Days that the audit bucket keeps what was recorded: seven years unless said."""
    log_retention_days: int = 365
    """Days that CloudWatch keeps its copy, on which the alarms work, one of CloudWatch's figures."""
    subscribers: tuple[str, ...] = ()
    """E-mail addresses and HTTPS addresses that get the alarms; each must confirm once. By default nobody."""
    allow_data_loss: bool = False
    """Whether destroying the stack may take the record and its key; the stack must allow it too."""


def protocol(subscriber: str) -> str:
    """The protocol by which SNS reaches a subscriber (SNS API reference, Subscribe)."""
    return "https" if subscriber.startswith("https://") else "email"


def check_audit(audit: AuditSpec) -> list[Fault]:
    """What is wrong with the audit trail, each fault under its key."""
    return [
        *(fault.within("retentionDays") for fault in check_days(audit.retention_days)),
        *(fault.within("logRetentionDays") for fault in check_retention(audit.log_retention_days)),
        *(
            fault.within(f"subscribers[{index}]")
            for index, subscriber in enumerate(audit.subscribers)
            for fault in _check_subscriber(subscriber, audit.subscribers[:index])
        ),
    ]


def _check_subscriber(subscriber: str, before: tuple[str, ...]) -> list[Fault]:
    if subscriber in before:
        return [_refused(subscriber, "SNS takes one subscription of an address", "nothing: take it out")]
    return [] if _MAIL.fullmatch(subscriber) else _check_address(subscriber)


def _check_address(subscriber: str) -> list[Fault]:
    try:
        address = urlsplit(subscriber)
        host = address.hostname
    except ValueError as error:
        return [_refused(subscriber, str(error), _SAMPLE)]
    if address.username or address.password:
        why = "stack files, logs and state would show the password"
        return [_refused(f"{address.scheme}://...@{host}", why, f"https://{host}{address.path}")]
    if address.scheme == "http" and host:
        why = "alarms say what an attacker would like to know, and would travel unencrypted"
        return [_refused(subscriber, why, subscriber.replace("http", "https", 1))]
    if subscriber.startswith("https://") and host and not re.search(r"\s", subscriber):
        return []
    return [_refused(subscriber, "SNS reaches people by these two", _SAMPLE)]


def _refused(given: str, why: str, write: str) -> Fault:
    allowed = "an e-mail address, or an address that begins with https:// and holds no user or password; each once"
    return Fault(given=repr(given), allowed=allowed, why=why, write=write)
