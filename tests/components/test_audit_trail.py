from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from components.audit_trail import AuditTrail, AuditTrailArgs
from iam.evaluation import Principal, Request, evaluate, evaluate_resource_policy
from spec.audit import AuditSpec
from spec.place import Place

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Recording

PLACE = Place(platform="emr", account="123456789012", region="us-west-2")
TRAIL = "aws:cloudtrail/trail:Trail"
TRAIL_ARN = "arn:aws:cloudtrail:us-west-2:123456789012:trail/emr-audit"
BUCKET = "emr-audit-123456789012-us-west-2"
KEY = "arn:aws:kms:us-west-2:123456789012:key/audit-key"
GROUP = "arn:aws:logs:us-west-2:123456789012:log-group:/aws/cloudtrail/emr"
CLOUDTRAIL = Principal(kind="Service", names=("cloudtrail.amazonaws.com",))
ADMINISTRATOR = Principal(kind="AWS", names=("arn:aws:iam::123456789012:role/admin",), account="123456789012")


def program(spec: AuditSpec, *, retain: bool = True) -> Callable[[], AuditTrail]:
    buckets = ["emr-logs", "emr-artefacts"]
    return lambda: AuditTrail("audit", AuditTrailArgs(spec=spec, place=PLACE, buckets=buckets, retain=retain))


@pytest.fixture
def trail(record: Callable[..., Recording]) -> Recording:
    return record(program(AuditSpec()))


@pytest.mark.covers("MO-12")
def test_the_trail_is_of_all_regions_validated_encrypted_and_complete(trail: Recording) -> None:
    inputs = dict(trail.one(TRAIL, "audit-trail").inputs)
    inputs.pop("eventSelectors")
    assert inputs == {
        "name": "emr-audit",
        "s3BucketName": BUCKET,
        "kmsKeyId": KEY,
        "cloudWatchLogsGroupArn": f"{GROUP}:*",
        "cloudWatchLogsRoleArn": "arn:aws:iam::123456789012:role/emr-audit",
        "isMultiRegionTrail": True,
        "includeGlobalServiceEvents": True,
        "enableLogFileValidation": True,
    }


def test_reads_and_writes_of_the_platforms_objects_are_recorded_but_not_of_the_trails_own(trail: Recording) -> None:
    (selector,) = trail.one(TRAIL).inputs["eventSelectors"]
    assert (selector["readWriteType"], selector["includeManagementEvents"]) == ("All", True)
    (data,) = selector["dataResources"]
    assert data == {"type": "AWS::S3::Object", "values": ["arn:aws:s3:::emr-logs/", "arn:aws:s3:::emr-artefacts/"]}
    assert BUCKET not in json.dumps(selector)


def test_bucket_key_and_role_let_it_write_before_it_begins(trail: Recording) -> None:
    last = trail.one(TRAIL)
    for kind in (
        "aws:s3/bucketPolicy:BucketPolicy",
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        "aws:kms/key:Key",
        "aws:cloudwatch/logGroup:LogGroup",
        "aws:iam/rolePolicy:RolePolicy",
    ):
        assert trail.waits_for(last, trail.one(kind)), kind


def test_the_record_is_kept_for_as_long_as_it_says_and_so_is_what_was_overwritten(trail: Recording) -> None:
    (rule,) = trail.one("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration").inputs["rules"]
    assert rule["expiration"] == {"days": 2557}
    assert rule["noncurrentVersionExpiration"] == {"noncurrentDays": 2557}
    group = trail.one("aws:cloudwatch/logGroup:LogGroup", "audit-logs").inputs
    assert group == {"name": "/aws/cloudtrail/emr", "retentionInDays": 365, "kmsKeyId": KEY}


def bucket_decides(trail: Recording, principal: Principal, action: str, key: str = "", **context: str) -> str:
    policy = json.loads(trail.one("aws:s3/bucketPolicy:BucketPolicy").inputs["policy"])
    common = {
        "aws:SecureTransport": "true",
        "aws:PrincipalIsAWSService": "true" if principal.kind == "Service" else "false",
    }
    given = {**common, **{name.replace("__", ":"): value for name, value in context.items()}}
    resource = f"arn:aws:s3:::{BUCKET}" + (f"/{key}" if key else "")
    return evaluate_resource_policy(policy, principal, Request(action=action, resource=resource, context=given)).outcome


