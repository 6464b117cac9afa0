"""The evaluator of filter patterns, tried with the examples of CloudWatch's own documentation."""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.filter_patterns import PatternError, matches

TRAIL: dict[str, Any] = {
    "eventType": "UpdateTrail",
    "sourceIPAddress": "111.111.111.111",
    "arrayKey": ["value", "another value"],
    "objectList": [{"name": "a", "id": 1}, {"name": "b", "id": 2}],
    "SomeObject": None,
    "ThisFlag": True,
    "bandwidth": 80,
    "errorCode": 400,
    "number": [0.001],
}
USERS: dict[str, Any] = {
    "user": {"id": 1, "email": "John.Stiles@example.com"},
    "users": [{"id": 2, "email": "John.Doe@example.com"}, {"id": 3, "email": "Jane.Doe@example.com"}],
    "actions": ["GET", "PUT", "DELETE"],
    "coordinates": [[0, 1, 2], [4, 5, 6], [7, 8, 9]],
}


@pytest.mark.parametrize(
    "pattern",
    [
        '{ $.eventType = "UpdateTrail" }',
        "{ $.eventType = UpdateTrail }",
        '{ $.eventType = "Update*" }',
        '{ $.eventType = "*Trail" }',
        "{ $.sourceIPAddress != 123.123.* }",
        '{ $.arrayKey[0] = "value" }',
        "{ $.objectList[1].id = 2 }",
        "{ $.SomeObject IS NULL }",
        "{ $.SomeOtherObject NOT EXISTS }",
        "{ $.ThisFlag IS TRUE }",
        "{ $.bandwidth > 75 }",
        "{ $.errorCode = 400 }",
        "{ $.errorCode != 500 }",
        "{ $.number[0] = 1e-3 }",
        "{ $.number[0] != 1e+3 }",
        '{ ($.eventType = "x") || ($.errorCode <= 400) }',
    ],
)
def test_what_the_documentation_says_matches_matches(pattern: str) -> None:
    assert matches(pattern, TRAIL)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ('{ ($.user.id = 1) && ($.users[0].email = "John.Doe@example.com") }', True),
        ('{ ($.user.id = 2 && $.users[0].email = "nonmatch") || $.actions[2] = "DELETE" }', True),
        ('{ ($.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = 9) && $.actions[2] = "none" }', False),
        ('{ $.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = 9 && $.actions[2] = "none" }', True),
    ],
)
def test_and_binds_more_than_or_and_parentheses_more_than_both(pattern: str, *, expected: bool) -> None:
    assert matches(pattern, USERS) is expected


@pytest.mark.parametrize(
    "pattern",
    [
        '{ $.eventType = "updatetrail" }',
        '{ $.eventType = "Trail" }',
        "{ $.SomeOtherObject IS NULL }",
        "{ $.SomeObject NOT EXISTS }",
        "{ $.ThisFlag IS FALSE }",
        "{ $.errorCode < 400 }",
        '{ $.errorCode = "400" }',
        '{ $.arrayKey = "value" }',
        "{ $.eventType > 1 }",
    ],
)
def test_what_only_looks_alike_does_not_match(pattern: str) -> None:
    assert not matches(pattern, TRAIL)


def test_a_line_that_is_no_json_matches_no_pattern_of_properties() -> None:
    assert not matches('{ $.eventType != "x" }', "time=2026 level=info msg=started")


@pytest.mark.parametrize(
    "pattern",
    [
        '$.eventType = "x"',
        '{ $.eventType = "x"',
        '{ eventType = "x" }',
        '{ $.eventType == "x" }',
        '{ ($.eventType = "x" }',
        '{ $.eventType = "x" } && more',
        "{ }",
        "{ $.eventType }",
        "{ $.eventType LIKE x }",
    ],
)
def test_a_pattern_that_cloudwatch_would_refuse_is_refused(pattern: str) -> None:
    with pytest.raises(PatternError):
        matches(pattern, TRAIL)


def test_there_is_no_answer_that_depends_on_an_inequality_with_nothing() -> None:
    with pytest.raises(PatternError, match="leaves open"):
        matches('{ $.nothing != "x" }', TRAIL)
    with pytest.raises(PatternError, match="leaves open"):
        matches('{ ($.arrayKey != "x") && ($.errorCode = 400) }', TRAIL)
    assert not matches('{ ($.nothing != "x") && ($.nothing = "*") }', TRAIL)
    assert matches('{ ($.nothing != "x") || ($.errorCode = 400) }', TRAIL)
