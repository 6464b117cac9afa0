from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from components.bucket import Bucket, BucketArgs
from iam.evaluation import Principal, Request, evaluate_resource_policy
from spec.place import Place

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Recording

PLACE = Place(platform="emr", account="123456789012", region="us-west-2")
KEY = "arn:aws:kms:us-west-2:123456789012:key/logs"
KINDS = (
    *("LifecycleConfiguration", "OwnershipControls", "Policy", "PublicAccessBlock"),
    *("ServerSideEncryptionConfiguration", "Versioning"),
)


def program(**options: Any) -> Callable[[], Bucket]:
    given = {"place": PLACE, "name": "emr-logs", "key_arn": KEY, "noncurrent_days": 30, "retain": True, **options}
    return lambda: Bucket("logs", BucketArgs(**given))


@pytest.fixture
def bucket(record: Callable[..., Recording]) -> Recording:
    return record(program(expiration_days=365))


def inputs(recording: Recording, kind: str) -> dict[str, Any]:
    return recording.one(f"aws:s3/bucket{kind}:Bucket{kind}").inputs


def test_a_bucket_is_closed_encrypted_versioned_and_its_accounts_own(bucket: Recording) -> None:
    assert bucket.one("aws:s3/bucket:Bucket", "logs-bucket").inputs == {"bucket": "emr-logs", "forceDestroy": False}
    assert set(inputs(bucket, "PublicAccessBlock").values()) == {"emr-logs", True}
    assert len(inputs(bucket, "PublicAccessBlock")) == 5
    assert inputs(bucket, "Versioning")["versioningConfiguration"] == {"status": "Enabled"}
    assert inputs(bucket, "OwnershipControls")["rule"] == {"objectOwnership": "BucketOwnerEnforced"}
    assert inputs(bucket, "ServerSideEncryptionConfiguration")["rules"] == [
        {
            "applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": KEY},
            "bucketKeyEnabled": True,
        }
    ]
    assert all(inputs(bucket, kind)["bucket"] == "emr-logs" for kind in KINDS)


def test_objects_their_former_versions_and_broken_uploads_go_in_their_time(bucket: Recording) -> None:
    assert inputs(bucket, "LifecycleConfiguration")["rules"] == [
        {
            "id": "retention",
            "status": "Enabled",
            "filter": {"prefix": ""},
            "expiration": {"days": 365},
            "noncurrentVersionExpiration": {"noncurrentDays": 30},
            "abortIncompleteMultipartUpload": {"daysAfterInitiation": 7},
        }
    ]
    lifecycle = bucket.one("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration")
    assert bucket.waits_for(lifecycle, bucket.one("aws:s3/bucketVersioning:BucketVersioning"))


def test_without_days_objects_stay_and_only_markers_of_deletions_go(record: Callable[..., Recording]) -> None:
    (rule,) = inputs(record(program()), "LifecycleConfiguration")["rules"]
    assert rule["expiration"] == {"expiredObjectDeleteMarker": True}


@pytest.mark.covers("SE-11")
@pytest.mark.parametrize("resource", ["arn:aws:s3:::emr-logs", "arn:aws:s3:::emr-logs/analytics/x"])
def test_nobody_reaches_it_without_tls(bucket: Recording, resource: str) -> None:
    policy = json.loads(str(inputs(bucket, "Policy")["policy"]))
    assert [statement["Effect"] for statement in policy["Statement"]] == ["Deny"]
    anybody = Principal(kind="AWS", names=("arn:aws:iam::123456789012:role/any",))
    for secure, denied in (("false", True), ("true", False)):
        request = Request(action="s3:GetObject", resource=resource, context={"aws:SecureTransport": secure})
        decision = evaluate_resource_policy(policy, anybody, request)
        assert (decision.outcome == "explicitDeny") is denied


def test_further_statements_come_besides_the_refusal(record: Callable[..., Recording]) -> None:
    statement = {"Sid": "More", "Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": "*"}
    policy = json.loads(inputs(record(program(statements=[statement])), "Policy")["policy"])
    assert [each["Sid"] for each in policy["Statement"]] == ["RefuseWithoutTls", "More"]


def test_what_protects_a_bucket_that_stays_stays_with_it(bucket: Recording) -> None:
    made = [each for each in bucket.resources if each.custom]
    assert len(made) == 7
    assert all(each.request.retainOnDelete for each in made)


def test_a_bucket_that_may_go_goes_with_what_is_in_it(record: Callable[..., Recording]) -> None:
    recording = record(program(retain=False))
    assert recording.one("aws:s3/bucket:Bucket").inputs["forceDestroy"] is True
    assert not any(each.request.retainOnDelete for each in recording.resources)
