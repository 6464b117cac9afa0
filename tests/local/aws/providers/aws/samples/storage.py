"""Keys, log groups, buckets."""

from __future__ import annotations

from typing import Any

from tests.local.aws.providers.aws.samples.sample import Sample
from tests.local.aws.providers.aws.world import document

_SMALL = [
    Sample(
        "aws:ssm/parameter:Parameter",
        lambda world: {
            "name": f"/{world.name()}/a",
            "type": "SecureString",
            "keyId": world.key()["Arn"],
            "value": "one",
            "description": "one",
            "allowedPattern": "[a-z]+",
            "dataType": "text",
            "tier": "Standard",
            "tags": {"a": "1"},
        },
        lambda _: {"value": "two", "description": "two", "allowedPattern": "[a-z]*", "tier": "Advanced"},
    ),
    Sample(
        "aws:kms/key:Key",
        lambda world: {
            "description": world.name(),
            "customerMasterKeySpec": "SYMMETRIC_DEFAULT",
            "keyUsage": "ENCRYPT_DECRYPT",
            "multiRegion": False,
            "enableKeyRotation": True,
            "rotationPeriodInDays": 180,
            "isEnabled": True,
            "policy": document("kms:*", Principal={"AWS": "*"}),
            "deletionWindowInDays": 7,
            "tags": {"a": "1"},
        },
        lambda _: {
            "description": "two",
            "rotationPeriodInDays": 90,
            "isEnabled": False,
            "policy": document("kms:Decrypt", Principal={"AWS": "*"}),
        },
    ),
    Sample(
        "aws:kms/key:Key",
        lambda _: {"enableKeyRotation": True},
        lambda _: {"enableKeyRotation": False},
        case="without a period",
    ),
    Sample(
        "aws:kms/alias:Alias",
        lambda world: {"name": f"alias/{world.name()}", "targetKeyId": world.key()["Arn"]},
        lambda world: {"targetKeyId": world.key()["KeyId"]},
    ),
    Sample(
        "aws:cloudwatch/logGroup:LogGroup",
        lambda world: {
            "name": f"/{world.name()}/logs",
            "retentionInDays": 30,
            "kmsKeyId": world.key_for_logs(),
            "skipDestroy": False,
            "tags": {"a": "1"},
        },
        lambda world: {"retentionInDays": 60, "kmsKeyId": world.key_for_logs()},
    ),
]


def _rules(algorithm: str) -> list[dict[str, Any]]:
    return [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": algorithm}, "bucketKeyEnabled": True}]


def _expiry(expiration: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": "retention",
        "status": "Enabled",
        "filter": {"prefix": ""},
        "expiration": expiration,
        "noncurrentVersionExpiration": {"noncurrentDays": 30},
        "abortIncompleteMultipartUpload": {"daysAfterInitiation": 7},
    }


_BLOCKS = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
SAMPLES = [
    *_SMALL,
    Sample(
        "aws:s3/bucket:Bucket",
        lambda world: {"bucket": world.name(), "forceDestroy": True, "tags": {"a": "1", "b": "2"}},
    ),
    Sample(
        "aws:s3/bucketVersioning:BucketVersioning",
        lambda world: {"bucket": world.bucket(), "versioningConfiguration": {"status": "Enabled"}},
        lambda _: {"versioningConfiguration": {"status": "Suspended"}},
        adopts=True,
        stays=True,
    ),
    Sample(
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        lambda world: {"bucket": world.bucket(), "rules": _rules("aws:kms")},
        lambda _: {"rules": _rules("AES256")},
        adopts=True,
    ),
    Sample(
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        lambda world: {"bucket": world.bucket(), "skipDestroy": False, **dict.fromkeys(_BLOCKS, True)},
        lambda _: dict.fromkeys(_BLOCKS, False),
        adopts=True,
    ),
    Sample(
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
        lambda world: {"bucket": world.bucket(), "rule": {"objectOwnership": "BucketOwnerEnforced"}},
        lambda _: {"rule": {"objectOwnership": "ObjectWriter"}},
        adopts=True,
    ),
    Sample(
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        lambda world: {"bucket": world.bucket(), "rules": [_expiry({"days": 30})]},
        lambda _: {"rules": [_expiry({"expiredObjectDeleteMarker": True})]},
        adopts=True,
    ),
    Sample(
        "aws:s3/bucketPolicy:BucketPolicy",
        lambda world: {"bucket": world.bucket(), "policy": document(Principal="*")},
        lambda _: {"policy": document("s3:PutObject", Principal="*")},
        adopts=True,
    ),
    Sample(
        "aws:s3/bucketObjectv2:BucketObjectv2",
        lambda world: {
            "bucket": world.bucket(),
            "key": "a/b.yaml",
            "content": "kind: Pod",
            "contentType": "application/yaml",
            "forceDestroy": False,
            "tags": {"a": "1"},
        },
        adopts=True,
    ),
]
