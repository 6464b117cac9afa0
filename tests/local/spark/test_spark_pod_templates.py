"""Which templates of tenants are taken, and what becomes of them."""

# ruff: noqa: S108 (paths within containers, not files of ours)

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from local.spark.container import pod_templates
from local.spark.container.refusal import Refusal
from local.spark.container.template_merge import merge

URI = "s3://bucket/executor.yaml"
MAIN = "spark-kubernetes-executor"
OWN: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"labels": {"emr-containers.amazonaws.com/job.id": "1"}, "ownerReferences": [{"name": "map"}]},
    "spec": {
        "securityContext": {"fsGroup": 65534},
        "volumes": [{"name": "temp-data-dir", "emptyDir": {}}],
        "containers": [
            {
                "name": MAIN,
                "env": [{"name": "SPARK_CONTAINER_ID", "value": "x"}],
                "volumeMounts": [{"name": "temp-data-dir", "mountPath": "/tmp"}],
            },
            {"name": "emr-container-fluentd", "image": "fluentd"},
        ],
    },
}


def read(template: Any) -> dict[str, Any]:
    return pod_templates.read(template if isinstance(template, str) else yaml.safe_dump(template), "Executor", URI)


def refusal(template: Any) -> str:
    with pytest.raises(Refusal) as refused:
        read(template)
    return str(refused.value)


def main(**fields: Any) -> dict[str, Any]:
    return {"spec": {"containers": [{"name": MAIN, **fields}]}}


@pytest.mark.covers("PT-06", "ER-22")
def test_a_field_of_the_main_container_that_is_not_allowed_is_refused_in_the_services_words() -> None:
    assert refusal(main(command=["sh"])) == (
        "Executor pod template validation failed.\n"
        "Field container.command in Spark main container not allowed but specified."
    )


@pytest.mark.covers("PT-06")
@pytest.mark.parametrize("field", ["image", "imagePullPolicy", "args", "ports", "securityContext"])
def test_what_the_list_of_allowed_fields_leaves_out_is_refused_in_the_main_container(field: str) -> None:
    assert f"Field container.{field} in Spark main container" in refusal(main(**{field: {}}))


@pytest.mark.covers("PT-04", "PT-05")
@pytest.mark.parametrize("field", ["serviceAccountName", "securityContext", "hostNetwork", "hostPID", "dnsPolicy"])
def test_what_the_list_of_allowed_fields_leaves_out_is_refused_in_the_pod(field: str) -> None:
    assert f"Field spec.{field} in pod not allowed but specified." in refusal({"spec": {field: True}})
    assert "Field status in pod" in refusal({"status": {}})


@pytest.mark.covers("PT-07")
def test_a_volume_that_emr_defines_cannot_be_defined_again() -> None:
    assert "reserved volume names" in refusal({"spec": {"volumes": [{"name": "mnt-dir", "emptyDir": {}}]}})


@pytest.mark.covers("PT-08", "ER-23")
@pytest.mark.parametrize("path", ["/tmp", "/tmp/", "/var/log", "/mnt/data", "/"])
def test_a_mount_over_under_or_at_a_path_of_emr_is_refused_in_the_services_words(path: str) -> None:
    assert (
        "Defined volume mount path on main container must not overlap with reserved mount paths: "
        "[/var/log/fluentd, /var/log/spark/user, /var/log/spark/apps, /mnt, /tmp, /home/hadoop]"
    ) in refusal(main(volumeMounts=[{"name": "mine", "mountPath": path}]))


@pytest.mark.covers("PT-09")
def test_a_variable_that_emr_sets_cannot_be_set_in_the_main_container() -> None:
    assert "reserved variables" in refusal(main(env=[{"name": "SIDECAR_SIGNAL_FILE", "value": "/x"}]))


@pytest.mark.covers("PT-10")
def test_a_sidecar_may_use_all_fields_and_the_volumes_of_emr() -> None:
    sidecar = {
        "name": "mine",
        "image": "x",
        "command": ["sh"],
        "volumeMounts": [{"name": "emr-container-application-log-dir", "mountPath": "/var/log/spark/user"}],
    }

    assert read({"spec": {"containers": [sidecar], "initContainers": [sidecar]}})["spec"]["containers"] == [sidecar]


