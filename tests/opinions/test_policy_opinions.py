"""An IAM linter and a least-privilege scanner over every policy document that the program renders."""

from __future__ import annotations

import functools
from typing import Any

import pytest

from tests.opinions import judges
from tests.opinions.reasons import REASONS, Reason, unexplained
from tests.opinions.rendered import Rendered, documents


def made(**statement: Any) -> Rendered:
    content = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]}
    return Rendered(name="made", owner="made", document=content)


@functools.cache
def everything() -> tuple[judges.Finding, ...]:
    return tuple(each for policy in documents() for each in (*judges.lint(policy), *judges.scan(policy)))


def kinds(findings: Any) -> set[str]:
    return {each.kind for each in findings}


@pytest.mark.covers("ID-16")
def test_the_linter_finds_nothing_without_a_reason(policy: Rendered) -> None:
    assert unexplained(judges.lint(policy)) == []


@pytest.mark.covers("ID-16")
def test_the_scanner_finds_nothing_without_a_reason(policy: Rendered) -> None:
    assert unexplained(judges.scan(policy)) == []


@pytest.mark.parametrize("reason", REASONS, ids=lambda each: f"{each.judge} {each.kind} {each.document}")
def test_every_reason_still_explains_a_finding(reason: Reason) -> None:
    assert any(reason.explains(each) for each in everything()), "stale: nothing is found any more that it explains"


def test_documents_of_every_kind_are_judged() -> None:
    names = {each.name for each in documents()}
    for end in ("assumeRolePolicy", "-permissions policy", "-key policy", "endpoints-s3 policy"):
        assert any(name.endswith(end) for name in names), end
    for kind in ("s3/bucketPolicy", "sns/topicPolicy", "sqs/queuePolicy", "deployerPolicies"):
        assert any(kind in name for name in names), kind
    assert len([each for each in names if each.startswith("example ")]) == 4
    assert len(names) == len(documents()) > 60


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ({"Action": "s3:GetObjekt", "Resource": "arn:aws:s3:::data/*"}, "UNKNOWN_ACTION"),
        ({"Action": "kms:Decrypt", "Resource": "arn:aws:s3:::data"}, "RESOURCE_MISMATCH"),
        ({"Action": "kms:Decrypt", "Resource": "*"}, "RESOURCE_STAR"),
        ({"Action": "s3:GetObject", "Resource": "arn:aws:s3"}, "INVALID_ARN"),
        (
            {
                "Action": "sts:AssumeRole",
                "Principal": {"Service": "ec2.amazonaws.com"},
                "Condition": {"StringEquals": {"sts:RolSessionName": "x"}},
            },
            "UNKNOWN_CONDITION_FOR_ACTION",
        ),
    ],
)
def test_the_linter_notices_a_broken_document(statement: dict[str, Any], kind: str) -> None:
    assert kind in kinds(unexplained(judges.lint(made(**statement))))


@pytest.mark.parametrize(
    ("actions", "kind"),
    [
        (["iam:CreatePolicyVersion"], "PrivilegeEscalation"),
        (["s3:PutBucketPolicy"], "ResourceExposure"),
        (["secretsmanager:GetSecretValue"], "DataExfiltration"),
        (["ec2:TerminateInstances"], "InfrastructureModification"),
        (["sts:AssumeRole"], "CredentialsExposure"),
        (["s3:*"], "ServiceWildcard"),
    ],
)
def test_the_scanner_notices_each_risk(actions: list[str], kind: str) -> None:
    assert kind in kinds(unexplained(judges.scan(made(Action=actions, Resource="*"))))


def test_a_kind_of_resource_that_no_statement_has_is_found_and_one_that_another_has_is_not() -> None:
    whole = made(Action="ec2:AttachVolume", Resource="arn:aws:ec2:us-west-2:123456789012:volume/*")
    missing = [each.detail for each in judges.lint(whole)]
    assert missing == ["ec2:AttachVolume needs arn:*:ec2:*:*:instance/*"]
    other = made(Action="ec2:AttachVolume", Resource="arn:aws:ec2:us-west-2:123456789012:instance/*")
    both = {**whole.document, "Statement": [*whole.statements, *other.statements]}
    assert list(judges.lint(Rendered(name="both", owner="both", document=both))) == []
