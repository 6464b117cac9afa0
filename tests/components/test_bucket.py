from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from components.bucket import Bucket, BucketArgs
from iam.evaluation import Principal, Request, evaluate_resource_policy
from spec.place import Place

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Recording

PLACE = Place(platform="emr", account="123456789012", region="us-west-2")
KINDS = ("OwnershipControls", "Policy", "PublicAccessBlock", "ServerSideEncryptionConfiguration", "Versioning")


@pytest.fixture
def bucket(record: Callable[..., Recording]) -> Recording:
    return record(lambda: Bucket("logs", BucketArgs(place=PLACE, name="emr-logs", retain=True)))


def inputs(recording: Recording, kind: str) -> dict[str, object]:
    return recording.one(f"aws:s3/bucket{kind}:Bucket{kind}").inputs


def test_a_bucket_is_closed_encrypted_versioned_and_its_accounts_own(bucket: Recording) -> None:
    made = bucket.one("aws:s3/bucket:Bucket", "logs-bucket")
    assert made.inputs == {"bucket": "emr-logs", "forceDestroy": False}
    assert made.request.retainOnDelete
    assert set(inputs(bucket, "PublicAccessBlock").values()) == {"emr-logs", True}
    assert len(inputs(bucket, "PublicAccessBlock")) == 5
    assert inputs(bucket, "Versioning")["versioningConfiguration"] == {"status": "Enabled"}
    assert inputs(bucket, "OwnershipControls")["rule"] == {"objectOwnership": "BucketOwnerEnforced"}
    assert inputs(bucket, "ServerSideEncryptionConfiguration")["rules"] == [
        {"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}
    ]
    assert all(inputs(bucket, kind)["bucket"] == "emr-logs" for kind in KINDS)


@pytest.mark.parametrize("resource", ["arn:aws:s3:::emr-logs", "arn:aws:s3:::emr-logs/analytics/x"])
def test_nobody_reaches_it_without_tls(bucket: Recording, resource: str) -> None:
    policy = json.loads(str(inputs(bucket, "Policy")["policy"]))
    assert [statement["Effect"] for statement in policy["Statement"]] == ["Deny"]
    anybody = Principal(kind="AWS", names=("arn:aws:iam::123456789012:role/any",))
    for secure, denied in (("false", True), ("true", False)):
        request = Request(action="s3:GetObject", resource=resource, context={"aws:SecureTransport": secure})
        decision = evaluate_resource_policy(policy, anybody, request)
        assert (decision.outcome == "explicitDeny") is denied


def test_a_bucket_that_may_go_goes_with_what_is_in_it(record: Callable[..., Recording]) -> None:
    recording = record(lambda: Bucket("logs", BucketArgs(place=PLACE, name="emr-logs", retain=False)))
    made = recording.one("aws:s3/bucket:Bucket")
    assert made.inputs["forceDestroy"] is True
    assert not made.request.retainOnDelete
