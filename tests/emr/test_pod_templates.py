from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from emr.pod_template_advice import PLATFORM_FIELDS, advise
from emr.pod_template_fields import MAIN_CONTAINER_FIELDS, POD_FIELDS
from emr.pod_templates import check_template

# The guide's sample with the mount of a volume that is declared.
SAMPLE = """
apiVersion: v1
kind: Pod
spec:
  volumes:
    - name: source-data-volume
      emptyDir: {}
    - name: metrics-files-volume
      emptyDir: {}
  nodeSelector:
    eks.amazonaws.com/nodegroup: emr-containers-nodegroup
  containers:
  - name: spark-kubernetes-driver
    env:
      - name: RANDOM
        value: "random"
    volumeMounts:
      - name: metrics-files-volume
        mountPath: /var/metrics/data
  - name: custom-side-car-container
    image: my-sidecar
    env:
      - name: RANDOM_SIDECAR
        value: random
    volumeMounts:
      - name: metrics-files-volume
        mountPath: /var/metrics/data
      - name: emr-container-application-log-dir
        mountPath: /var/log/spark/user
    command:
      - /bin/sh
  initContainers:
  - name: spark-init-container-driver
    image: my-init
    volumeMounts:
      - name: source-data-volume
        mountPath: /var/data
    command: [sh, -c, "true"]
"""


def sample() -> dict[str, Any]:
    return yaml.safe_load(SAMPLE)


def main(**fields: object) -> dict[str, Any]:
    container = {"name": "spark-kubernetes-driver", **fields}
    return {"kind": "Pod", "spec": {"containers": [container], "volumes": [{"name": "data", "emptyDir": {}}]}}


@pytest.mark.covers("PT-10")
def test_the_guide_s_sample_passes_and_its_sidecar_may_mount_emr_s_log_volume() -> None:
    assert check_template(sample(), "driver") == []


@pytest.mark.covers("PT-04")
@pytest.mark.parametrize("field", POD_FIELDS)
def test_each_field_of_the_list_is_allowed(field: str) -> None:
    assert check_template({"apiVersion": "v1", "kind": "Pod", "metadata": {}, "spec": {field: None}}, "driver") == []


@pytest.mark.covers("PT-05")
@pytest.mark.parametrize(
    "field",
    [
        "serviceAccountName",
        "serviceAccount",
        "securityContext",
        "hostNetwork",
        "hostPID",
        "hostIPC",
        "shareProcessNamespace",
        "automountServiceAccountToken",
        "dnsPolicy",
        "dnsConfig",
    ],
)
def test_fields_of_identity_and_host_are_refused(field: str) -> None:
    (fault,) = check_template({"spec": {field: True}}, "executor")
    assert fault.where == f"spec.{field}"
    assert "Executor pod template validation failed." in fault.why


@pytest.mark.covers("PT-05")
def test_the_list_has_27_names() -> None:
    assert len(POD_FIELDS) + 3 == 27
    assert check_template({"spec": {}, "status": {}}, "driver")[0].where == "status"


@pytest.mark.covers("PT-06", "ER-22")
@pytest.mark.parametrize("field", ["image", "imagePullPolicy", "command", "args", "ports", "securityContext"])
@pytest.mark.parametrize("role", ["driver", "executor"])
def test_a_field_the_main_container_may_not_have_gets_the_service_s_words(field: str, role: Any) -> None:
    template = {"spec": {"containers": [{"name": "side"}, {"name": f"spark-kubernetes-{role}", field: "x"}]}}
    (fault,) = check_template(template, role)
    assert fault.where == f"spec.containers[1].{field}"
    assert f"{role.capitalize()} pod template validation failed." in fault.why
    assert f"Field container.{field} in Spark main container not allowed but specified." in fault.why


@pytest.mark.covers("PT-06")
def test_sixteen_fields_of_the_main_container_are_allowed() -> None:
    assert len(MAIN_CONTAINER_FIELDS) == 16
    others = dict.fromkeys(field for field in MAIN_CONTAINER_FIELDS if field != "name")
    assert check_template(main(**others), "driver") == []


@pytest.mark.covers("PT-03")
def test_both_names_of_the_executor_s_main_container_are_judged_and_the_plural_gets_a_warning() -> None:
    for name, warnings in (("spark-kubernetes-executor", 0), ("spark-kubernetes-executors", 1)):
        template = {"spec": {"containers": [{"name": name, "image": "x"}]}}
        assert [fault.where for fault in check_template(template, "executor")] == ["spec.containers[0].image"]
        advice = advise(template, "executor")
        assert len(advice) == warnings
        assert all(fault.write == "spark-kubernetes-executor" for fault in advice)
    assert (
        check_template({"spec": {"containers": [{"name": "spark-kubernetes-executor", "image": "x"}]}}, "driver") == []
    )


@pytest.mark.covers("PT-07")
@pytest.mark.parametrize(
    "name",
    [
        "emr-container-communicate",
        "config-volume",
        "emr-container-application-log-dir",
        "emr-container-event-log-dir",
        "temp-data-dir",
        "mnt-dir",
        "home-dir",
        "emr-container-s3",
    ],
)
def test_a_volume_that_emr_defines_cannot_be_defined_again(name: str) -> None:
    (fault,) = check_template({"spec": {"volumes": [{"name": "mine"}, {"name": name}]}}, "driver")
    assert (fault.where, fault.given) == ("spec.volumes[1].name", repr(name))


