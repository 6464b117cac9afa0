"""Paths of a container as paths of this machine."""

# ruff: noqa: S108 (paths within containers, not files of ours)

from __future__ import annotations

import json
from pathlib import Path

import pytest

from local.spark.container.mounts import Mounts, mounts_of

MOUNTS = mounts_of(
    {"CONTAINER_MOUNTS": json.dumps({"/tmp": "/tmp/pods/1/tmp", "/opt/spark/conf": "/tmp/pods/1/conf"})},
    Path("/cache/pyspark"),
)


@pytest.mark.parametrize(
    ("path", "here"),
    [
        ("/tmp", "/tmp/pods/1/tmp"),
        ("/tmp/x", "/tmp/pods/1/tmp/x"),
        ("/tmpfile", "/tmpfile"),
        ("/opt/spark/conf/spark.properties", "/tmp/pods/1/conf/spark.properties"),
        ("/opt/spark/examples", "/cache/pyspark/examples"),
        (
            "local:///usr/lib/spark/examples/src/main/python/pi.py",
            "local:///cache/pyspark/examples/src/main/python/pi.py",
        ),
        ("file:///tmp/a.jar", "file:///tmp/pods/1/tmp/a.jar"),
        ("s3://bucket/tmp/x", "s3://bucket/tmp/x"),
        ("/tmp/pods/1/conf/spark.properties", "/tmp/pods/1/conf/spark.properties"),
        ("20", "20"),
    ],
)
def test_a_word_is_translated_once_at_a_slash_by_the_longest_mount(path: str, here: str) -> None:
    assert MOUNTS.word(path) == here
    assert MOUNTS.word(here) == here


def test_a_container_without_mounts_still_has_spark() -> None:
    assert mounts_of({}, Path("/s")).host("/usr/lib/spark/jars") == "/s/jars"


def test_a_mount_may_be_written_with_a_slash_at_its_end() -> None:
    assert Mounts(folders={"/data/": "/h"}).host("/data/x") == "/h/x"


def test_settings_about_the_drivers_own_files_are_translated_and_those_about_executors_are_not() -> None:
    settings = {
        "spark.local.dir": "/tmp/a,/data",
        "spark.jars": "local:///usr/lib/spark/jars/x.jar",
        "spark.kubernetes.executor.podTemplateFile": "/opt/spark/conf/executor.yaml",
        "spark.kubernetes.executor.volumes.emptyDir.scratch.mount.path": "/tmp",
        "spark.executorEnv.SCRATCH": "/tmp",
        "spark.executor.extraClassPath": "/tmp/x.jar",
        "spark.app.name": "pi",
    }

    assert MOUNTS.settings(settings) == {
        "spark.local.dir": "/tmp/pods/1/tmp/a,/data",
        "spark.jars": "local:///cache/pyspark/jars/x.jar",
        "spark.kubernetes.executor.podTemplateFile": "/tmp/pods/1/conf/executor.yaml",
    }
