"""What AWS says of conditions and limits, asked of the policies' own judge."""

from __future__ import annotations

from typing import Any

import pytest

from iam.evaluation import Request, evaluate

BUCKET = "arn:aws:s3:::lake"


def policy(effect: str = "Allow", resource: str = "*", **condition: Any) -> dict[str, Any]:
    statement = {"Effect": effect, "Action": "s3:*", "Resource": resource, "Condition": condition}
    return {"Version": "2012-10-17", "Statement": [statement]}


def passes(document: dict[str, Any], context: dict[str, str], resource: str = BUCKET) -> bool:
    return evaluate([document], Request(action="s3:GetObject", resource=resource, context=context)).allowed


@pytest.mark.covers("PM-21")
def test_all_conditions_and_all_keys_of_one_must_hold() -> None:
    document = policy(
        StringEquals={"aws:ResourceTag/a": "1", "aws:ResourceTag/b": "2"}, Bool={"aws:SecureTransport": "true"}
    )
    full = {"aws:ResourceTag/a": "1", "aws:ResourceTag/b": "2", "aws:SecureTransport": "true"}
    assert passes(document, full)
    for key in full:
        assert not passes(document, {**full, key: "other" if key.startswith("aws:R") else "false"}), key


@pytest.mark.covers("PM-21")
def test_of_several_values_of_a_key_any_will_do() -> None:
    document = policy(StringEquals={"aws:ResourceTag/team": ["a", "b"]})
    assert [passes(document, {"aws:ResourceTag/team": team}) for team in "abc"] == [True, True, False]


@pytest.mark.covers("PM-21")
def test_a_policy_variable_stands_for_the_caller_s_own_value() -> None:
    document = policy(resource="arn:aws:s3:::lake/${aws:username}/*")
    caller = {"aws:username": "ana"}
    assert passes(document, caller, "arn:aws:s3:::lake/ana/k")
    assert not passes(document, caller, "arn:aws:s3:::lake/bob/k")
    assert not passes(document, {}, "arn:aws:s3:::lake/ana/k")


def test_a_limit_caps_what_is_granted_and_grants_nothing_itself() -> None:
    request = Request(action="s3:GetObject", resource=f"{BUCKET}/k")
    inside, outside = policy(resource=f"{BUCKET}/*"), policy(resource="arn:aws:s3:::other/*")
    assert evaluate([policy()], request, limits=[inside]).allowed
    assert evaluate([policy()], request, limits=[inside, outside]).outcome == "implicitDeny"
    assert evaluate([], request, limits=[inside]).outcome == "implicitDeny"


def test_an_explicit_deny_wins_wherever_it_stands() -> None:
    request = Request(action="s3:GetObject", resource=f"{BUCKET}/k")
    assert evaluate([policy(), policy("Deny")], request).outcome == "explicitDeny"
    assert evaluate([policy()], request, limits=[policy(), policy("Deny")]).outcome == "explicitDeny"