@pytest.mark.covers("PT-08", "ER-23")
@pytest.mark.parametrize(
    "path",
    ["/var/log/fluentd", "/var/log/spark/user", "/var/log/spark/apps", "/mnt", "/tmp", "/home/hadoop"],  # noqa: S108  # paths in a container
)
@pytest.mark.parametrize("shape", ["{}", "{}/", "{}/mine", "/opt/..{}"])
def test_a_mount_that_overlaps_emr_s_gets_the_service_s_words(path: str, shape: str) -> None:
    mount = shape.replace("{}", path)
    faults = check_template(main(volumeMounts=[{"name": "data", "mountPath": mount}]), "driver")
    assert [fault.where for fault in faults] == ["spec.containers[0].volumeMounts[0].mountPath"]
    assert "Defined volume mount path on main container must not overlap with reserved mount paths: [" in faults[0].why


@pytest.mark.covers("PT-08")
@pytest.mark.parametrize("path", ["/var/data", "/mnt2", "/opt/tmp", "/home/user", "/var/log/spark-user", "/opt/mnt"])
def test_other_mounts_of_the_main_container_pass(path: str) -> None:
    assert check_template(main(volumeMounts=[{"name": "data", "mountPath": path}]), "driver") == []


@pytest.mark.parametrize("path", ["/", "/var", "/var/log/spark"])
def test_a_mount_above_emr_s_hides_them(path: str) -> None:
    assert len(check_template(main(volumeMounts=[{"name": "data", "mountPath": path}]), "driver")) == 1


def test_sidecars_may_mount_anywhere() -> None:
    template = main()
    template["spec"]["containers"].append({"name": "side", "volumeMounts": [{"name": "mnt-dir", "mountPath": "/mnt"}]})
    assert check_template(template, "driver") == []


@pytest.mark.covers("PT-09")
@pytest.mark.parametrize(
    "name", ["SPARK_CONTAINER_ID", "K8S_SPARK_LOG_URL_STDERR", "K8S_SPARK_LOG_URL_STDOUT", "SIDECAR_SIGNAL_FILE"]
)
def test_variables_that_emr_gives_the_main_container_are_refused_there_only(name: str) -> None:
    (fault,) = check_template(main(env=[{"name": "OTHER"}, {"name": name}]), "driver")
    assert fault.where == "spec.containers[0].env[1].name"
    assert check_template({"spec": {"containers": [{"name": "side", "env": [{"name": name}]}]}}, "driver") == []


@pytest.mark.covers("PT-12")
def test_a_mount_of_a_volume_that_is_not_declared_is_named_in_every_container() -> None:
    template = sample()
    template["spec"]["containers"][0]["volumeMounts"][0]["name"] = "shared-volume"
    template["spec"]["initContainers"][0]["volumeMounts"][0]["name"] = "source-data-volum"
    first, second = check_template(template, "driver")
    assert (first.where, first.given) == ("spec.containers[0].volumeMounts[0].name", "'shared-volume'")
    assert second.where == "spec.initContainers[0].volumeMounts[0].name"
    assert second.write == "source-data-volume"


def test_containers_have_names_of_their_own() -> None:
    names = [{"name": "emr-container-fluentd"}, {}, {"name": "side"}]
    faults = check_template({"spec": {"containers": names, "initContainers": [{"name": "side"}]}}, "driver")
    assert [fault.where for fault in faults] == [
        "spec.containers[0].name",
        "spec.containers[1]",
        "spec.containers[2].name",
        "spec.initContainers[0].name",
    ]


@pytest.mark.parametrize(
    ("template", "where"),
    [
        (None, ""),
        ([], ""),
        ("kind: Pod", ""),
        ({"kind": "Deployment"}, "kind"),
        ({"spec": []}, "spec"),
        ({"spec": {"containers": {}}}, "spec.containers"),
        ({"spec": {"volumes": ["data"]}}, "spec.volumes[0]"),
        ({"spec": {"containres": []}}, "spec.containres"),
    ],
)
def test_what_is_no_template_is_refused_without_a_traceback(template: object, where: str) -> None:
    (fault,) = check_template(template, "driver")
    assert fault.where == where
    assert advise(template, "driver") == []


@pytest.mark.covers("PT-17")
@pytest.mark.parametrize("field", PLATFORM_FIELDS)
def test_fields_that_reach_beyond_the_tenant_pass_emr_s_rules_and_are_the_platform_s(field: str) -> None:
    template = {"spec": {field: None}}
    assert check_template(template, "driver") == []
    (fault,) = advise(template, "driver")
    assert fault.where == f"spec.{field}"


@pytest.mark.covers("PT-17")
def test_volumes_of_the_node_are_the_platform_s() -> None:
    template = {"spec": {"volumes": [{"name": "a", "emptyDir": {}}, {"name": "b", "hostPath": {"path": "/"}}]}}
    assert check_template(template, "driver") == []
    assert [fault.where for fault in advise(template, "driver")] == ["spec.volumes[1].hostPath"]


def test_names_that_are_no_texts_do_not_stop_the_check() -> None:
    odd = {
        "volumes": [{"name": []}],
        "containers": [{"name": {}, "volumeMounts": [{"name": [1]}], "env": [{"name": []}]}],
    }
    (fault,) = check_template({"spec": odd}, "driver")
    assert fault.where == "spec.containers[0].volumeMounts[0].name"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["spec", "containers", "volumes", "volumeMounts", "name", "env", "mountPath", "hostPath"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(JSON, st.sampled_from(["driver", "executor"]))
def test_no_document_is_too_odd_to_be_judged(template: object, role: Any) -> None:
    assert isinstance(check_template(template, role), list)
    assert isinstance(advise(template, role), list)
