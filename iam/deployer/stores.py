"""What a deployer does with buckets, keys, logs, the audit trail and alarms.

Source: Service Authorization Reference of S3, KMS, CloudWatch Logs, CloudTrail, CloudWatch and SNS. Of data itself a
deployer sees nothing: he neither reads objects nor decrypts, but for the pod templates that he puts there himself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam import names
from iam.deployer.scope import TAG, Scope, allow
from iam.flow_logs import log_group

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iam.documents import Statement

_BUCKETS = (
    "CreateBucket",
    "DeleteBucket",
    "DeleteBucketPolicy",
    "GetAccelerateConfiguration",
    "GetBucketAcl",
    "GetBucketCORS",
    "GetBucketLogging",
    "GetBucketObjectLockConfiguration",
    "GetBucketOwnershipControls",
    "GetBucketPolicy",
    "GetBucketPublicAccessBlock",
    "GetBucketRequestPayment",
    "GetBucketTagging",
    "GetBucketVersioning",
    "GetBucketWebsite",
    "GetEncryptionConfiguration",
    "GetLifecycleConfiguration",
    "GetReplicationConfiguration",
    "ListBucket",
    "ListBucketVersions",
    "PutBucketOwnershipControls",
    "PutBucketPolicy",
    "PutBucketPublicAccessBlock",
    "PutBucketTagging",
    "PutBucketVersioning",
    "PutEncryptionConfiguration",
    "PutLifecycleConfiguration",
)
_OBJECTS = ("DeleteObject", "DeleteObjectVersion")
_KEYS = (
    "CreateAlias",
    "DeleteAlias",
    "DescribeKey",
    "DisableKeyRotation",
    "EnableKeyRotation",
    "GetKeyPolicy",
    "GetKeyRotationStatus",
    "ListResourceTags",
    "PutKeyPolicy",
    "ScheduleKeyDeletion",
    "TagResource",
    "UntagResource",
    "UpdateAlias",
    "UpdateKeyDescription",
)
_ALIASES = ("CreateAlias", "DeleteAlias", "UpdateAlias")
_LOGS = (
    "AssociateKmsKey",
    "CreateLogGroup",
    "DeleteLogGroup",
    "DeleteMetricFilter",
    "DeleteRetentionPolicy",
    "DescribeMetricFilters",
    "DisassociateKmsKey",
    "ListTagsForResource",
    "PutMetricFilter",
    "PutRetentionPolicy",
    "TagResource",
    "UntagResource",
)
_TRAIL = (
    "AddTags",
    "CreateTrail",
    "DeleteTrail",
    "GetEventSelectors",
    "GetTrail",
    "GetTrailStatus",
    "ListTags",
    "PutEventSelectors",
    "RemoveTags",
    "StartLogging",
    "StopLogging",
    "UpdateTrail",
)
_ALARMS = ("DeleteAlarms", "DescribeAlarms", "ListTagsForResource", "PutMetricAlarm", "TagResource", "UntagResource")
_TOPIC = (
    "CreateTopic",
    "DeleteTopic",
    "GetTopicAttributes",
    "ListTagsForResource",
    "SetTopicAttributes",
    "Subscribe",
    "TagResource",
    "UntagResource",
)
_SUBSCRIPTIONS = ("GetSubscriptionAttributes", "SetSubscriptionAttributes", "Unsubscribe")


def statements(scope: Scope, *, data_may_go: bool) -> list[Statement]:
    """The statements about buckets, keys and the record; objects are deleted only where data may go."""
    aliases = scope.arn("kms", f"alias/{scope.platform}-*")
    own_key = {**scope.tagged, "Bool": {"kms:GrantIsForAWSResource": "true"}}
    keys = scope.arn("kms", "key/*")
    return [
        allow("Buckets", "s3", _BUCKETS, _buckets(scope)),
        *([allow("EmptyBuckets", "s3", _OBJECTS, [f"{each}/*" for each in _buckets(scope)])] if data_may_go else []),
        _make_keys(scope),
        allow("Keys", "kms", _KEYS, keys, scope.tagged),
        allow("AliasesOfKeys", "kms", _ALIASES, aliases),
        allow("GrantToEks", "kms", ["CreateGrant"], keys, own_key),
        allow("FindAliases", "kms", ["ListAliases"], "*"),  # a list has no ARN
        _log_groups(scope, _groups(scope)),
        _find_groups(scope),
        allow("Trail", "cloudtrail", _TRAIL, scope.arn("cloudtrail", f"trail/{names.trail(scope.platform)}")),
        allow("FindTrails", "cloudtrail", ["DescribeTrails"], "*"),  # a list has no ARN
        allow("Alarms", "cloudwatch", _ALARMS, scope.arn("cloudwatch", f"alarm:{names.alarm(scope.platform, '*')}")),
        allow("FindAlarms", "cloudwatch", ["DescribeAlarms"], scope.arn("cloudwatch", "alarm:*")),
        allow("Topic", "sns", _TOPIC, scope.arn("sns", names.alarms_topic(scope.platform))),
        # SNS takes these on every resource only.
        allow("Subscriptions", "sns", _SUBSCRIPTIONS, "*"),
    ]


def of_tenants(scope: Scope) -> list[Statement]:
    """The statements about the logs of tenants alone."""
    return [_log_groups(scope, [names.log_group(scope.platform, "*")]), _find_groups(scope)]


def _make_keys(scope: Scope) -> Statement:
    """A new key gets the platform's tag with its making, and a key of others is not claimed by it.

    Whoever could put the tag on any key could then do with it all that the tag opens, up to deleting it. To make a key
    with tags KMS asks for `TagResource` on no particular key (KMS Developer Guide, "Controlling access to tags"), when
    there is neither tag nor alias to judge by: so a key that bears this tag or has an alias is out of reach. What IAM
    cannot tell from a new key is an old one with neither.
    """
    unclaimed = {"Null": {f"aws:ResourceTag/{TAG}": "true", "kms:ResourceAliases": "true"}}
    # A key has no ARN before KMS has made it.
    return allow("MakeKeys", "kms", ["CreateKey", "TagResource"], "*", {**scope.tagging, **unclaimed})


def _log_groups(scope: Scope, groups: Sequence[str]) -> Statement:
    arns = [scope.arn("logs", f"log-group:{group}") for group in groups]
    return allow("LogGroups", "logs", _LOGS, [part for arn in arns for part in (arn, f"{arn}:*")])


def _find_groups(scope: Scope) -> Statement:
    # The call lists log groups, so it cannot be granted on some of them.
    return allow("FindLogGroups", "logs", ["DescribeLogGroups"], scope.arn("logs", "log-group:*"))


def _buckets(scope: Scope) -> list[str]:
    return [
        f"arn:{scope.partition}:s3:::"
        + names.bucket(scope.platform, purpose, account=scope.account, region=scope.region)
        for purpose in ("logs", "artefacts", "audit")
    ]


def _groups(scope: Scope) -> list[str]:
    platform = scope.platform
    return [
        names.cluster_log_group(platform),
        log_group(platform),
        names.trail_log_group(platform),
        names.log_group(platform, "*"),
    ]
