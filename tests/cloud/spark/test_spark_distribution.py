"""The fetched Spark computes, started by the driver's program as in a container, without a cluster."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from local.folder import CHECKOUT
from local.spark import ensure, find

pytestmark = pytest.mark.cloud

PI = "local:///usr/lib/spark/examples/src/main/python/pi.py"


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """What surrounds a driver's container; the API server is not asked in mode `local`."""
    ensure(print)
    logs, signals = tmp_path / "logs", tmp_path / "signals"
    hosts = tmp_path / "hosts"
    hosts.write_text(f"127.0.0.1 localhost {os.uname().nodename}\n")
    (tmp_path / "work").mkdir()
    return {
        "PATH": os.defpath,
        "HOME": str(tmp_path),
        "TMPDIR": str(tmp_path / "work"),
        "XDG_CACHE_HOME": os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache")),
        "CONTAINER_MOUNTS": json.dumps({"/var/log/spark/user": str(logs), "/var/log/fluentd": str(signals)}),
        "CONTAINER_HOSTS": str(hosts),
        "SIDECAR_SIGNAL_FILE": str(signals / "main-container-terminated"),
        "SPARK_CONTAINER_ID": "driver",
        "SPARK_DRIVER_BIND_ADDRESS": "127.20.30.1",
        "KUBERNETES_SERVICE_HOST": "127.0.0.1",
        "KUBERNETES_SERVICE_PORT": "1",
    }


def drive(environ: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-P", "-m", "local.spark.container", "driver", "--conf", "spark.master=local[2]", *words]
    return subprocess.run(command, cwd=CHECKOUT, env=environ, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.covers("JR-06")
def test_the_drivers_program_computes_pi_with_the_example_of_the_guide(environ: dict[str, str], tmp_path: Path) -> None:
    done = drive(environ, PI, "4")

    assert done.returncode == 0, done.stderr
    found = re.search(r"Pi is roughly (\d\.\d+)", done.stdout)
    assert found is not None
    assert abs(float(found[1]) - 3.14159) < 0.1
    assert (tmp_path / "logs" / "driver" / "stdout").read_text() == done.stdout
    assert list((tmp_path / "work").iterdir()) == []


def test_the_exit_code_of_an_application_is_that_of_its_container(environ: dict[str, str], tmp_path: Path) -> None:
    application = tmp_path / "application.py"
    application.write_text("import sys, boto3, yaml, pyspark\nassert 'local' not in sys.modules\nraise SystemExit(7)\n")

    assert drive(environ, str(application)).returncode == 7


def test_the_program_of_executors_is_in_the_distribution() -> None:
    spark = ensure(print)

    assert find() == spark
    backend = "org.apache.spark.scheduler.cluster.k8s.KubernetesExecutorBackend"
    done = subprocess.run(
        [spark.java, "-cp", f"{spark.home}/jars/*", backend, "--help"], capture_output=True, text=True, check=False
    )
    assert "--driver-url" in done.stdout + done.stderr
