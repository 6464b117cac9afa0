"""Policies of the platform's buckets.

Sources: S3 User Guide, "Security best practices for Amazon S3" (aws:SecureTransport); CloudTrail User Guide, "Amazon
S3 bucket policy for CloudTrail".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam.documents import document

if TYPE_CHECKING:
    from iam.documents import Document, Statement


def private_bucket(*statements: Statement, partition: str, bucket: str) -> Document:
    """Policy of a bucket that nobody reaches unencrypted; who may use it, identity policies and statements say."""
    arn = f"arn:{partition}:s3:::{bucket}"
    return document(
        {
            "Sid": "RefuseWithoutTls",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",  # a refusal: leaving an action out would open it
            "Resource": [arn, f"{arn}/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
        *statements,
    )


def audit_trail(*, partition: str, bucket: str, account: str, trail_arn: str) -> list[Statement]:
    """What the policy of an audit trail's bucket says besides: one trail writes, nobody else does, nobody deletes.

    What has expired goes by the bucket's lifecycle, which asks no policy. Whoever may change the bucket's policy can
    take the refusals away; the trail records that.
    """
    arn = f"arn:{partition}:s3:::{bucket}"
    cloudtrail = {"Service": "cloudtrail.amazonaws.com"}
    ours = {"aws:SourceArn": trail_arn}
    return [
        {
            "Sid": "LetTrailLookAtAcl",
            "Effect": "Allow",
            "Principal": cloudtrail,
            "Action": "s3:GetBucketAcl",
            "Resource": arn,
            "Condition": {"StringEquals": ours},
        },
        {
            "Sid": "LetTrailWrite",
            "Effect": "Allow",
            "Principal": cloudtrail,
            "Action": "s3:PutObject",
            "Resource": f"{arn}/AWSLogs/{account}/*",
            "Condition": {"StringEquals": {**ours, "s3:x-amz-acl": "bucket-owner-full-control"}},
        },
        {
            "Sid": "RefuseOtherWriters",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:PutObject",
            "Resource": f"{arn}/*",
            "Condition": {"Bool": {"aws:PrincipalIsAWSService": "false"}},
        },
        {
            "Sid": "RefuseDeletion",
            "Effect": "Deny",
            "Principal": "*",
            "Action": ["s3:DeleteObject", "s3:DeleteObjectVersion"],
            "Resource": f"{arn}/*",
        },
    ]
