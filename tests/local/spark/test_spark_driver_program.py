"""What a driver and an executor are started with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.folder import CHECKOUT
from local.spark.container import objects
from local.spark.container.driver import driver_arguments
from local.spark.container.executor import executor_command
from local.spark.container.refusal import Refusal
from local.spark.container.spark_process import jvm_options, spark_environment
from local.spark.container.submit_arguments import parse

if TYPE_CHECKING:
    from pathlib import Path

    from tests.local.spark.conftest import Container

PI = "local:///usr/lib/spark/examples/src/main/python/pi.py"


def test_a_driver_runs_in_client_mode_on_its_own_address_against_the_real_api_server(container: Container) -> None:
    words = driver_arguments(["--class", "Runner", PI, "20"], container.mounts, container.environ)

    assert words[:4] == ["--deploy-mode", "client", "--class", "Runner"]
    assert words[-2:] == [f"local://{container.spark.home}/examples/src/main/python/pi.py", "20"]
    account = container.path("/var/run/secrets/kubernetes.io/serviceaccount")
    assert parse(words).settings() == {
        "spark.driver.bindAddress": "127.20.0.7",
        "spark.executorEnv.SPARK_DRIVER_POD_IP": "127.20.0.7",
        "spark.kubernetes.driver.master": "https://127.0.0.1:6443",
        "spark.kubernetes.authenticate.driver.mounted.oauthTokenFile": f"{account}/token",
        "spark.kubernetes.authenticate.driver.mounted.caCertFile": f"{account}/ca.crt",
        "spark.kubernetes.authenticate.oauthTokenFile": f"{account}/token",
        "spark.kubernetes.authenticate.caCertFile": f"{account}/ca.crt",
    }


def test_files_in_s3_are_fetched_before_spark_starts_and_keep_their_names(
    container: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched: list[str] = []

    def fetch(uri: str, folder: Path) -> Path:
        fetched.append(uri)
        return folder / uri.partition("#")[0].rpartition("/")[2]

    monkeypatch.setattr(objects, "fetch", fetch)
    file = container.root / "spark.properties"
    file.write_text(
        "spark.submit.pyFiles=s3\\://b/helper.py,local\\:///usr/lib/spark/x.py\n"
        "spark.archives=s3a\\://b/env.tar.gz#environment\nspark.jars=https\\://h/x.jar\n"
    )

    words = driver_arguments(
        ["--properties-file", str(file), "s3://b/app.py", "s3://b/in"], container.mounts, container.environ
    )

    folder = container.root / "work" / "fetched"
    settings = parse(words).settings()
    assert settings["spark.submit.pyFiles"] == f"{folder}/helper.py,local://{container.spark.home}/x.py"
    assert settings["spark.archives"] == f"{folder}/env.tar.gz#environment"
    assert settings["spark.jars"] == "https://h/x.jar"
    assert words[-2:] == [f"{folder}/app.py", "s3://b/in"]
    assert "s3://b/in" not in fetched


@pytest.mark.parametrize("uri", ["s3://bucket", "s3://bucket/", "s3:///key", "s3://bucket/folder/"])
def test_a_uri_that_names_no_object_is_refused_with_what_is_needed(uri: str, tmp_path: Path) -> None:
    with pytest.raises(Refusal, match=f"^{uri} names no object: s3://BUCKET/KEY is needed"):
        objects.fetch(uri, tmp_path)


def test_an_executor_is_the_images_command_line_with_options_in_the_order_of_their_numbers(
    container: Container,
) -> None:
    options = {f"SPARK_JAVA_OPT_{number}": f"-Dn={number}" for number in (10, 9, 0)}
    environ = (
        container.environ
        | options
        | {
            "SPARK_EXECUTOR_MEMORY": "2g",
            "SPARK_CONF_DIR": "/conf",
            "SPARK_DRIVER_URL": "spark://driver:7078",
            "SPARK_EXECUTOR_ID": "1",
            "SPARK_EXECUTOR_CORES": "2",
            "SPARK_APPLICATION_ID": "spark-1",
            "SPARK_EXECUTOR_POD_IP": "127.20.0.8",
            "SPARK_RESOURCE_PROFILE_ID": "0",
            "SPARK_EXECUTOR_POD_NAME": "exec-1",
        }
    )

    command = executor_command(container.spark, environ)

    assert command[0] == str(container.spark.java)
    assert [word for word in command if word.startswith("-Dn=")] == ["-Dn=0", "-Dn=9", "-Dn=10"]
    assert command[command.index("-cp") + 1] == f"/conf:{container.spark.home}/jars/*"
    assert "-Xmx2g" in command
    assert " ".join(command[-14:]) == (
        "--driver-url spark://driver:7078 --executor-id 1 --cores 2 --app-id spark-1 "
        "--hostname 127.20.0.8 --resourceProfileId 0 --podName exec-1"
    )


def test_a_collector_is_chosen_only_where_the_job_chooses_none() -> None:
    assert "-XX:+UseSerialGC" in jvm_options({}, "-XX:+UseStringDeduplication -Dx=UseG1GC")
    assert "-XX:+UseSerialGC" not in jvm_options({}, "-Da=b -XX:+UseG1GC")


def test_names_come_from_the_hosts_file_and_temporary_files_stay_in_the_container(container: Container) -> None:
    options = jvm_options(container.environ)

    assert f"-Djdk.net.hosts.file={container.root}/hosts" in options
    assert f"-Djava.io.tmpdir={container.root}/work" in options


def test_an_application_does_not_see_our_own_code_and_may_choose_its_python(container: Container) -> None:
    ours = container.environ | {"PYTHONPATH": f"{CHECKOUT}:/tenant", "PYSPARK_PYTHON": "./env/python"}

    environment = spark_environment(ours, container.spark, ["-Da=b c"])

    assert environment["PYTHONPATH"] == "/tenant"
    assert environment["PYSPARK_PYTHON"] == "./env/python"
    assert environment["SPARK_SUBMIT_OPTS"] == "'-Da=b c'"
    assert environment["JAVA_HOME"] == str(container.root / "jdk")
