"""Places in S3 as people write them, and as IAM documents name them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from emr.fault import Fault

_BUCKET = re.compile(r"(?!xn--|sthree-)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?<!-s3alias)(?<!--ol-s3)")
_KEY = re.compile(r"([A-Za-z0-9!_.()=-]+/)*")
_LONGEST_KEY = 1024


@dataclass(frozen=True, kw_only=True)
class Prefix:
    """All objects of a bucket whose key begins with a text that ends in a slash."""

    bucket: str
    """Name of the bucket."""
    key: str
    """Beginning of the keys; empty for the whole bucket."""

    @property
    def uri(self) -> str:
        """The place as people write it."""
        return f"s3://{self.bucket}/{self.key}"

    def bucket_arn(self, partition: str) -> str:
        """ARN of the bucket."""
        return f"arn:{partition}:s3:::{self.bucket}"

    def objects_arn(self, partition: str) -> str:
        """ARN pattern of the objects."""
        return f"{self.bucket_arn(partition)}/{self.key}*"


def of_tenant(bucket: str, tenant: str) -> Prefix:
    """A tenant's own place in a bucket that all tenants share."""
    return Prefix(bucket=bucket, key=f"{tenant}/")


def prefix(uri: str) -> Prefix:
    """Read `s3://bucket/key/`.

    Raises:
        ValueError: `check_prefix` finds a fault in it.
    """
    if faults := check_prefix(uri):
        raise ValueError(str(faults[0]))
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return Prefix(bucket=bucket, key=key)


def check_prefix(uri: str) -> list[Fault]:
    """What keeps a text from being a prefix that can be granted."""
    bucket, slash, key = uri.removeprefix("s3://").partition("/")
    if (
        uri.startswith("s3://")
        and slash
        and _BUCKET.fullmatch(bucket)
        and _KEY.fullmatch(key)
        and len(key) <= _LONGEST_KEY
    ):
        return []
    write = "s3://my-bucket/my-folder/"
    if uri.startswith("s3://") and not uri.endswith("/"):
        write = f"{uri}/"
    return [
        Fault(
            given=repr(uri),
            allowed="s3://bucket/folder/ with a closing slash and no wildcard; s3://bucket/ for a whole bucket",
            why="it becomes a pattern in the role's policy, where s3://bucket/a would also open s3://bucket/ab",
            write=write,
        )
    ]
