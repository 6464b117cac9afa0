"""Where a pod's logs go: S3 and CloudWatch Logs, in the layout that the EMR on EKS guide shows for job runs."""

from __future__ import annotations

import gzip
import shutil
import time
from importlib import import_module
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any, Protocol

from local.spark.container.log_batches import batches, whole_lines

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_PIECE_BYTES = 4 * 2**20
_MISSING_BUCKET = {"404", "NoSuchBucket"}
_MISSING_LOGS = "ResourceNotFoundException"
_THERE_ALREADY = "ResourceAlreadyExistsException"


class Destination(Protocol):
    """A place for a pod's logs."""

    name: str
    """What it is, for the messages about it."""

    def upload(self, file: Path, *, last: bool) -> None:
        """Bring the destination up to date with a log file; `last` when nothing will follow in it."""
        ...


class S3Destination:
    """One compressed object a stream, written anew whenever the stream has grown."""

    def __init__(self, uri: str, folder: str, client: Any) -> None:
        self.name = uri
        bucket, _, prefix = uri.removeprefix("s3://").partition("/")
        self._bucket = bucket
        self._prefix = "/".join(filter(None, (prefix.strip("/"), folder)))
        self._client = client
        self._uploaded: dict[str, int] = {}

    def upload(self, file: Path, *, last: bool) -> None:
        """An empty stream becomes an object too, at the end, so that its reader need not guess (our choice)."""
        size = file.stat().st_size
        if size == self._uploaded.get(file.name, -1 if last else 0):
            return
        with TemporaryFile() as packed:
            with file.open("rb") as plain, gzip.GzipFile(fileobj=packed, mode="wb") as gzipped:
                shutil.copyfileobj(plain, gzipped)
            self._put(f"{self._prefix}/{file.name}.gz", packed)
        self._uploaded[file.name] = size

    def _put(self, key: str, content: Any) -> None:
        for _ in range(2):
            content.seek(0)
            try:
                self._client.put_object(Bucket=self._bucket, Key=key, Body=content)
            except self._client.exceptions.ClientError as error:
                if _code(error) not in _MISSING_BUCKET:
                    raise
                self._create_bucket()
            else:
                return

    def _create_bucket(self) -> None:
        region = self._client.meta.region_name
        # us-east-1 is the one Region that must not be named (S3 API Reference, CreateBucket).
        place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        self._client.create_bucket(Bucket=self._bucket, **place)


class CloudWatchDestination:
    """A log stream a stream; its events carry the time at which they were read."""

    def __init__(self, group: str, folder: str, client: Any) -> None:
        self.name = f"log group {group}"
        self._group = group
        self._folder = folder
        self._client = client
        self._sent: dict[str, int] = {}

    def upload(self, file: Path, *, last: bool) -> None:
        """Send the whole lines that are new."""
        stream = f"{self._folder}/{file.name}"
        with file.open("rb") as log:
            while True:
                log.seek(self._sent.get(file.name, 0))
                data = log.read(_PIECE_BYTES)
                # A line that fills a whole piece is sent in parts, or it would never be.
                count = whole_lines(data, last=last) or (len(data) if len(data) == _PIECE_BYTES else 0)
                if not count:
                    return
                for batch in batches(data[:count], time.time_ns() // 10**6):
                    self._put(stream, batch)
                self._sent[file.name] = self._sent.get(file.name, 0) + count

    def _put(self, stream: str, batch: list[dict[str, Any]]) -> None:
        for _ in range(2):
            try:
                self._client.put_log_events(logGroupName=self._group, logStreamName=stream, logEvents=batch)
            except self._client.exceptions.ClientError as error:
                if _code(error) != _MISSING_LOGS:
                    raise
                self._create(stream)
            else:
                return

    def _create(self, stream: str) -> None:
        """The stream, and the group if it is missing: rights to make groups are needed only then."""
        try:
            self._client.create_log_stream(logGroupName=self._group, logStreamName=stream)
        except self._client.exceptions.ClientError as error:
            if _code(error) == _THERE_ALREADY:
                return
            if _code(error) != _MISSING_LOGS:
                raise
            self._client.create_log_group(logGroupName=self._group)
            self._client.create_log_stream(logGroupName=self._group, logStreamName=stream)


def destinations(environ: Mapping[str, str]) -> list[Destination]:
    """Those that a job's monitoring configuration names."""
    folder = "/".join(
        (
            *(environ["EMR_VIRTUAL_CLUSTER_ID"], "jobs", environ["EMR_JOB_RUN_ID"], "containers"),
            environ["LOG_FOLDER"].strip("/"),
        )
    )
    found: list[Destination] = []
    if environ.get("LOG_S3_URI"):
        found.append(S3Destination(environ["LOG_S3_URI"], folder, _client("s3")))
    if environ.get("LOG_GROUP"):
        prefix = environ.get("LOG_STREAM_PREFIX", "").strip("/")
        logs = "/".join(filter(None, (prefix, folder)))
        found.append(CloudWatchDestination(environ["LOG_GROUP"], logs, _client("logs")))
    return found


def _client(service: str) -> Any:
    boto3: Any = import_module("boto3")
    config: Any = import_module("botocore.config")
    limits = config.Config(connect_timeout=5, read_timeout=30, retries={"max_attempts": 2})
    return boto3.client(service, config=limits)


def _code(error: Any) -> str:
    return str(error.response.get("Error", {}).get("Code"))
