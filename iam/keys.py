"""Who may use the platform's KMS keys: one key a purpose, each narrowed to the services that serve it.

Sources: KMS Developer Guide, "Default key policy" and "kms:ViaService"; EKS User Guide, "Encrypt Kubernetes secrets
with KMS"; CloudWatch Logs User Guide, "Encrypt log data in CloudWatch Logs using KMS"; CloudTrail User Guide,
"Configure KMS key policies for CloudTrail"; SNS Developer Guide, "Key management" (CloudWatch alarms).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam.documents import document

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iam.documents import Document, Statement

_ADMINISTRATION = (
    "kms:CancelKeyDeletion",
    "kms:CreateAlias",
    "kms:DeleteAlias",
    "kms:DescribeKey",
    "kms:DisableKey",
    "kms:DisableKeyRotation",
    "kms:EnableKey",
    "kms:EnableKeyRotation",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:ListGrants",
    "kms:ListKeyPolicies",
    "kms:ListResourceTags",
    "kms:PutKeyPolicy",
    "kms:RevokeGrant",
    "kms:ScheduleKeyDeletion",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:UpdateAlias",
    "kms:UpdateKeyDescription",
)
_USE = ("kms:Decrypt", "kms:Encrypt")


# CloudWatch Logs' own list with its wildcards written out; data keys of pairs are for asymmetric keys.
_USE_BY_LOGS = (
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
)
# S3 encrypts an object with a data key, and decrypts that key to read the object or to put its parts together.
_USE_THROUGH_S3 = ("kms:Decrypt", "kms:GenerateDataKey")

LONGEST_KEY_ID = "0" * 36
"""An id as long as any of a key, for judging a document before the key exists."""


def key_arn(*, partition: str, region: str, account: str, key_id: str) -> str:
    """ARN of a key."""
    return f"arn:{partition}:kms:{region}:{account}:key/{key_id}"


def secrets_key(*, partition: str, account: str) -> Document:
    """Policy of the key of a cluster's secrets: the account's own IAM policies decide who may use it.

    Whoever makes the cluster also makes the grant under which EKS encrypts; grants to anything but AWS services are
    not allowed.
    """
    root = _root(partition, account)
    return document(
        _administration(root),
        {"Sid": "UseByIam", "Effect": "Allow", "Principal": root, "Action": list(_USE), "Resource": "*"},
        {
            "Sid": "GrantToServices",
            "Effect": "Allow",
            "Principal": root,
            "Action": "kms:CreateGrant",
            "Resource": "*",
            "Condition": {"Bool": {"kms:GrantIsForAWSResource": "true"}},
        },
    )


def logs_key(*, partition: str, account: str, region: str) -> Document:
    """Policy of the key of logs: CloudWatch Logs for log groups of this account and Region, S3 for who may by IAM."""
    root = _root(partition, account)
    groups = f"arn:{partition}:logs:{region}:{account}:log-group:*"
    return document(_administration(root), _for_log_groups(region, groups), _through_s3(root, region, _USE_THROUGH_S3))


def data_key(*, partition: str, account: str, region: str) -> Document:
    """Policy of the key of data in S3: nothing but S3 uses it, for who may by IAM."""
    root = _root(partition, account)
    return document(_administration(root), _through_s3(root, region, _USE_THROUGH_S3))


def audit_key(*, partition: str, account: str, region: str, trail_arn: str, log_group: str, alarms: str) -> Document:
    """Policy of the key of the audit trail: one trail writes with it, alarms are published, people only read.

    Args:
        partition: AWS partition.
        account: account of the trail, twelve digits.
        region: home Region of the trail.
        trail_arn: ARN of the trail.
        log_group: name of the log group that has a copy of what the trail records.
        alarms: pattern of the ARNs of the alarms that are published to the encrypted topic.
    """
    root = _root(partition, account)
    return document(
        _administration(root),
        *_for_trail(partition, account, trail_arn),
        _for_log_groups(region, f"arn:{partition}:logs:{region}:{account}:log-group:{log_group}"),
        {
            "Sid": "PublishAlarms",
            "Effect": "Allow",
            "Principal": {"Service": "cloudwatch.amazonaws.com"},
            "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
            "Resource": "*",
            "Condition": {"ArnLike": {"aws:SourceArn": alarms}},
        },
        _through_s3(root, region, ["kms:Decrypt"]),
    )


def use_of_secrets_key(key_arn: str) -> Document:
    """What the cluster's own role may do with the key."""
    actions = [*_USE, "kms:DescribeKey", "kms:ListGrants"]
    return document({"Sid": "EncryptSecrets", "Effect": "Allow", "Action": actions, "Resource": key_arn})


def writing_through_s3(sid: str, key_arn: str, region: str) -> Statement:
    """What a role needs to upload objects that a key encrypts; large ones in parts, which takes kms:Decrypt too.

    Source: S3 User Guide, "Protecting data using server-side encryption with KMS keys", of multipart uploads.
    """
    return _by_role(sid, _USE_THROUGH_S3, key_arn, region)


def reading_through_s3(sid: str, key_arn: str, region: str) -> Statement:
    """What a role needs to read objects that a key encrypts."""
    return _by_role(sid, ["kms:Decrypt"], key_arn, region)


def _by_role(sid: str, actions: Sequence[str], key_arn: str, region: str) -> Statement:
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Action": list(actions),
        "Resource": key_arn,
        "Condition": _via_s3(region),
    }


def _root(partition: str, account: str) -> dict[str, str]:
    return {"AWS": f"arn:{partition}:iam::{account}:root"}


def _administration(root: dict[str, str]) -> Statement:
    return {
        "Sid": "AdministerByIam",
        "Effect": "Allow",
        "Principal": root,
        "Action": list(_ADMINISTRATION),
        "Resource": "*",  # in a key policy: this key, here and in every statement below
    }


def _through_s3(root: dict[str, str], region: str, actions: Sequence[str]) -> Statement:
    return {
        "Sid": "UseThroughS3",
        "Effect": "Allow",
        "Principal": root,
        "Action": list(actions),
        "Resource": "*",
        "Condition": _via_s3(region),
    }


def _via_s3(region: str) -> dict[str, dict[str, str]]:
    return {"StringEquals": {"kms:ViaService": f"s3.{region}.amazonaws.com"}}


def _for_log_groups(region: str, groups: str) -> Statement:
    return {
        "Sid": "EncryptLogGroups",
        "Effect": "Allow",
        "Principal": {"Service": f"logs.{region}.amazonaws.com"},
        "Action": list(_USE_BY_LOGS),
        "Resource": "*",
        "Condition": {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": groups}},
    }


def _for_trail(partition: str, account: str, trail_arn: str) -> list[Statement]:
    """CloudTrail's three needs; kms:Decrypt is for buckets with a bucket key."""
    common = {"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Resource": "*"}
    ours = {"StringEquals": {"aws:SourceArn": trail_arn}}
    context = f"arn:{partition}:cloudtrail:*:{account}:trail/*"
    return [
        {
            "Sid": "EncryptTrail",
            **common,
            "Action": ["kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext"],
            "Condition": {**ours, "StringLike": {"kms:EncryptionContext:aws:cloudtrail:arn": context}},
        },
        {"Sid": "UseBucketKey", **common, "Action": ["kms:Decrypt", "kms:DescribeKey"], "Condition": ours},
    ]
