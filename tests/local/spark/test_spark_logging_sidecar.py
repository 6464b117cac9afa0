"""The uploads of the logging sidecar, against the emulator's S3 and CloudWatch Logs in this process."""

from __future__ import annotations

import gzip
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from local.folder import CHECKOUT
from local.spark.container import fluentd
from local.spark.container.fluentd import MainContainerWatch, Uploader
from local.spark.container.log_destinations import CloudWatchDestination, S3Destination, destinations

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.local.spark.conftest import Container

FOLDER = "vc/jobs/job/containers/spark-1/driver"
ENVIRON = {
    "EMR_VIRTUAL_CLUSTER_ID": "vc",
    "EMR_JOB_RUN_ID": "job",
    "LOG_FOLDER": "spark-1/driver",
    "LOG_S3_URI": "s3://tenant-logs/tenant/",
    "LOG_GROUP": "/emr/tenant",
    "LOG_STREAM_PREFIX": "spark",
}


@pytest.fixture(autouse=True)
def _aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in {
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "y",
        "AWS_DEFAULT_REGION": "us-west-2",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        yield


def client(service: str) -> Any:
    make: Any = boto3.client
    return make(service)


def log_file(tmp_path: Path, content: bytes, name: str = "stderr") -> Path:
    file = tmp_path / "user" / "pod" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return file


def messages(stream: str) -> list[str]:
    events = client("logs").get_log_events(logGroupName="/emr/tenant", logStreamName=stream, startFromHead=True)
    return [event["message"] for event in events["events"]]


@pytest.mark.covers("MO-08", "MO-09", "JR-15")
def test_logs_lie_in_emrs_layout_in_a_bucket_and_group_that_are_made_if_missing(tmp_path: Path) -> None:
    log_file(tmp_path, b"one\ntwo\n")
    log_file(tmp_path, b"Pi\n", "stdout")

    assert Uploader(tmp_path / "user", ENVIRON).upload(last=True)

    found = {each["Key"] for each in client("s3").list_objects_v2(Bucket="tenant-logs")["Contents"]}
    assert found == {f"tenant/{FOLDER}/stderr.gz", f"tenant/{FOLDER}/stdout.gz"}
    content = client("s3").get_object(Bucket="tenant-logs", Key=f"tenant/{FOLDER}/stderr.gz")["Body"].read()
    assert gzip.decompress(content) == b"one\ntwo\n"
    assert messages(f"spark/{FOLDER}/stderr") == ["one", "two"]
    assert messages(f"spark/{FOLDER}/stdout") == ["Pi"]


def test_what_was_sent_is_not_sent_again_and_a_line_in_the_making_waits(tmp_path: Path) -> None:
    destination = CloudWatchDestination("/emr/tenant", "pod", client("logs"))
    file = log_file(tmp_path, b"one\nt")
    destination.upload(file, last=False)
    with file.open("ab") as log:
        log.write(b"wo\nthree")

    destination.upload(file, last=False)
    assert messages("pod/stderr") == ["one", "two"]
    destination.upload(file, last=True)
    assert messages("pod/stderr") == ["one", "two", "three"]


def test_an_empty_stream_becomes_an_object_only_at_the_end(tmp_path: Path) -> None:
    destination = S3Destination("s3://tenant-logs", "pod", client("s3"))
    file = log_file(tmp_path, b"")

    destination.upload(file, last=False)
    assert client("s3").list_buckets()["Buckets"] == []
    destination.upload(file, last=True)
    assert [each["Key"] for each in client("s3").list_objects_v2(Bucket="tenant-logs")["Contents"]] == ["pod/stderr.gz"]


def test_a_denied_upload_is_said_once_and_the_other_destination_has_its_logs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    log_file(tmp_path, b"one\n")
    uploader = Uploader(tmp_path / "user", ENVIRON)
    denied = ClientError({"Error": {"Code": "AccessDenied", "Message": "not authorized"}}, "PutObject")

    def deny(*_: object) -> None:
        raise denied

    monkeypatch.setattr(S3Destination, "_put", deny)

    assert not uploader.upload(last=False)
    assert not uploader.upload(last=True)
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 1
    assert said[0].startswith("stderr was not uploaded to s3://tenant-logs/tenant/: ")
    assert "not authorized" in said[0]
    assert messages(f"spark/{FOLDER}/stderr") == ["one"]


def test_only_the_destinations_that_a_job_names_are_used() -> None:
    assert [each.name for each in destinations(ENVIRON | {"LOG_GROUP": ""})] == ["s3://tenant-logs/tenant/"]
    assert [each.name for each in destinations(ENVIRON | {"LOG_S3_URI": ""})] == ["log group /emr/tenant"]


def test_the_end_of_the_main_container_is_what_it_says_or_a_heartbeat_that_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = MainContainerWatch(tmp_path)
    beat = tmp_path / "main-container-terminated"
    assert not watch.has_ended()
    beat.touch()
    assert not watch.has_ended()
    os.utime(beat, (time.time() - 61, time.time() - 61))
    assert watch.has_ended()
    beat.touch()
    (tmp_path / "main-container-ended").touch()
    assert watch.has_ended()
    monkeypatch.setattr(fluentd, "_FIRST_HEARTBEAT_SECONDS", -1)
    assert MainContainerWatch(tmp_path / "none").has_ended()


@pytest.mark.parametrize("end", ["main container", "signal"])
def test_the_sidecar_ends_well_with_its_pod_or_when_asked_to(container: Container, end: str) -> None:
    signals = container.path("/var/log/fluentd")
    (signals / "main-container-terminated").touch()
    with subprocess.Popen(
        [sys.executable, "-m", "local.spark.container", "fluentd"], cwd=CHECKOUT, env=container.environ
    ) as process:
        time.sleep(1)
        assert process.poll() is None
        if end == "signal":
            process.send_signal(signal.SIGTERM)
        else:
            (signals / "main-container-ended").touch()
        assert process.wait(20) == 0
