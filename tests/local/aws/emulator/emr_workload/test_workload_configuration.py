from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from local.aws.emulator.emr_containers.workload import WorkloadRefused, config_map, spark_defaults
from local.aws.emulator.emr_containers.workload.configuration_files import hadoop_xml, java_properties, shell_exports
from local.spark.container import properties as spark_properties
from tests.local.aws.emulator.emr_workload.fake_namespace import FakeApi
from tests.local.aws.emulator.emr_workload.namespace_job import (
    JOB_ID,
    KEY,
    LABELS,
    NAMESPACE,
    SPARK,
    configured,
    job_run,
    properties,
)

if TYPE_CHECKING:
    from pathlib import Path

CONFIG_MAPS = f"/api/v1/namespaces/{NAMESPACE}/configmaps"
TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("properties") / "some.properties"


@given(settings=st.dictionaries(TEXT.filter(bool), TEXT.map(str.strip)))
def test_settings_come_back_from_a_properties_file_as_they_were(file: Path, settings: dict[str, str]) -> None:
    # Characters beyond the basic plane come back as Java has them: in two units.
    file.write_text(java_properties(settings), encoding="utf-8")
    units = {_utf16(key): _utf16(value) for key, value in settings.items()}
    assert spark_properties.read(file) == units


def _utf16(text: str) -> str:
    unit = 2
    data = text.encode("utf-16-be")
    return "".join(chr(int.from_bytes(data[at : at + unit], "big")) for at in range(0, len(data), unit))


def test_a_properties_file_escapes_what_java_would_read_otherwise() -> None:
    written = java_properties({"a key:=": "C:\\dir\nnext", "#b": " lead", "ü": "ß=:#"})
    assert written == "a\\ key\\:\\==C:\\\\dir\\u000anext\n\\#b=\\ lead\n\\u00fc=\\u00df=:#\n"


def test_exports_and_xml_are_quoted() -> None:
    assert shell_exports({"A": "it's $HOME"}) == "export A='it'\"'\"'s $HOME'\n"
    assert "<name>a&amp;b</name><value>&lt;c&gt;</value>" in hadoop_xml({"a&b": "<c>"})


@pytest.mark.covers("JR-12")
def test_the_application_configuration_goes_over_emr_s_defaults() -> None:
    job = job_run(overrides=configured(properties("spark-defaults", spark__driver__memory="2G", my="own")))
    settings = spark_defaults.settings(job)
    assert settings["spark.driver.memory"] == "2G"
    assert settings["my"] == "own"
    assert settings["spark.executor.memory"] == "1G"
    assert settings["spark.dynamicAllocation.enabled"] == "false"


@pytest.mark.covers("JR-10", "JR-11")
def test_what_belongs_to_emr_is_fixed() -> None:
    prefix = "emr-containers.amazonaws.com"
    common = {f"{prefix}/job.id": JOB_ID} | LABELS
    labels = {
        f"spark.kubernetes.{kind}.{key}": value
        for kind, component in (
            ("driver.label", "driver"),
            ("driver.service.label", "driver"),
            ("executor.label", "executor"),
        )
        for key, value in (common | {f"{prefix}/component": component}).items()
    }
    assert spark_defaults.fixed(job_run()) == labels | {
        "spark.submit.deployMode": "cluster",
        "spark.kubernetes.namespace": NAMESPACE,
        "spark.kubernetes.container.image": SPARK,
        "spark.kubernetes.container.image.pullPolicy": "Always",
        "spark.kubernetes.authenticate.driver.serviceAccountName": f"emr-containers-sa-spark-driver-{KEY}",
        "spark.kubernetes.authenticate.executor.serviceAccountName": f"emr-containers-sa-spark-executor-{KEY}",
        "spark.kubernetes.driver.pod.name": f"spark-{JOB_ID}-driver",
        "spark.kubernetes.driver.podTemplateContainerName": "spark-kubernetes-driver",
        "spark.kubernetes.executor.podTemplateContainerName": "spark-kubernetes-executor",
    }


def test_graceful_termination_lets_spark_submit_go_early() -> None:
    settings = properties("emr-job-submitter", jobsubmitter__gracefulTermination="true")
    fixed = spark_defaults.fixed(job_run(overrides=configured(settings)))
    assert fixed["spark.kubernetes.submission.waitAppCompletion"] == "false"


@pytest.mark.covers("JR-08")
def test_every_classification_has_its_file() -> None:
    exports = {"classification": "export", "properties": {"PYSPARK_PYTHON": "python3"}}
    job = job_run(
        overrides=configured(
            properties("spark-log4j", rootLogger__level="debug"),
            properties("spark-metrics", a="1"),
            properties("core-site", b="2"),
            properties("emrfs-site", c="3"),
            properties("spark-hive-site", d="4"),
            {"classification": "spark-env", "configurations": [exports]},
        )
    )
    data = config_map.document(job)["data"]
    assert list(data) == [
        "spark-defaults.conf",
        "log4j2.properties",
        "executor-podtemplate.yaml",
        "metrics.properties",
        "spark-env.sh",
        "core-site.xml",
        "emrfs-site.xml",
        "hive-site.xml",
    ]
    assert "rootLogger.level=debug\n" in data["log4j2.properties"]
    assert "appender.console.target=SYSTEM_ERR\n" in data["log4j2.properties"]
    assert data["metrics.properties"] == "a=1\n"
    assert data["spark-env.sh"] == "export PYSPARK_PYTHON=python3\n"
    assert "<name>d</name><value>4</value>" in data["hive-site.xml"]


@pytest.mark.covers("ER-11")
@pytest.mark.parametrize(
    ("configuration", "name"),
    [
        ({"classification": "yarn-site", "properties": {}}, "yarn-site"),
        ({"classification": "spark-env", "configurations": [{"classification": "x"}]}, "x"),
        ({"classification": "core-site", "configurations": [{"classification": "export"}]}, "export"),
    ],
)
def test_another_classification_is_refused_in_the_guide_s_words(configuration: dict[str, Any], name: str) -> None:
    with pytest.raises(WorkloadRefused) as refused:
        config_map.document(job_run(overrides=configured(configuration)))
    assert refused.value.message == f"JobRun submission failed. Classification {name} not supported."
    assert refused.value.failure_reason == "VALIDATION_ERROR"


def test_the_config_map_is_labelled_and_complete_only_with_its_own_uid_in_the_driver_s_template() -> None:
    api = FakeApi()
    config_map.make(api, job_run())  # type: ignore[arg-type]
    stored = api.get(f"{CONFIG_MAPS}/{JOB_ID}-spark-defaults")
    assert stored["metadata"]["labels"] == LABELS
    template = yaml.safe_load(stored["data"]["driver-podtemplate.yaml"])
    assert template["metadata"]["ownerReferences"] == [
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "name": f"{JOB_ID}-spark-defaults",
            "uid": stored["metadata"]["uid"],
            "controller": True,
            "blockOwnerDeletion": True,
        }
    ]


def test_a_config_map_of_an_earlier_try_is_completed() -> None:
    api = FakeApi()
    unfinished = config_map.document(job_run())
    unfinished["metadata"]["uid"] = "first"
    api.put(CONFIG_MAPS, unfinished)
    config_map.make(api, job_run())  # type: ignore[arg-type]
    (stored,) = api.documents.values()
    assert "uid: first\n" in stored["data"]["driver-podtemplate.yaml"]
