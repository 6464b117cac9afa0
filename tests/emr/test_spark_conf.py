from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emr.releases import release
from emr.spark_conf import REFUSED, check_settings, check_twice, effective

RELEASE = release("emr-7.9.0-latest")


@pytest.mark.covers("JR-10")
@pytest.mark.parametrize(
    "key",
    [
        "spark.kubernetes.authenticate.driver.serviceAccountName",
        "spark.kubernetes.authenticate.executor.serviceAccountName",
        "spark.kubernetes.container.image",
        "spark.kubernetes.namespace",
        "spark.kubernetes.driver.pod.name",
        "spark.kubernetes.container.image.pullPolicy",
    ],
)
def test_what_the_guide_lists_as_not_supported_is_refused(key: str) -> None:
    (fault,) = check_settings({key: "mine", "spark.app.name": "pi"}, RELEASE)
    assert (fault.where, fault.given, fault.why) == (key, "'mine'", REFUSED[key])


@pytest.mark.covers("JR-11")
@pytest.mark.parametrize("role", ["driver", "executor"])
def test_the_names_of_the_main_containers_cannot_be_set(role: str) -> None:
    (fault,) = check_settings({f"spark.kubernetes.{role}.podTemplateContainerName": "main"}, RELEASE)
    assert f"spark-kubernetes-{role}" in fault.why


def test_settings_of_the_guide_s_example_pass() -> None:
    assert check_settings({"spark.executor.instances": "2", "spark.driver.memory": "2G"}, RELEASE) == []


@pytest.mark.covers("JR-04")
@pytest.mark.parametrize("role", ["driver", "executor"])
def test_pod_templates_are_files_in_s3_and_need_their_release(role: str) -> None:
    key = f"spark.kubernetes.{role}.podTemplateFile"
    good = {key: "s3://bucket/template.yaml"}
    assert check_settings(good, RELEASE) == []
    assert check_settings(good, release("emr-6.3.0-latest")) == []
    (old,) = check_settings(good, release("emr-6.2.0-latest"))
    assert (old.where, old.given) == (key, "emr-6.2.0-latest")
    (local,) = check_settings({key: "/tmp/template.yaml"}, RELEASE)  # noqa: S108  # a value that is refused
    assert local.where == key
    assert check_settings(good, None) == []


@pytest.mark.covers("JR-12")
def test_parameters_count_before_spark_defaults_and_unlike_values_are_named() -> None:
    parameters = {"spark.driver.memory": "4g", "spark.driver.cores": "1"}
    defaults = {"spark.driver.memory": "2g", "spark.driver.cores": "1", "spark.app.name": "pi"}
    assert effective(parameters=parameters, defaults=defaults) == {
        "spark.driver.memory": "4g",
        "spark.driver.cores": "1",
        "spark.app.name": "pi",
    }
    (fault,) = check_twice(parameters=parameters, defaults=defaults)
    assert fault.where == "spark.driver.memory"
    assert "'4g' counts, '2g' does not" in fault.why


SOME = st.dictionaries(st.sampled_from("abcd"), st.sampled_from("12"))


@pytest.mark.covers("JR-12")
@given(SOME, SOME)
def test_a_value_that_does_not_count_is_always_named(parameters: dict[str, str], defaults: dict[str, str]) -> None:
    counted = effective(parameters=parameters, defaults=defaults)
    named = {fault.where for fault in check_twice(parameters=parameters, defaults=defaults)}
    assert named == {key for key in defaults if counted[key] != defaults[key]}
