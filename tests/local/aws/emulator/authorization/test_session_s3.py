"""What a role's session may do in S3, and what it is told."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local.aws.emulator.authorization.conftest import policy

READ = {"Sid": "Read", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/analytics/*"}
WRITE = {"Sid": "Write", "Action": ["s3:PutObject", "s3:DeleteObject"], "Resource": "arn:aws:s3:::data/analytics/*"}
LISTING = {
    "Sid": "List",
    "Action": "s3:ListBucket",
    "Resource": "arn:aws:s3:::data",
    "Condition": {"StringLike": {"s3:prefix": "analytics/*"}},
}
ME = "arn:aws:sts::123456789012:assumed-role/job/driver"
ROLE = "arn:aws:iam::123456789012:role/job"
pytestmark = pytest.mark.usefixtures("bucket")


def denied(action, resource, reason):
    message = f'User: {ME} is not authorized to perform: s3:{action} on resource: "arn:aws:s3:::{resource}" {reason}'
    return "AccessDenied", message


def silent(action, resource):
    return denied(action, resource, f"because no identity-based policy allows the s3:{action} action")


def test_a_session_reads_and_writes_its_own_prefix_and_no_other(session, refused):
    s3 = session(READ, WRITE)("s3")
    assert s3.get_object(Bucket="data", Key="analytics/in.csv")["Body"].read() == b"1,2"
    s3.put_object(Bucket="data", Key="analytics/out é.csv", Body=b"x")
    s3.delete_object(Bucket="data", Key="analytics/out é.csv")
    read = refused(s3.get_object, Bucket="data", Key="risk/in.csv")
    write = refused(s3.put_object, Bucket="data", Key="risk/out.csv", Body=b"x")
    delete = refused(s3.delete_object, Bucket="data", Key="risk/in.csv")
    assert (read, write) == (silent("GetObject", "data/risk/in.csv"), silent("PutObject", "data/risk/out.csv"))
    assert delete == silent("DeleteObject", "data/risk/in.csv")


def test_the_answer_names_the_statement_that_decided(session):
    answer = session(READ, WRITE)("s3").head_object(Bucket="data", Key="analytics/in.csv")
    assert answer["ResponseMetadata"]["HTTPHeaders"]["x-local-decided-by"] == (
        "identity-based policy job-permissions, statement Read, allows "
        "s3:GetObject on arn:aws:s3:::data/analytics/in.csv"
    )


def test_a_refusal_names_what_decided_too_and_head_has_no_body(session):
    with pytest.raises(ClientError, match=r"\(403\)") as refused:
        session(READ)("s3").head_object(Bucket="data", Key="risk/in.csv")
    answer: Any = refused.value.response
    headers = answer["ResponseMetadata"]["HTTPHeaders"]
    assert headers["x-local-decided-by"] == (
        "no identity-based policy allows s3:GetObject on arn:aws:s3:::data/risk/in.csv"
    )


def test_listing_is_bound_to_the_prefix_it_is_granted_for(session, refused):
    s3 = session(LISTING)("s3")
    assert s3.list_objects_v2(Bucket="data", Prefix="analytics/")["KeyCount"] == 1
    assert s3.list_objects(Bucket="data", Prefix="analytics/")["Contents"]
    for options in ({}, {"Prefix": "risk/"}, {"Prefix": ""}):
        assert refused(s3.list_objects_v2, Bucket="data", **options) == silent("ListBucket", "data")


def test_a_copy_needs_the_source_as_well(session, refused):
    s3 = session(READ, WRITE)("s3")
    s3.copy_object(Bucket="data", Key="analytics/copy", CopySource="data/analytics/in.csv")
    stolen = refused(s3.copy_object, Bucket="data", Key="analytics/copy", CopySource="data/risk/in.csv")
    assert stolen == silent("GetObject", "data/risk/in.csv")
    upload = refused(s3.create_multipart_upload, Bucket="data", Key="risk/big")
    assert upload == silent("PutObject", "data/risk/big")


def test_multipart_uploads_are_judged_part_by_part(session, refused):
    s3 = session(READ, WRITE)("s3")
    upload = s3.create_multipart_upload(Bucket="data", Key="analytics/big")["UploadId"]
    part = s3.upload_part(Bucket="data", Key="analytics/big", UploadId=upload, PartNumber=1, Body=b"x")
    source = {"Bucket": "data", "Key": "analytics/big", "UploadId": upload, "PartNumber": 2}
    stolen = refused(s3.upload_part_copy, CopySource="data/risk/in.csv", **source)
    assert stolen == silent("GetObject", "data/risk/in.csv")
    assert refused(s3.abort_multipart_upload, Bucket="data", Key="analytics/big", UploadId=upload) == silent(
        "AbortMultipartUpload", "data/analytics/big"
    )
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    s3.complete_multipart_upload(Bucket="data", Key="analytics/big", UploadId=upload, MultipartUpload=parts)


def test_deleting_many_objects_needs_each(session, refused):
    s3 = session(READ, WRITE)("s3")
    keys = [{"Key": "analytics/in.csv"}, {"Key": "risk/in.csv"}]
    assert refused(s3.delete_objects, Bucket="data", Delete={"Objects": keys}) == silent(
        "DeleteObject", "data/risk/in.csv"
    )
    assert "Errors" not in s3.delete_objects(Bucket="data", Delete={"Objects": keys[:1]})


def test_a_version_and_an_acl_and_tags_are_actions_of_their_own(session, refused):
    s3 = session(READ, WRITE)("s3")
    version = refused(s3.get_object, Bucket="data", Key="analytics/in.csv", VersionId="null")
    assert version == silent("GetObjectVersion", "data/analytics/in.csv")
    put = {"Bucket": "data", "Key": "analytics/out", "Body": b""}
    assert refused(s3.put_object, ACL="public-read", **put) == silent("PutObjectAcl", "data/analytics/out")
    assert refused(s3.put_object, Tagging="a=b", **put) == silent("PutObjectTagging", "data/analytics/out")


def test_encryption_can_be_a_condition(session, refused):
    encrypted = {"StringEquals": {"s3:x-amz-server-side-encryption": "AES256"}}
    s3 = session(WRITE | {"Condition": encrypted})("s3")
    s3.put_object(Bucket="data", Key="analytics/out", Body=b"", ServerSideEncryption="AES256")
    assert refused(s3.put_object, Bucket="data", Key="analytics/out", Body=b"") == silent(
        "PutObject", "data/analytics/out"
    )


@pytest.mark.parametrize(
    ("limit", "reason"),
    [
        (
            policy({"Action": "s3:ListBucket", "Resource": "*"}),
            "because no session policy allows the s3:GetObject action",
        ),
        (
            policy({"Action": "s3:*", "Resource": "*"}, {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}),
            "with an explicit deny in a session policy",
        ),
    ],
)
def test_a_session_policy_narrows(session, refused, limit, reason):
    s3 = session(READ, limit=limit)("s3")
    assert refused(s3.get_object, Bucket="data", Key="analytics/in.csv") == denied(
        "GetObject", "data/analytics/in.csv", reason
    )


def test_a_boundary_narrows(aws, session, refused):
    document = policy({"Action": "s3:PutObject", "Resource": "*"})
    arn = aws("iam").create_policy(PolicyName="edge", PolicyDocument=document)["Policy"]["Arn"]
    s3 = session(READ, WRITE, PermissionsBoundary=arn)("s3")
    s3.put_object(Bucket="data", Key="analytics/out", Body=b"")
    assert refused(s3.get_object, Bucket="data", Key="analytics/in.csv") == denied(
        "GetObject", "data/analytics/in.csv", "because no permissions boundary allows the s3:GetObject action"
    )


def test_an_explicit_deny_is_told_from_silence(session, refused):
    no = READ | {"Sid": "No", "Effect": "Deny", "Resource": "arn:aws:s3:::data/analytics/in.csv"}
    assert refused(session(READ, no)("s3").get_object, Bucket="data", Key="analytics/in.csv") == denied(
        "GetObject", "data/analytics/in.csv", "with an explicit deny in an identity-based policy"
    )


def write_bucket_policy(aws, **statement):
    document = {"Resource": "arn:aws:s3:::data/*", "Action": "s3:*", "Principal": "*"} | statement
    aws("s3").put_bucket_policy(Bucket="data", Policy=policy(document))


def test_a_bucket_policy_grants_by_itself_in_its_account(aws, session, refused):
    s3 = session()("s3")
    for principal in (ROLE, ME, "*"):
        write_bucket_policy(aws, Principal={"AWS": principal}, Action="s3:GetObject")
        assert s3.get_object(Bucket="data", Key="risk/in.csv")
    write_bucket_policy(aws, Principal={"AWS": "arn:aws:iam::123456789012:root"}, Action="s3:GetObject")
    assert refused(s3.get_object, Bucket="data", Key="risk/in.csv") == silent("GetObject", "data/risk/in.csv")


def test_a_boundary_limits_what_a_bucket_policy_grants_a_role_but_not_its_session(aws, session, refused):
    edge = policy({"Action": "logs:*", "Resource": "*"})
    arn = aws("iam").create_policy(PolicyName="edge", PolicyDocument=edge)["Policy"]["Arn"]
    s3 = session(PermissionsBoundary=arn)("s3")
    write_bucket_policy(aws, Principal={"AWS": ROLE})
    assert "no permissions boundary allows" in refused(s3.get_object, Bucket="data", Key="risk/in.csv")[1]
    write_bucket_policy(aws, Principal={"AWS": ME})
    assert s3.get_object(Bucket="data", Key="risk/in.csv")


def test_a_bucket_policy_denies_against_all(aws, session, refused):
    write_bucket_policy(
        aws, Effect="Deny", Condition={"StringNotEquals": {"aws:PrincipalArn": "arn:aws:iam::1:role/x"}}
    )
    assert refused(session(READ)("s3").get_object, Bucket="data", Key="analytics/in.csv") == denied(
        "GetObject", "data/analytics/in.csv", "with an explicit deny in a resource-based policy"
    )


def test_the_plain_way_to_the_emulator_is_not_held_against_a_call(aws, session):
    write_bucket_policy(aws, Effect="Deny", Condition={"Bool": {"aws:SecureTransport": "false"}})
    assert session(READ)("s3").get_object(Bucket="data", Key="analytics/in.csv")


def test_a_request_that_no_table_knows_is_denied_by_name(session, refused):
    everything = {"Action": "*", "Resource": "*"}
    code, message = refused(session(everything)("s3").get_bucket_accelerate_configuration, Bucket="data")
    assert code == "AccessDenied"
    assert "knows no action for s3:GetBucketAccelerateConfiguration" in message
    code, message = refused(session(everything, name="other")("ec2").describe_key_pairs)
    assert (code, "knows no action for ec2:DescribeKeyPairs" in message) == ("UnauthorizedOperation", True)


def test_the_deployer_and_its_bucket_policies_are_left_alone(aws):
    write_bucket_policy(aws, Effect="Deny", Principal={"AWS": "arn:aws:iam::123456789012:role/other"})
    answer = aws("s3").get_object(Bucket="data", Key="risk/in.csv")
    assert "x-local-decided-by" not in answer["ResponseMetadata"]["HTTPHeaders"]


def test_what_was_changed_a_moment_ago_counts(aws, session, refused):
    s3 = session(READ)("s3")
    assert s3.get_object(Bucket="data", Key="analytics/in.csv")
    aws("iam").put_role_policy(
        RoleName="job",
        PolicyName="job-permissions",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": WRITE | {"Effect": "Allow"}}),
    )
    assert refused(s3.get_object, Bucket="data", Key="analytics/in.csv") == silent("GetObject", "data/analytics/in.csv")
