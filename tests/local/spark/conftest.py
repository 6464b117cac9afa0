"""A container of the tests: mounts in a folder, and a Spark whose programs are scripts of theirs."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from local.spark import Distribution
from local.spark.container.mounts import Mounts, mounts_of

if TYPE_CHECKING:
    from pathlib import Path

_PATHS = ("/var/log/fluentd", "/var/log/spark/user", "/etc/spark/conf", "/var/run/secrets/kubernetes.io/serviceaccount")


@dataclass(frozen=True, kw_only=True)
class Container:
    """What surrounds a container's program."""

    root: Path
    spark: Distribution
    environ: dict[str, str]

    @property
    def mounts(self) -> Mounts:
        return mounts_of(self.environ, self.spark.home)

    def path(self, inside: str) -> Path:
        return self.root / "mounts" / inside.strip("/").replace("/", "-")

    def spark_submit(self, script: str) -> None:
        """Let spark-submit be a shell script."""
        program = self.spark.home / "bin" / "spark-submit"
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)


@pytest.fixture
def container(tmp_path: Path) -> Container:
    folders = {path: tmp_path / "mounts" / path.strip("/").replace("/", "-") for path in _PATHS}
    for folder in (*folders.values(), tmp_path / "work"):
        folder.mkdir(parents=True)
    return Container(
        root=tmp_path,
        spark=Distribution(
            home=tmp_path / "pyspark", java=tmp_path / "jdk" / "bin" / "java", python=tmp_path / "bin" / "python"
        ),
        environ={
            "PATH": os.defpath,
            "TMPDIR": str(tmp_path / "work"),
            "CONTAINER_MOUNTS": json.dumps({path: str(folder) for path, folder in folders.items()}),
            "CONTAINER_HOSTS": str(tmp_path / "hosts"),
            "TERMINATION_LOG": str(tmp_path / "termination"),
            "SIDECAR_SIGNAL_FILE": str(folders["/var/log/fluentd"] / "main-container-terminated"),
            "SPARK_CONTAINER_ID": "pod-1",
            "KUBERNETES_SERVICE_HOST": "127.0.0.1",
            "KUBERNETES_SERVICE_PORT": "6443",
            "SPARK_DRIVER_BIND_ADDRESS": "127.20.0.7",
        },
    )