def test_all_faults_are_told_at_once() -> None:
    told = refusal({"spec": {"hostIPC": True, "containers": [{"name": MAIN, "image": "x", "args": []}]}})

    assert told.splitlines() == [
        "Executor pod template validation failed.",
        "Field spec.hostIPC in pod not allowed but specified.",
        "Field container.args in Spark main container not allowed but specified.",
        "Field container.image in Spark main container not allowed but specified.",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "- a",
        "{",
        "spec: [a]",
        "metadata: x",
        "metadata: {labels: [a]}",
        "spec: {containers: {}}",
        "spec: {containers: [x]}",
        "spec: {volumes: [1]}",
        f"spec: {{containers: [{{name: {MAIN}, env: x}}]}}",
        "\t\0",
    ],
)
def test_what_is_no_pod_is_refused_with_its_name_and_without_a_traceback(text: str) -> None:
    assert refusal(text).startswith(f"Executor pod template {URI} is ")


VALUES = st.recursive(
    st.none() | st.text("ab") | st.integers(), lambda inner: st.lists(inner, max_size=2), max_leaves=3
)
CONTAINERS = st.fixed_dictionaries(
    {"name": st.sampled_from([MAIN, "side"])},
    optional={"env": VALUES, "volumeMounts": VALUES, "resources": VALUES, "image": VALUES},
)
TEMPLATES = st.fixed_dictionaries(
    {},
    optional={
        "metadata": VALUES | st.dictionaries(st.sampled_from(["labels", "annotations", "name"]), VALUES),
        "spec": VALUES
        | st.fixed_dictionaries(
            {},
            optional={"volumes": VALUES, "containers": VALUES | st.lists(CONTAINERS, max_size=2), "hostname": VALUES},
        ),
    },
)


@given(TEMPLATES)
def test_any_template_is_refused_in_words_or_merged_whole(template: dict[str, Any]) -> None:
    try:
        tenant = read(template)
    except Refusal:
        return
    merged = merge(OWN, tenant, "Executor")

    containers = merged["spec"]["containers"]
    assert [each["name"] for each in containers[:2]] == [MAIN, "emr-container-fluentd"]
    assert OWN["spec"]["containers"][0]["env"][0] in containers[0]["env"]
    assert OWN["spec"]["containers"][0]["volumeMounts"][0] in containers[0]["volumeMounts"]
    assert OWN["spec"]["volumes"][0] in merged["spec"]["volumes"]
    theirs = (tenant.get("spec") or {}).get("containers") or []
    assert [each for each in theirs if each["name"] != MAIN] == containers[2:]


def test_a_tenants_template_adds_to_emrs_and_changes_nothing_of_it() -> None:
    tenant = {
        "metadata": {"labels": {"team": "a", "emr-containers.amazonaws.com/job.id": "forged"}},
        "spec": {
            "nodeSelector": {"pool": "spot"},
            "volumes": [{"name": "data", "emptyDir": {}}],
            "initContainers": [{"name": "fetch"}],
            "containers": [
                {
                    "name": MAIN,
                    "env": [{"name": "TEAM", "value": "a"}],
                    "volumeMounts": [{"name": "data", "mountPath": "/data"}],
                    "resources": {"limits": {"nvidia.com/gpu": 1}},
                },
                {"name": "metrics"},
            ],
        },
    }

    merged = merge(OWN, tenant, "Executor")

    assert merged["metadata"] == {
        "labels": {"team": "a", "emr-containers.amazonaws.com/job.id": "1"},
        "ownerReferences": [{"name": "map"}],
    }
    spec = merged["spec"]
    assert spec["securityContext"] == {"fsGroup": 65534}
    assert spec["nodeSelector"] == {"pool": "spot"}
    assert [each["name"] for each in spec["volumes"]] == ["temp-data-dir", "data"]
    assert [each["name"] for each in spec["containers"]] == [MAIN, "emr-container-fluentd", "metrics"]
    assert [each["name"] for each in spec["containers"][0]["env"]] == ["SPARK_CONTAINER_ID", "TEAM"]
    assert [each["mountPath"] for each in spec["containers"][0]["volumeMounts"]] == ["/tmp", "/data"]
    assert spec["containers"][0]["resources"] == {"limits": {"nvidia.com/gpu": 1}}


def test_without_a_tenants_template_emrs_stands() -> None:
    assert merge(OWN, {}, "Executor") == OWN
