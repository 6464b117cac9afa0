"""A private bucket of the platform."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from iam import buckets
from iam.documents import render
from spec.place import Place


@dataclass(frozen=True, kw_only=True)
class BucketArgs:
    """Name of the bucket, and whether its objects may go."""

    place: Place
    """Platform, account and Region."""
    name: str
    """Name of the bucket, unique in the partition."""
    retain: bool
    """Whether bucket and objects stay when their stack is destroyed."""


class Bucket(pulumi.ComponentResource):
    """A bucket that is versioned, encrypted, closed to the public and to plain HTTP, and owned by its account."""

    name: str
    """Name of the bucket."""

    def __init__(self, name: str, args: BucketArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenancy:index:Bucket", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.name = args.name
        bucket = aws.s3.Bucket(
            f"{name}-bucket",
            bucket=self.name,
            force_destroy=not args.retain,
            opts=pulumi.ResourceOptions(parent=self, retain_on_delete=args.retain),
        )
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
        aws.s3.BucketVersioning(
            f"{name}-versioning",
            bucket=bucket.bucket,
            versioning_configuration={"status": "Enabled"},
            opts=child,
        )
        aws.s3.BucketServerSideEncryptionConfiguration(
            f"{name}-encryption",
            bucket=bucket.bucket,
            rules=[{"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}}],
            opts=child,
        )
        # S3 lets two changes of a bucket's access at once fail with a conflict.
        aws.s3.BucketPolicy(
            f"{name}-policy",
            bucket=bucket.bucket,
            policy=render(buckets.private_bucket(partition=args.place.partition, bucket=self.name)),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[closed]),
        )
        self.register_outputs({"name": self.name})
