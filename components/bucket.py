"""A private bucket of the platform."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from iam import buckets
from iam.documents import Statement, render
from spec.place import Place

_DAYS_FOR_PARTS = 7  # an upload in parts may take as long as S3's presigned addresses last, and no longer


@dataclass(frozen=True, kw_only=True)
class BucketArgs:
    """Name of the bucket, what encrypts it, and how long its objects stay."""

    place: Place
    """Platform, account and Region."""
    name: str
    """Name of the bucket, unique in the partition."""
    key_arn: pulumi.Input[str]
    """ARN of the KMS key that encrypts new objects."""
    statements: Sequence[Statement] = ()
    """Further statements of the bucket's policy; by default none."""
    expiration_days: int | None = None
    """Days after which an object is deleted; by default never."""
    noncurrent_days: int
    """Days after which what was deleted or overwritten is gone for good."""
    retain: bool
    """Whether bucket, objects and their protection stay when their stack is destroyed."""


class Bucket(pulumi.ComponentResource):
    """A bucket that is versioned, encrypted, closed to the public and to plain HTTP, and owned by its account.

    It writes no server access log: CloudTrail's data events tell who asked for which object, validated and complete,
    where access logs are delivered at best effort and need another bucket.
    """

    name: str
    """Name of the bucket."""

    def __init__(self, name: str, args: BucketArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenancy:index:Bucket", name, None, opts)
        # What protects a bucket stays as long as the bucket does.
        child = pulumi.ResourceOptions(parent=self, retain_on_delete=args.retain)
        self.name = args.name
        bucket = aws.s3.Bucket(f"{name}-bucket", bucket=self.name, force_destroy=not args.retain, opts=child)
        aws.s3.BucketOwnershipControls(
            f"{name}-ownership",
            bucket=bucket.bucket,
            rule={"object_ownership": "BucketOwnerEnforced"},
            opts=child,
        )
        closed = aws.s3.BucketPublicAccessBlock(
            f"{name}-public-access",
            bucket=bucket.bucket,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=child,
        )
        versioning = aws.s3.BucketVersioning(
            f"{name}-versioning",
            bucket=bucket.bucket,
            versioning_configuration={"status": "Enabled"},
            opts=child,
        )
        aws.s3.BucketServerSideEncryptionConfiguration(
            f"{name}-encryption",
            bucket=bucket.bucket,
            rules=[
                {
                    "apply_server_side_encryption_by_default": {
                        "sse_algorithm": "aws:kms",
                        "kms_master_key_id": args.key_arn,
                    },
                    "bucket_key_enabled": True,  # one call of KMS for many objects
                }
            ],
            opts=child,
        )
        # Rules about noncurrent versions mean something once there are versions.
        aws.s3.BucketLifecycleConfiguration(
            f"{name}-lifecycle",
            bucket=bucket.bucket,
            rules=_rules(args),
            opts=pulumi.ResourceOptions.merge(child, pulumi.ResourceOptions(depends_on=[versioning])),
        )
        # S3 lets two changes of a bucket's access at once fail with a conflict.
        aws.s3.BucketPolicy(
            f"{name}-policy",
            bucket=bucket.bucket,
            policy=render(buckets.private_bucket(*args.statements, partition=args.place.partition, bucket=self.name)),
            opts=pulumi.ResourceOptions.merge(child, pulumi.ResourceOptions(depends_on=[closed])),
        )
        self.register_outputs({"name": self.name})


def _rules(args: BucketArgs) -> list[aws.s3.BucketLifecycleConfigurationRuleArgsDict]:
    """One rule for all objects; a marker of a deletion goes once there is nothing left to bring back."""
    expiration: aws.s3.BucketLifecycleConfigurationRuleExpirationArgsDict = (
        {"expired_object_delete_marker": True} if args.expiration_days is None else {"days": args.expiration_days}
    )
    return [
        {
            "id": "retention",
            "status": "Enabled",
            "filter": {"prefix": ""},
            "expiration": expiration,
            "noncurrent_version_expiration": {"noncurrent_days": args.noncurrent_days},
            "abort_incomplete_multipart_upload": {"days_after_initiation": _DAYS_FOR_PARTS},
        }
    ]
