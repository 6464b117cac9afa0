"""Fetches objects from S3 with the credentials of the job's pod."""

from __future__ import annotations

import hashlib
from importlib import import_module
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from local.spark.container.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_SCHEMES = ("s3://", "s3a://", "s3n://")
_MISSING = {"404", "NoSuchKey", "NoSuchBucket"}


def is_object(uri: str) -> bool:
    """Whether a URI means an object in S3."""
    return uri.startswith(_SCHEMES)


def fetch(uri: str, folder: Path, client: Callable[[], Any] | None = None) -> Path:
    """Fetch one object into a folder, under its own name; a fragment of the URI is ignored.

    Raises:
        Refusal: it is not there, or may not be read, or S3 does not answer; the text names the URI.
    """
    bucket, _, key = uri.partition("#")[0].partition("://")[2].partition("/")
    if not bucket or not key or key.endswith("/"):
        raise Refusal(f"{uri} names no object: s3://BUCKET/KEY is needed.")
    # Objects of one name under several prefixes must not meet in one folder.
    target = folder / hashlib.sha256(uri.encode()).hexdigest()[:12] / PurePosixPath(key).name
    target.parent.mkdir(parents=True, exist_ok=True)
    _download(client or _s3, bucket, key, target, uri)
    return target


def _download(client: Callable[[], Any], bucket: str, key: str, target: Path, uri: str) -> None:
    exceptions: Any = import_module("botocore.exceptions")
    try:
        client().download_file(bucket, key, str(target))
    except exceptions.ClientError as error:
        fault: dict[str, str] = error.response.get("Error", {})
        if fault.get("Code") in _MISSING:
            raise Refusal(f"{uri} does not exist.") from error
        raise Refusal(f"{uri} cannot be read: {error}") from error
    except exceptions.BotoCoreError as error:
        raise Refusal(f"{uri} cannot be read: {error}") from error


def _s3() -> Any:
    # Loading boto3 takes a third of a second, and most containers fetch nothing.
    boto3: Any = import_module("boto3")
    return boto3.client("s3")
