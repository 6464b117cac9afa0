"""Policies of the platform's buckets.

Source: S3 User Guide, "Security best practices for Amazon S3" (aws:SecureTransport).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam.documents import document

if TYPE_CHECKING:
    from iam.documents import Document


def private_bucket(*, partition: str, bucket: str) -> Document:
    """Policy of a bucket that nobody reaches unencrypted; who may use it, identity policies say."""
    arn = f"arn:{partition}:s3:::{bucket}"
    return document(
        {
            "Sid": "RefuseWithoutTls",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",  # a refusal: leaving an action out would open it
            "Resource": [arn, f"{arn}/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    )
