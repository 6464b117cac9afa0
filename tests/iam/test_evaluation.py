"""Policies judged by example, after the IAM User Guide's rules, and by properties."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iam.conditions import UnknownOperatorError
from iam.evaluation import Principal, Request, evaluate, evaluate_resource_policy

ENTRY = "arn:aws:eks:us-west-2:123456789012:access-entry/emr/role/123456789012/AWSServiceRoleForAmazonEMRContainers/5c"


def policy(*statements: dict, version: str = "2012-10-17") -> dict:
    return {"Version": version, "Statement": list(statements)}


def allow(action="*", resource="*", **rest) -> dict:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **rest}


def deny(action="*", resource="*", **rest) -> dict:
    return {"Effect": "Deny", "Action": action, "Resource": resource, **rest}


def outcome(document: dict, action="s3:GetObject", resource="arn:aws:s3:::b/k", **context) -> str:
    keys = {key.replace("__", ":"): value for key, value in context.items()}
    return evaluate([document], Request(action=action, resource=resource, context=keys)).outcome


def condition_holds(operator: str, wanted, **context) -> bool:
    document = policy(allow(Condition={operator: {"aws:key": wanted}}))
    return outcome(document, **context) == "allowed"


def test_nothing_is_allowed_unless_a_statement_allows_it():
    decision = evaluate([], Request(action="s3:GetObject"))
    assert decision.outcome == "implicitDeny"
    assert decision.statement is None


def test_a_deny_beats_an_allow_wherever_it_stands_and_is_named():
    refusal = deny("eks:CreateAccessEntry", "arn:aws:eks:*:*:access-entry/*/AWSServiceRoleForAmazonEMRContainers/*")
    for documents in ([policy(allow()), policy(refusal)], [policy(refusal, allow())]):
        decision = evaluate(documents, Request(action="eks:createaccessentry", resource=ENTRY))
        assert decision.outcome == "explicitDeny"
        assert decision.statement == refusal
        assert not decision.allowed


@pytest.mark.parametrize(
    ("pattern", "action", "hit"),
    [
        ("eks:*", "eks:DescribeCluster", True),
        ("EKS:describe*", "eks:DescribeCluster", True),
        ("eks:Describe?luster", "eks:DescribeCluster", True),
        ("eks:Describe", "eks:DescribeCluster", False),
        ("*", "s3:GetObject", True),
        ("s3:*", "s3express:CreateSession", False),
    ],
)
def test_actions_match_with_wildcards_and_without_case(pattern, action, hit):
    assert (outcome(policy(allow(pattern)), action) == "allowed") == hit


@pytest.mark.parametrize(
    ("pattern", "resource", "hit"),
    [
        ("arn:aws:s3:::b/*", "arn:aws:s3:::b/a/deep/key", True),
        ("arn:aws:s3:::B/*", "arn:aws:s3:::b/a", False),
        ("arn:aws:s3:::b", "arn:aws:s3:::b/a", False),
        ("arn:aws:eks:*:123456789012:cluster/e?r", "arn:aws:eks:us-west-2:123456789012:cluster/emr", True),
        ("arn:aws:eks:*", "arn:aws:eks:us-west-2:123456789012:cluster/emr", True),
        ("arn:aws:eks:*-2:123456789012:cluster/emr", "arn:aws:eks:us-west-2:123456789012:cluster/emr", True),
        ("arn:aws:*x:cluster/emr", "arn:aws:eks:us-west-2:x:cluster/emr", False),
    ],
)
def test_a_star_crosses_colons_only_at_the_end_of_a_segment(pattern, resource, hit):
    assert (outcome(policy(allow("*", pattern)), resource=resource) == "allowed") == hit


def test_not_action_and_not_resource_turn_the_lists_around():
    document = policy({"Effect": "Allow", "NotAction": ["iam:*", "sts:*"], "NotResource": "arn:aws:s3:::secret/*"})
    assert outcome(document) == "allowed"
    assert outcome(document, "iam:GetRole") == "implicitDeny"
    assert outcome(document, resource="arn:aws:s3:::secret/x") == "implicitDeny"


def test_a_single_statement_and_single_values_need_no_lists():
    assert outcome({"Version": "2012-10-17", "Statement": allow("s3:GetObject")}) == "allowed"


@pytest.mark.parametrize(
    ("operator", "wanted", "given_value", "holds"),
    [
        ("StringEquals", ["a", "b"], "b", True),
        ("StringEquals", "a*", "ab", False),
        ("StringNotEquals", ["a", "b"], "b", False),
        ("StringNotEquals", ["a", "b"], "c", True),
        ("StringEqualsIgnoreCase", "AbC", "aBc", True),
        ("StringNotEqualsIgnoreCase", "AbC", "aBc", False),
        (
            "StringLike",
            "system:serviceaccount:ns:emr-containers-sa-*-*-1-x",
            "system:serviceaccount:ns:emr-containers-sa-spark-driver-1-x",
            True,
        ),
        ("StringLike", "a?c", "ac", False),
        ("StringNotLike", "a*", "abc", False),
        ("NumericLessThan", "3600", 3599, True),
        ("NumericLessThan", 3600, "3600", False),
        ("NumericLessThanEquals", "3600", "3600.0", True),
        ("NumericGreaterThan", "10", "9", False),
        ("NumericGreaterThanEquals", "10", "10", True),
        ("NumericEquals", "1.0", "1", True),
        ("NumericNotEquals", "1", "2", True),
        ("NumericEquals", "1", "one", False),
        ("DateLessThan", "2026-11-23T00:00:00Z", "2026-11-22T23:59:59Z", True),
        ("DateGreaterThan", "2026-11-23", "2026-11-22T23:59:59Z", False),
        ("DateGreaterThanEquals", "1763856000", "2026-11-23T00:00:00Z", True),
        ("DateNotEquals", "2026-11-23T00:00:00Z", "2026-11-23T01:00:00+01:00", False),
        ("Bool", "true", True, True),
        ("Bool", "true", "false", False),
        ("BinaryEquals", "QmluYXJ5", "QmluYXJ5", True),
        ("IpAddress", "203.0.113.0/24", "203.0.113.7", True),
        ("IpAddress", ["203.0.113.0/24", "2001:db8::/32"], "2001:db8::1", True),
        ("NotIpAddress", "203.0.113.0/24", "203.0.113.7", False),
        ("IpAddress", "203.0.113.0/24", "no address", False),
        ("ArnLike", "arn:aws:iam::*:role/team-*", "arn:aws:iam::123456789012:role/team-a", True),
        ("ArnLike", "arn:aws:iam:*:role/team-a", "arn:aws:iam::123456789012:role/team-a", False),
        ("ArnEquals", "arn:aws:iam::123456789012:role/*", "arn:aws:iam::123456789012:role/a:b", True),
        ("ArnNotLike", "arn:aws:iam::*:role/team-*", "arn:aws:iam::123456789012:role/other", True),
        ("ArnNotEquals", "arn:aws:iam::*:role/x", "arn:aws:iam::123456789012:role/x", False),
    ],
)
def test_condition_operators_compare_as_documented(operator, wanted, given_value, holds):
    assert condition_holds(operator, wanted, aws__key=given_value) == holds


@pytest.mark.parametrize(
    ("operator", "holds"),
    [
        ("StringEquals", False),
        ("StringNotEquals", True),
        ("StringNotLike", True),
        ("NumericLessThan", False),
        ("StringEqualsIfExists", True),
        ("BoolIfExists", True),
        ("ForAllValues:StringEquals", True),
        ("ForAnyValue:StringEquals", False),
        ("ForAnyValue:StringNotEquals", False),
        ("ForAnyValue:StringEqualsIfExists", True),
    ],
)
def test_a_missing_key_fails_what_asks_for_a_match_and_passes_what_does_not(operator, holds):
    assert condition_holds(operator, "x") == holds


def test_null_asks_whether_the_key_is_there():
    assert condition_holds("Null", "true")
    assert not condition_holds("Null", "true", aws__key="x")
    assert condition_holds("Null", "false", aws__key="")


@pytest.mark.parametrize(
    ("operator", "given_values", "holds"),
    [
        ("ForAllValues:StringEquals", ["a", "b"], True),
        ("ForAllValues:StringEquals", ["a", "c"], False),
        ("ForAllValues:StringEquals", [], True),
        ("ForAnyValue:StringEquals", ["c", "b"], True),
        ("ForAnyValue:StringEquals", ["c"], False),
        ("ForAnyValue:StringEquals", [], False),
        ("ForAllValues:StringNotEquals", ["c", "d"], True),
        ("ForAllValues:StringNotEquals", ["c", "a"], False),
        ("ForAnyValue:StringNotEquals", ["a", "c"], True),
        ("ForAnyValue:StringNotEquals", ["a", "b"], False),
    ],
)
def test_set_operators_judge_every_or_any_value(operator, given_values, holds):
    assert condition_holds(operator, ["a", "b"], aws__key=given_values) == holds


def test_all_operators_and_all_keys_of_a_condition_must_hold():
    document = policy(allow(Condition={"StringEquals": {"a": "1", "b": "2"}, "Bool": {"c": "true"}}))
    assert outcome(document, a="1", b="2", c="true") == "allowed"
    assert outcome(document, a="1", b="x", c="true") == "implicitDeny"
    assert outcome(document, a="1", b="2") == "implicitDeny"


def test_condition_keys_are_compared_without_case():
    assert (
        outcome(policy(allow(Condition={"StringEquals": {"AWS:requesttag/Team": "a"}})), **{"aws:RequestTag/team": "a"})
        == "allowed"
    )


def test_an_unknown_operator_is_refused_and_not_taken_for_true():
    with pytest.raises(UnknownOperatorError, match="StringEqual is not a condition operator"):
        condition_holds("StringEqual", "x", aws__key="x")


def test_variables_are_replaced_in_resources_and_conditions():
    home = policy(allow("*", "arn:aws:s3:::b/${aws:PrincipalTag/team}/*"))
    assert outcome(home, resource="arn:aws:s3:::b/red/x", **{"aws:principaltag/team": "red"}) == "allowed"
    assert outcome(home, resource="arn:aws:s3:::b/blue/x", **{"aws:principaltag/team": "red"}) == "implicitDeny"
    assert outcome(home, resource="arn:aws:s3:::b//x") == "implicitDeny"
    arn = policy(allow(Condition={"ArnLike": {"aws:key": "arn:aws:iam::${aws:PrincipalAccount}:role/*"}}))
    assert outcome(arn, aws__key="arn:aws:iam::1:role/x", aws__PrincipalAccount="1") == "allowed"


def test_wildcards_in_a_variables_value_are_plain_text():
    home = policy(allow("*", "arn:aws:s3:::b/${aws:username}/*"))
    assert outcome(home, resource="arn:aws:s3:::b/red/x", aws__username="*") == "implicitDeny"
    assert outcome(home, resource="arn:aws:s3:::b/*/x", aws__username="*") == "allowed"
    assert condition_holds("StringLike", "a${*}", aws__key="a*")
    assert not condition_holds("StringLike", "a${*}", aws__key="ab")


def test_a_variable_may_have_a_default():
    home = policy(allow("*", "arn:aws:s3:::b/${aws:PrincipalTag/team, 'company'}/*"))
    assert outcome(home, resource="arn:aws:s3:::b/company/x") == "allowed"


def test_policies_of_the_old_version_have_no_variables():
    old = policy(allow("*", "arn:aws:s3:::b/${aws:username}"), version="2008-10-17")
    assert outcome(old, resource="arn:aws:s3:::b/u", aws__username="u") == "implicitDeny"


def test_a_boundary_limits_what_policies_grant_and_grants_nothing():
    request = Request(action="s3:GetObject")
    bounds = [policy(allow("s3:*"), deny("s3:Delete*"))]
    assert evaluate([policy(allow())], request, limits=bounds).allowed
    assert evaluate([], request, limits=bounds).outcome == "implicitDeny"
    assert evaluate([policy(allow())], Request(action="iam:X"), limits=bounds).outcome == "implicitDeny"
    assert evaluate([policy(allow())], Request(action="s3:DeleteObject"), limits=bounds).outcome == "explicitDeny"
    assert evaluate([policy(deny())], request, limits=bounds).outcome == "explicitDeny"


def test_every_limit_must_allow_by_itself():
    request = Request(action="s3:GetObject")
    assert evaluate([policy(allow())], request, limits=[policy(allow("s3:*")), policy(allow("*"))]).allowed
    assert not evaluate([policy(allow())], request, limits=[policy(allow("s3:*")), policy(allow("iam:*"))]).allowed


SUBJECT = "oidc.eks.us-west-2.amazonaws.com/id/A:sub"
WEB = Principal(
    kind="Federated", names=("arn:aws:iam::123456789012:oidc-provider/oidc.eks.us-west-2.amazonaws.com/id/A",)
)


def trust() -> dict:
    return policy(
        {
            "Effect": "Allow",
            "Principal": {"Federated": WEB.names[0]},
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {"StringLike": {SUBJECT: "system:serviceaccount:red:emr-containers-sa-*-*-123456789012-x"}},
        }
    )


@pytest.mark.parametrize(
    ("account", "allowed"),
    [
        ("system:serviceaccount:red:emr-containers-sa-spark-driver-123456789012-x", True),
        ("system:serviceaccount:blue:emr-containers-sa-spark-driver-123456789012-x", False),
        ("system:serviceaccount:red:emr-containers-sa-spark-driver-123456789012-y", False),
    ],
)
def test_a_trust_policy_judges_a_service_account(account, allowed):
    request = Request(action="sts:AssumeRoleWithWebIdentity", context={SUBJECT: account})
    assert evaluate_resource_policy(trust(), WEB, request).allowed == allowed


def test_a_trust_policy_is_for_the_principals_it_names_only():
    request = Request(action="sts:AssumeRole")
    document = policy({"Effect": "Allow", "Principal": {"Service": ["eks.amazonaws.com"]}, "Action": "sts:AssumeRole"})
    assert evaluate_resource_policy(document, Principal(kind="Service", names=("eks.amazonaws.com",)), request).allowed
    for other in (
        Principal(kind="Service", names=("ec2.amazonaws.com",)),
        Principal(kind="AWS", names=("eks.amazonaws.com",), account="123456789012"),
    ):
        assert evaluate_resource_policy(document, other, request).outcome == "implicitDeny"


def test_naming_an_account_delegates_and_naming_a_principal_does_not():
    role = "arn:aws:iam::123456789012:role/r"
    caller = Principal(kind="AWS", names=(role, "arn:aws:sts::123456789012:assumed-role/r/s"), account="123456789012")
    request = Request(action="sts:AssumeRole")

    def decide(principal):
        statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
        return evaluate_resource_policy(policy(statement), caller, request)

    assert (decide({"AWS": role}).allowed, decide({"AWS": role}).delegated) == (True, False)
    for name in ("123456789012", "arn:aws:iam::123456789012:root"):
        assert (decide({"AWS": name}).allowed, decide({"AWS": name}).delegated) == (True, True)
    assert decide("*").allowed
    assert not decide({"AWS": "arn:aws:iam::999999999999:root"}).allowed
    both = [
        {"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "sts:AssumeRole"},
        {"Effect": "Allow", "Principal": {"AWS": role}, "Action": "sts:AssumeRole"},
    ]
    assert not evaluate_resource_policy(policy(*both), caller, request).delegated


def test_not_principal_spares_those_it_names():
    document = policy(allow(Principal="*"), deny(NotPrincipal={"AWS": "arn:aws:iam::123456789012:role/r"}))
    spared = Principal(kind="AWS", names=("arn:aws:iam::123456789012:role/r",), account="123456789012")
    other = Principal(kind="AWS", names=("arn:aws:iam::123456789012:role/x",), account="123456789012")
    assert evaluate_resource_policy(document, spared, Request(action="s3:X")).allowed
    assert evaluate_resource_policy(document, other, Request(action="s3:X")).outcome == "explicitDeny"


ACTIONS = st.sampled_from(["*", "s3:*", "s3:Get*", "iam:*", "s3:GetObject"])
STATEMENTS = st.builds(
    lambda effect, action: {"Effect": effect, "Action": action, "Resource": "*"},
    st.sampled_from(["Allow", "Deny"]),
    ACTIONS,
)


@given(st.lists(STATEMENTS, max_size=6), st.randoms())
def test_the_order_of_statements_and_documents_does_not_matter(statements, random):
    shuffled = list(statements)
    random.shuffle(shuffled)
    request = Request(action="s3:GetObject")
    together = evaluate([policy(*statements)], request).outcome
    assert evaluate([policy(s) for s in shuffled], request).outcome == together


@given(st.lists(STATEMENTS, max_size=6), STATEMENTS)
def test_a_further_deny_never_allows_more(statements, further):
    request = Request(action="s3:GetObject")
    before = evaluate([policy(*statements)], request)
    after = evaluate([policy(*statements, {**further, "Effect": "Deny"})], request)
    assert before.allowed or not after.allowed


@given(st.text(alphabet="ab*?:/$[.", max_size=12))
def test_every_text_matches_itself_when_its_wildcards_are_written_as_variables(text):
    pattern = "".join(f"${{{c}}}" if c in "*?$" else c for c in text)
    assert condition_holds("StringLike", pattern, aws__key=text)
    assert condition_holds("StringEquals", pattern, aws__key=text)
