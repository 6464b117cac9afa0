from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spec.audit import AuditSpec, check_audit, protocol
from spec.storage import StorageSpec, check_storage


def faults(audit: AuditSpec) -> list[tuple[str, str]]:
    return [(fault.where, fault.write) for fault in check_audit(audit)]


def test_the_defaults_are_accepted_and_keep_what_they_hold() -> None:
    assert check_audit(AuditSpec()) == []
    assert check_storage(StorageSpec()) == []
    assert not AuditSpec().allow_data_loss
    assert not StorageSpec().allow_data_loss


@pytest.mark.parametrize("days", [0, -1])
def test_a_bucket_keeps_for_a_day_at_least(days: int) -> None:
    found = check_storage(StorageSpec(log_retention_days=days, noncurrent_days=days))
    assert [(fault.where, fault.write) for fault in found] == [("logRetentionDays", "1"), ("noncurrentDays", "1")]
    assert faults(AuditSpec(retention_days=days)) == [("retentionDays", "1")]


def test_the_trails_log_group_keeps_for_days_that_cloudwatch_knows() -> None:
    assert faults(AuditSpec(log_retention_days=100)) == [("logRetentionDays", "90")]


@pytest.mark.parametrize(
    ("subscriber", "known"),
    [
        ("security@example.com", "email"),
        ("first.last+alarms@mail.example.co.uk", "email"),
        ("https://alarms.example.com", "https"),
        ("https://alarms.example.com:8443/hooks/1?team=a", "https"),
    ],
)
def test_people_are_reached_by_mail_or_https(subscriber: str, known: str) -> None:
    assert faults(AuditSpec(subscribers=(subscriber,))) == []
    assert protocol(subscriber) == known


@pytest.mark.parametrize(
    ("subscriber", "write"),
    [
        ("http://alarms.example.com/x", "https://alarms.example.com/x"),
        ("https://user:secret@example.com/x", "https://example.com/x"),
        ("https://", "security@example.com"),
        ("https://exa mple.com", "security@example.com"),
        ("security", "security@example.com"),
        ("security@localhost", "security@example.com"),
        ("+491701234567", "security@example.com"),
        ("arn:aws:sqs:us-west-2:123456789012:queue", "security@example.com"),
        ("https://[", "security@example.com"),
        ("", "security@example.com"),
    ],
)
def test_any_other_subscriber_is_refused(subscriber: str, write: str) -> None:
    assert faults(AuditSpec(subscribers=("a@example.com", subscriber))) == [("subscribers[1]", write)]


def test_a_password_in_an_address_is_not_shown_again() -> None:
    (fault,) = check_audit(AuditSpec(subscribers=("https://user:secret@example.com/x",)))
    assert "secret" not in str(fault)


def test_a_subscriber_named_twice_is_refused() -> None:
    found = faults(AuditSpec(subscribers=("a@example.com", "b@example.com", "a@example.com")))
    assert found == [("subscribers[2]", "nothing: take it out")]


@given(st.text(max_size=30))
def test_whatever_is_written_is_accepted_or_refused_with_a_reason(subscriber: str) -> None:
    for fault in check_audit(AuditSpec(subscribers=(subscriber,))):
        assert fault.why
        assert fault.write
