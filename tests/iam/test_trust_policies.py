from __future__ import annotations

import json

import pytest

from emr.service_accounts import KINDS, account_name, subject_pattern
from iam import trust
from iam.documents import TRUST_POLICY, check_size, render, size
from iam.evaluation import Principal, Request, evaluate_resource_policy

ISSUER = "oidc.eks.us-west-2.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE"
PROVIDER = f"arn:aws:iam::123456789012:oidc-provider/{ISSUER}"
SUBJECT = "system:serviceaccount:analytics:emr-containers-sa-*-*-123456789012-2x6xx5ubcrus4bplmr0"


def document() -> dict:
    subject = subject_pattern(namespace="analytics", account="123456789012", role_name="abcdefghijkl")
    return trust.web_identity(provider_arn=PROVIDER, issuer=ISSUER, subject=subject)


@pytest.mark.covers("ID-04", "ID-05", "ID-06")
def test_the_trust_of_a_job_role_is_the_guides_with_the_audience() -> None:
    assert document() == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Federated": PROVIDER},
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {
                    "StringLike": {f"{ISSUER}:sub": SUBJECT},
                    "StringEquals": {f"{ISSUER}:aud": "sts.amazonaws.com"},
                },
            }
        ],
    }


def trusted(subject: str, audience: str = "sts.amazonaws.com", provider: str = PROVIDER) -> bool:
    context = {f"{ISSUER}:sub": subject, f"{ISSUER}:aud": audience}
    request = Request(action="sts:AssumeRoleWithWebIdentity", context=context)
    return evaluate_resource_policy(document(), Principal(kind="Federated", names=(provider,)), request).allowed


OWN = "system:serviceaccount:analytics:emr-containers-sa-spark-driver-123456789012-2x6xx5ubcrus4bplmr0"


@pytest.mark.covers("ID-04", "ID-05")
@pytest.mark.parametrize("kind", KINDS)
def test_the_roles_own_accounts_are_trusted(kind: str) -> None:
    name = account_name(kind, account="123456789012", role_name="abcdefghijkl")
    assert trusted(f"system:serviceaccount:analytics:{name}")


@pytest.mark.covers("ID-07")
@pytest.mark.parametrize(
    "subject",
    [
        "system:serviceaccount:analytics:default",
        OWN.replace(":analytics:", ":other:"),
        OWN.replace(":analytics:", ":analytics-2:"),
        OWN.replace("2x6xx5ubcrus4bplmr0", "3bu5b0xg4tb"),
        OWN.replace("123456789012", "210987654321"),
    ],
)
def test_no_other_account_namespace_or_role_is_trusted(subject: str) -> None:
    assert trusted(OWN)
    assert not trusted(subject)


@pytest.mark.covers("ID-07")
def test_neither_another_cluster_nor_another_audience_is_trusted() -> None:
    assert not trusted(OWN, audience="vault")
    assert not trusted(OWN, provider=f"{PROVIDER}2")


def test_a_service_is_trusted_by_its_principal() -> None:
    (statement,) = trust.service("eks.amazonaws.com")["Statement"]
    assert statement == {
        "Effect": "Allow",
        "Principal": {"Service": "eks.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }


def test_white_space_does_not_count() -> None:
    assert size({"a b": "c\td"}) == len('{"ab":"c\\td"}')
    assert json.loads(render(document())) == document()


def test_a_trust_policy_is_refused_beyond_2048_characters() -> None:
    fitting = {"x": "y" * (2048 - len('{"x":""}'))}
    assert check_size(fitting, TRUST_POLICY) == []
    (fault,) = check_size({"x": fitting["x"] + "y"}, TRUST_POLICY)
    assert "2049 characters" in fault.given
    assert "8,192" in fault.write


def test_no_issuer_of_eks_is_longer_than_the_one_that_documents_are_judged_with() -> None:
    ipv6 = "oidc-eks.ap-southeast-1.api.aws/id/EXAMPLED539D4633E53DE1B71EXAMPLE"
    assert max(len(ISSUER), len(ipv6)) <= len(trust.LONGEST_ISSUER)