WRITE: dict[str, str] = {"aws__SourceArn": TRAIL_ARN, "s3:x-amz-acl": "bucket-owner-full-control"}
FILE = "AWSLogs/123456789012/CloudTrail/us-west-2/2026/03/02/a.json.gz"


def test_the_bucket_takes_files_of_this_trail_and_of_no_other(trail: Recording) -> None:
    assert bucket_decides(trail, CLOUDTRAIL, "s3:GetBucketAcl", aws__SourceArn=TRAIL_ARN) == "allowed"
    assert bucket_decides(trail, CLOUDTRAIL, "s3:PutObject", FILE, **WRITE) == "allowed"
    foreign = TRAIL_ARN.replace("123456789012", "210987654321")
    for change in ({"aws__SourceArn": foreign}, {"aws__SourceArn": f"{TRAIL_ARN}2"}, {"s3:x-amz-acl": "private"}):
        assert bucket_decides(trail, CLOUDTRAIL, "s3:PutObject", FILE, **{**WRITE, **change}) == "implicitDeny"
    assert bucket_decides(trail, CLOUDTRAIL, "s3:PutObject", "AWSLogs/210987654321/x", **WRITE) == "implicitDeny"


def test_nobody_may_delete_from_the_bucket_or_write_in_the_trails_place(trail: Recording) -> None:
    for action in ("s3:DeleteObject", "s3:DeleteObjectVersion", "s3:PutObject"):
        assert bucket_decides(trail, ADMINISTRATOR, action, FILE) == "explicitDeny"
    assert bucket_decides(trail, ADMINISTRATOR, "s3:GetObject", FILE) == "implicitDeny"  # identity policies decide
    assert bucket_decides(trail, CLOUDTRAIL, "s3:DeleteObject", FILE, **WRITE) == "explicitDeny"


def test_cloudtrail_writes_to_streams_of_the_log_group_and_nothing_else(trail: Recording) -> None:
    role = trail.one("aws:iam/role:Role", "audit-role").inputs
    assert role["name"] == "emr-audit"
    trust = json.loads(role["assumeRolePolicy"])
    request = Request(action="sts:AssumeRole")
    assert evaluate_resource_policy(trust, CLOUDTRAIL, request).allowed
    assert not evaluate_resource_policy(trust, ADMINISTRATOR, request).allowed
    policy = json.loads(trail.one("aws:iam/rolePolicy:RolePolicy").inputs["policy"])
    stream = f"{GROUP}:log-stream:123456789012_CloudTrail_us-west-2_3"
    for action in ("logs:CreateLogStream", "logs:PutLogEvents"):
        assert evaluate([policy], Request(action=action, resource=stream)).allowed
    for other in (f"{GROUP}:log-stream:x", stream.replace("/emr:", "/emr2:")):
        assert not evaluate([policy], Request(action="logs:PutLogEvents", resource=other)).allowed


@pytest.mark.parametrize("retain", [True, False])
def test_the_record_stays_unless_both_keys_agree_and_the_trail_always_ends(
    record: Callable[..., Recording], *, retain: bool
) -> None:
    recording = record(program(AuditSpec(), retain=retain))
    for kind in ("aws:kms/key:Key", "aws:s3/bucket:Bucket", "aws:cloudwatch/logGroup:LogGroup"):
        assert recording.one(kind).request.retainOnDelete is retain
    assert not recording.one(TRAIL).request.retainOnDelete


def test_its_documents_are_known_at_the_first_preview(record: Callable[..., Recording]) -> None:
    recording = record(program(AuditSpec()), preview=True)
    found: list[Any] = [
        recording.one("aws:s3/bucketPolicy:BucketPolicy").inputs["policy"],
        recording.one("aws:kms/key:Key").inputs["policy"],
        recording.one("aws:iam/rolePolicy:RolePolicy").inputs["policy"],
    ]
    assert all(json.loads(text)["Statement"] for text in found)
