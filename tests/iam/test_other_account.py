from __future__ import annotations

from typing import Any

import boto3
import pytest

from iam import data_access, other_account
from iam.documents import document
from iam.evaluation import Principal, Request, evaluate, evaluate_resource_policy
from iam.s3 import prefix

ROLE_A = "arn:aws:iam::123456789012:role/emr-analytics-job"
ROLE_B = "arn:aws:iam::210987654321:role/analytics-reader"
HOME = data_access.Home(account="210987654321", region="us-west-2")
TABLE = "arn:aws:dynamodb:us-west-2:210987654321:table/rates"
OF_B = other_account.permitted(
    HOME,
    read=[prefix("s3://cross-account-bucket/curated/")],
    write=[prefix("s3://cross-account-bucket/analytics/")],
    read_tables=["rates"],
)


def opened(action: str, resource: str, **context: str) -> bool:
    return evaluate([OF_B], Request(action=action, resource=resource, context=context)).allowed


def takes(action: str, caller: str, *, tagged: bool) -> bool:
    """Whether both sides let a role take another account's: its own policy and the other's trust."""
    own = document(*data_access.assume([ROLE_B], tagged_session=tagged))
    trust = other_account.trusted(role_arns=[ROLE_A], tagged_session=tagged)
    request = Request(action=action, resource=ROLE_B)
    principal = Principal(kind="AWS", names=(caller,))
    by_trust = evaluate_resource_policy(trust, principal, Request(action=action)).allowed
    return evaluate([own], request).allowed and by_trust


@pytest.mark.covers("XA-04", "XA-05")
def test_the_trust_is_the_guides_with_the_job_role_alone() -> None:
    assert other_account.trusted(role_arns=[ROLE_A], tagged_session=False) == {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"AWS": [ROLE_A]}, "Action": ["sts:AssumeRole"]}],
    }


@pytest.mark.covers("XA-01", "XA-04", "XA-05")
@pytest.mark.parametrize("tagged", [False, True])
def test_the_job_role_takes_the_role_and_no_other_tenants_role_does(tagged: bool) -> None:  # noqa: FBT001
    assert takes("sts:AssumeRole", ROLE_A, tagged=tagged)
    assert not takes("sts:AssumeRole", ROLE_A.replace("analytics", "risk"), tagged=tagged)
    assert takes("sts:TagSession", ROLE_A, tagged=tagged) == tagged


@pytest.mark.covers("XA-02")
def test_the_role_opens_places_of_the_bucket_where_the_guide_opens_all_of_it() -> None:
    bucket = "arn:aws:s3:::cross-account-bucket"
    assert opened("s3:GetObject", f"{bucket}/curated/a")
    assert opened("s3:PutObject", f"{bucket}/analytics/a")
    assert opened("s3:ListBucket", bucket, **{"s3:prefix": "curated/"})
    assert not opened("s3:PutObject", f"{bucket}/curated/a")
    assert not opened("s3:GetObject", f"{bucket}/payroll/a")
    assert not opened("s3:ListBucket", bucket, **{"s3:prefix": ""})
    for action in ("s3:PutBucketPolicy", "s3:DeleteBucket"):
        assert not opened(action, bucket)


@pytest.mark.covers("XA-03")
def test_the_role_opens_items_of_the_table_where_the_guide_opens_the_table_itself() -> None:
    assert opened("dynamodb:GetItem", TABLE)
    assert not opened("dynamodb:GetItem", TABLE.replace("210987654321", "123456789012"))
    assert not opened("dynamodb:GetItem", f"{TABLE}2")
    for action in ("dynamodb:PutItem", "dynamodb:DeleteTable", "dynamodb:UpdateTable"):
        assert not opened(action, TABLE)
    writing = other_account.permitted(HOME, write_tables=["rates"])
    assert evaluate([writing], Request(action="dynamodb:PutItem", resource=TABLE)).allowed


@pytest.mark.covers("XA-10")
def test_emr_on_eks_has_no_policy_of_a_resource_that_could_let_another_account_in() -> None:
    client: Any = boto3.client("emr-containers", region_name="us-west-2")
    assert not [each for each in client.meta.service_model.operation_names if "Policy" in each or "Permission" in each]
