"""S3: what a request asks for, with the policy of its bucket and the condition keys of the service.

Sources: Service Authorization Reference, "Actions, resources, and condition keys for Amazon S3"; S3 User Guide,
"Bucket policy examples using condition keys". Not here: the keys of tags that objects have already
(`s3:ExistingObjectTag`), and the use of a KMS key that S3 makes for the caller. DeleteObjects is refused as a whole,
where AWS deletes what may be deleted and lists the rest; a missing object is always 404, where AWS says 403 to those
who may not list.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote
from xml.etree import ElementTree as ET

from moto.s3.models import s3_backends  # pyright: ignore[reportMissingTypeStubs]

from local.aws.emulator.authorization.asks import Ask, UnknownActionError
from local.aws.emulator.authorization.services import s3_operations
from local.aws.emulator.authorization.services.s3_actions import ALSO, BUCKET, OBJECT, VERSIONED
from local.aws.emulator.principals import PARTITION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.aws.emulator.authorization.requests import RestRequest

_S3: Any = s3_backends
_WRITES = ("CopyObject", "CreateMultipartUpload", "PutObject")
_COPIES = ("CopyObject", "UploadPartCopy")
_QUERY_KEYS = {
    "delimiter": "s3:delimiter",
    "max-keys": "s3:max-keys",
    "prefix": "s3:prefix",
    "versionId": "s3:VersionId",
}
_HEADER_KEYS = (
    "if-match",
    "if-none-match",
    "x-amz-acl",
    "x-amz-content-sha256",
    "x-amz-copy-source",
    "x-amz-grant-full-control",
    "x-amz-grant-read",
    "x-amz-grant-read-acp",
    "x-amz-grant-write",
    "x-amz-grant-write-acp",
    "x-amz-metadata-directive",
    "x-amz-server-side-encryption",
    "x-amz-server-side-encryption-aws-kms-key-id",
    "x-amz-storage-class",
    "x-amz-website-redirect-location",
)


def asks(request: RestRequest) -> Iterator[Ask]:
    """Give what a request asks for.

    Raises:
        UnknownActionError: the table has no action for the request.
    """
    operation = s3_operations.operation(request)
    bucket, _, key = request.path.lstrip("/").partition("/")
    context = _context(request)
    if operation == "ListBuckets":
        yield Ask(action="s3:ListAllMyBuckets", resource="*", context=context)
    elif operation == "DeleteObjects":
        yield from _deletions(request, bucket, context)
    elif operation in BUCKET:
        yield _ask(BUCKET[operation], bucket, "", context)
    elif operation in OBJECT:
        yield from _on_object(operation, request, (bucket, key), context)
    else:
        raise UnknownActionError(f"s3:{operation or f'{request.method} {request.path}'}")


def _on_object(operation: str, request: RestRequest, place: tuple[str, str], context: dict[str, Any]) -> Iterator[Ask]:
    action = OBJECT[operation]
    if "versionId" in request.query:
        action = VERSIONED.get(action, action)
    yield _ask(action, *place, context)
    if operation == "GetObjectAttributes":
        yield _ask("GetObjectAttributes", *place, context)
    if operation in _WRITES:
        for beside in sorted({ALSO[name] for name in request.headers if name in ALSO}):
            yield _ask(beside, *place, context)
    if operation in _COPIES:
        source, _, version = unquote(request.headers["x-amz-copy-source"]).partition("?versionId=")
        bucket, _, key = source.lstrip("/").partition("/")
        yield _ask("GetObjectVersion" if version else "GetObject", bucket, key, _signed(request))
    if request.headers.get("x-amz-bypass-governance-retention", "").lower() == "true":
        yield _ask("BypassGovernanceRetention", *place, context)


def _deletions(request: RestRequest, bucket: str, context: dict[str, Any]) -> Iterator[Ask]:
    """One ask for each object that DeleteObjects lists."""
    try:
        listed = ET.fromstring(request.body())  # noqa: S314 - of a job on this machine, to a server for it alone
    except ET.ParseError:
        return  # S3 refuses it as MalformedXML
    for item in (each for each in listed.iter() if _local_name(each) == "Object"):
        members = {_local_name(member): member.text or "" for member in item}
        action = "DeleteObjectVersion" if members.get("VersionId") else "DeleteObject"
        yield _ask(action, bucket, members.get("Key", ""), context)


def _ask(action: str, bucket: str, key: str, context: dict[str, Any]) -> Ask:
    owner, policy = _owner_and_policy(bucket)
    of_owner = {"aws:ResourceAccount": owner, "s3:ResourceAccount": owner} if owner else {}
    return Ask(
        action=f"s3:{action}",
        resource=f"arn:aws:s3:::{bucket}/{key}" if key else f"arn:aws:s3:::{bucket}",
        context=context | of_owner,
        owner=owner,
        policy=policy,
    )


def _owner_and_policy(name: str) -> tuple[str, dict[str, Any] | None]:
    """The account of a bucket and the bucket policy; of a bucket that does not exist neither."""
    for account in list(_S3):
        bucket = _S3[account][PARTITION].buckets.get(name)
        if bucket is not None:
            text: bytes | None = bucket.policy
            return account, json.loads(text) if text else None
    return "", None


def _context(request: RestRequest) -> dict[str, Any]:
    keys: dict[str, Any] = {key: request.query[name] for name, key in _QUERY_KEYS.items() if name in request.query}
    keys |= {f"s3:{name}": request.headers[name] for name in _HEADER_KEYS if name in request.headers}
    if "x-amz-tagging" in request.headers:
        tags = dict(parse_qsl(request.headers["x-amz-tagging"], keep_blank_values=True))
        keys |= {f"s3:RequestObjectTag/{name}": value for name, value in tags.items()}
        keys["s3:RequestObjectTagKeys"] = list(tags)
    return keys | _signed(request)


def _signed(request: RestRequest) -> dict[str, Any]:
    by_header = "authorization" in request.headers
    kind = "REST-HEADER" if by_header else "REST-QUERY-STRING"
    return {"s3:authType": kind, "s3:signatureversion": "AWS4-HMAC-SHA256"}


def _local_name(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]
