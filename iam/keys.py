"""Who may use the platform's KMS keys.

Source: KMS Developer Guide, "Default key policy"; EKS User Guide, "Encrypt Kubernetes secrets with KMS".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam.documents import document

if TYPE_CHECKING:
    from iam.documents import Document

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


def secrets_key(*, partition: str, account: str) -> Document:
    """Policy of the key of a cluster's secrets: the account's own IAM policies decide who may use it.

    Whoever makes the cluster also makes the grant under which EKS encrypts; grants to anything but AWS services are
    not allowed.
    """
    root = {"AWS": f"arn:{partition}:iam::{account}:root"}
    return document(
        {
            "Sid": "AdministerByIam",
            "Effect": "Allow",
            "Principal": root,
            "Action": list(_ADMINISTRATION),
            "Resource": "*",  # in a key policy: this key
        },
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


def use_of_secrets_key(key_arn: str) -> Document:
    """What the cluster's own role may do with the key."""
    actions = [*_USE, "kms:DescribeKey", "kms:ListGrants"]
    return document({"Sid": "EncryptSecrets", "Effect": "Allow", "Action": actions, "Resource": key_arn})
