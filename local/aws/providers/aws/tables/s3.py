"""Buckets and what is said of them one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from local.aws.providers.aws.rows import AutoName, Call, Read, Row, Special, Tagging, Work

if TYPE_CHECKING:
    from collections.abc import Mapping

_OF_BUCKET: Final = {"Bucket": "{bucket}"}


def creation(values: dict[str, Any]) -> dict[str, Any]:
    """Give the request for a bucket: S3 wants the region named, except its first one (CreateBucket)."""
    region = values["region"]
    place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    return {"Bucket": values["bucket"], **place}


def empty(work: Work) -> None:
    """Delete all that is in a bucket, every version of it, when the program asks for it."""
    while work.values.get("forceDestroy"):
        page = work.api("ListObjectVersions", Bucket=work.id)
        listed = page.get("Versions", []) + page.get("DeleteMarkers", [])
        if not listed:
            return
        keys = [{"Key": each["Key"], "VersionId": each["VersionId"]} for each in listed]
        work.api("DeleteObjects", Bucket=work.id, Delete={"Objects": keys, "Quiet": True})


BUCKET: Final = Row(
    type="aws:s3/bucket:Bucket",
    service="s3",
    create=Call(operation="CreateBucket", only=frozenset({"bucket"}), build=creation),
    id="{bucket}",
    reads=(
        Read(operation="HeadBucket", request={"Bucket": "{id}"}),
        Read(
            operation="GetBucketTagging",
            request={"Bucket": "{id}"},
            path="TagSet",
            into="tags",
            absent=("NoSuchTagSet",),
        ),
    ),
    delete=Call(operation="DeleteBucket", request={"Bucket": "{id}"}),
    computed={
        "arn": "arn:{partition}:s3:::{id}",
        "bucket": "{id}",
        "bucketDomainName": "{id}.s3.amazonaws.com",
        "bucketRegionalDomainName": "{id}.s3.{region}.amazonaws.com",
    },
    defaults={"forceDestroy": False},
    settings=frozenset({"forceDestroy"}),
    autoname=AutoName(name="bucket", limit=63, lower=True, prefixed_by="bucketPrefix"),
    tags=Tagging(
        tag="PutBucketTagging",
        untag="DeleteBucketTagging",
        request={"Bucket": "{id}"},
        whole="Tagging",
    ),
    before_delete=empty,
)


def aspect(
    noun: str,
    *,
    put: str,
    within: str,
    get: str,
    delete: Call,
    path: str | None = None,
    into: str = "",
    defaults: Mapping[str, Any] | None = None,
    settings: frozenset[str] = frozenset(),
    without: frozenset[str] = frozenset(),
) -> Row:
    """Give the row of one thing that is said of a bucket, a resource of its own in Pulumi and not in S3."""
    return Row(
        type=f"aws:s3/bucket{noun}:Bucket{noun}",
        service="s3",
        create=Call(operation=put, within=within),
        id="{bucket}",
        reads=(Read(operation=get, request=_OF_BUCKET, path=within if path is None else path, into=into),),
        updates=(Call(operation=put, request=_OF_BUCKET, within=within, whole=True),),
        delete=delete,
        computed={"bucket": "{bucket}"},
        defaults=defaults or {},
        settings=settings,
        without=frozenset({"expectedBucketOwner", "mfa"}) | without,
        identity=frozenset({"bucket"}),
    )


VERSIONING: Final = aspect(
    "Versioning",
    put="PutBucketVersioning",
    within="",
    get="GetBucketVersioning",
    path="Status && @",
    into="versioningConfiguration",
    delete=Call(
        operation="PutBucketVersioning",
        request={**_OF_BUCKET, "VersioningConfiguration": {"Status": "Suspended"}},
    ),
)
ENCRYPTION: Final = aspect(
    "ServerSideEncryptionConfiguration",
    put="PutBucketEncryption",
    within="ServerSideEncryptionConfiguration",
    get="GetBucketEncryption",
    delete=Call(operation="DeleteBucketEncryption", request=_OF_BUCKET),
)
PUBLIC_ACCESS_BLOCK: Final = aspect(
    "PublicAccessBlock",
    put="PutPublicAccessBlock",
    within="PublicAccessBlockConfiguration",
    get="GetPublicAccessBlock",
    delete=Call(operation="DeletePublicAccessBlock", request=_OF_BUCKET),
    defaults=dict.fromkeys(
        ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"),
        False,
    ),
    settings=frozenset({"skipDestroy"}),
)
OWNERSHIP_CONTROLS: Final = aspect(
    "OwnershipControls",
    put="PutBucketOwnershipControls",
    within="OwnershipControls",
    get="GetBucketOwnershipControls",
    delete=Call(operation="DeleteBucketOwnershipControls", request=_OF_BUCKET),
)
LIFECYCLE: Final = aspect(
    "LifecycleConfiguration",
    put="PutBucketLifecycleConfiguration",
    within="LifecycleConfiguration",
    get="GetBucketLifecycleConfiguration",
    path="",
    delete=Call(operation="DeleteBucketLifecycle", request=_OF_BUCKET),
    without=frozenset({"transitionDefaultMinimumObjectSize"}),
)
POLICY: Final = aspect(
    "Policy",
    put="PutBucketPolicy",
    within="",
    get="GetBucketPolicy",
    delete=Call(operation="DeleteBucketPolicy", request=_OF_BUCKET),
)

_OF_OBJECT: Final = {"Bucket": "{bucket}", "Key": "{key}"}


def forget(work: Work) -> None:
    """Delete every version of an object, as the provider does where a bucket keeps versions."""
    bucket, key = work.values["bucket"], work.values["key"]
    page = work.api("ListObjectVersions", Bucket=bucket, Prefix=key)
    for each in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]:
        if each["Key"] == key:
            work.api("DeleteObject", Bucket=bucket, Key=key, VersionId=each["VersionId"])


OBJECT: Final = Row(
    type="aws:s3/bucketObjectv2:BucketObjectv2",
    service="s3",
    create=Call(operation="PutObject", only=frozenset({"bucket", "key", "content", "contentType"})),
    id="{bucket}/{key}",
    reads=(
        Read(operation="HeadObject", request=_OF_OBJECT),
        Read(operation="GetObjectTagging", request=_OF_OBJECT, path="TagSet", into="tags"),
    ),
    delete=Call(operation="DeleteObject", request=_OF_OBJECT),
    names={"content": "Body"},
    specials={"etag": Special(from_api=lambda raw: raw["ETag"].strip('"'))},
    computed={"arn": "arn:{partition}:s3:::{bucket}/{key}", "bucket": "{bucket}", "key": "{key}"},
    defaults={"forceDestroy": False},
    settings=frozenset({"forceDestroy"}),
    unread=frozenset({"content"}),
    autoname=AutoName(name="key", limit=1024, prefixed_by=""),
    identity=frozenset({"bucket", "key"}),
    tags=Tagging(tag="PutObjectTagging", untag="DeleteObjectTagging", request=_OF_OBJECT, whole="Tagging"),
    before_delete=forget,
)

ROWS: Final = (BUCKET, VERSIONING, ENCRYPTION, PUBLIC_ACCESS_BLOCK, OWNERSHIP_CONTROLS, LIFECYCLE, POLICY, OBJECT)
