from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emr.job_request import check_request
from emr.job_settings import settings_of, shape_of
from emr.spark_conf import REFUSED

if TYPE_CHECKING:
    from emr.fault import Fault

ROLE = "arn:aws:iam::123456789012:role/tenancy-analytics-job"
# The guide's pi example, "Run a Spark Python application".
PI: dict[str, Any] = {
    "name": "pi",
    "virtualClusterId": "0123456789abcdefghijklmno",
    "executionRoleArn": ROLE,
    "releaseLabel": "emr-7.9.0-latest",
    "jobDriver": {
        "sparkSubmitJobDriver": {
            "entryPoint": "local:///usr/lib/spark/examples/src/main/python/pi.py",
            "entryPointArguments": ["20"],
            "sparkSubmitParameters": "--conf spark.executor.instances=2 --conf spark.executor.memory=2G "
            "--conf spark.executor.cores=2 --conf spark.driver.cores=1",
        }
    },
    "configurationOverrides": {
        "applicationConfiguration": [
            {"classification": "spark-defaults", "properties": {"spark.driver.memory": "2G"}},
        ],
        "monitoringConfiguration": {
            "persistentAppUI": "ENABLED",
            "cloudWatchMonitoringConfiguration": {"logGroupName": "/tenancy/analytics", "logStreamNamePrefix": "pi"},
            "s3MonitoringConfiguration": {"logUri": "s3://tenancy-logs/analytics/"},
        },
    },
    "tags": {"team": "analytics"},
}
DRIVER = ("jobDriver", "sparkSubmitJobDriver")
CONFIGURATION = ("configurationOverrides", "applicationConfiguration", 0)
MONITORING = ("configurationOverrides", "monitoringConfiguration")


def changed(path: tuple[Any, ...], value: object) -> dict[str, Any]:
    """The example with another value at a path; None takes the key out."""
    request = copy.deepcopy(PI)
    place: Any = request
    for key in path[:-1]:
        place = place[key]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return request


def only(path: tuple[Any, ...], value: object) -> Fault:
    (fault,) = check_request(changed(path, value))
    return fault


def test_the_guide_s_example_is_good_and_is_json() -> None:
    assert check_request(json.loads(json.dumps(PI))) == ()


def test_the_example_s_settings_come_from_both_places() -> None:
    assert settings_of(PI) == {
        "spark.executor.instances": "2",
        "spark.executor.memory": "2G",
        "spark.executor.cores": "2",
        "spark.driver.cores": "1",
        "spark.driver.memory": "2G",
    }
    shape = shape_of(PI)
    assert shape.executors == 2
    assert shape.driver.containers[0].requests.memory == 2867 * 1024**2


@pytest.mark.covers("JR-01", "ER-01")
@pytest.mark.parametrize("key", ["name", "virtualClusterId", "executionRoleArn", "releaseLabel", "jobDriver"])
def test_what_a_job_run_must_name_is_asked_for(key: str) -> None:
    assert only((key,), None).given == f"no {key}"


def test_with_a_job_template_only_the_virtual_cluster_is_needed() -> None:
    assert check_request({"virtualClusterId": "0abc", "jobTemplateId": "0def"}) == ()
    (fault,) = check_request({"jobTemplateId": "0def"})
    assert fault.given == "no virtualClusterId"


@pytest.mark.covers("JR-02", "ER-05")
@pytest.mark.parametrize("role", ["iam_role_name_for_job_execution", "job-role"])
def test_a_role_s_name_is_refused_as_the_guide_s_own_sample_is(role: str) -> None:
    fault = only(("executionRoleArn",), role)
    assert fault.where == "executionRoleArn"
    assert f"1 validation error detected: Value {role} at 'executionRoleArn' failed to satisfy the ARN" in fault.why
    assert "sample in the guide" in fault.why
    assert fault.write == f"arn:aws:iam::<account>:role/{role}"


@pytest.mark.covers("JR-02", "ER-05")
@pytest.mark.parametrize(
    "role",
    ["arn:aws:iam::12345:role/a", "arn:aws:iam::123456789012:user/a", "arn:aws:sts::123456789012:role/a", f"{ROLE} "],
)
def test_another_arn_is_refused(role: str) -> None:
    assert only(("executionRoleArn",), role).where == "executionRoleArn"


@pytest.mark.parametrize("role", ["arn:aws-cn:iam::123456789012:role/a", "arn:aws:iam::123456789012:role/a/b/c"])
def test_roles_of_other_partitions_and_with_paths_are_good(role: str) -> None:
    assert check_request(changed(("executionRoleArn",), role)) == ()


@pytest.mark.covers("ER-08", "JR-03")
def test_an_unknown_release_is_refused_in_the_service_s_words() -> None:
    fault = only(("releaseLabel",), "emr-6.1.0-latest")
    assert "Release emr-6.1.0-latest doesn't exist." in fault.why
    assert fault.write == "emr-6.2.0-latest"


@pytest.mark.covers("JR-05")
@pytest.mark.parametrize(
    "driver",
    [{}, {"sparkSubmitJobDriver": {"entryPoint": "s3://b/a.py"}, "sparkSqlJobDriver": {"entryPoint": "s3://b/a.sql"}}],
)
def test_the_job_driver_is_exactly_one(driver: dict[str, Any]) -> None:
    assert only(("jobDriver",), driver).where == "jobDriver"


@pytest.mark.covers("JR-05")
@pytest.mark.parametrize(
    ("field", "value"),
    [("entryPointArguments", "20"), ("entryPointArguments", [20]), ("sparkSubmitParameters", ["--conf", "a=b"])],
)
def test_arguments_are_a_list_of_texts_and_parameters_one_text(field: str, value: object) -> None:
    assert only((*DRIVER, field), value).where.startswith(f"jobDriver.sparkSubmitJobDriver.{field}")


@pytest.mark.covers("JR-06")
@pytest.mark.parametrize(
    "entry_point", ["s3://b/a.py", "s3a://b/a.jar", "local:///a.R", "hdfs://n:8020/a.py", "https://h/a"]
)
def test_an_entry_point_may_lie_in_any_file_system_that_hadoop_knows(entry_point: str) -> None:
    assert check_request(changed((*DRIVER, "entryPoint"), entry_point)) == ()


@pytest.mark.covers("JR-06")
@pytest.mark.parametrize(
    ("entry_point", "write"),
    [
        ("/home/me/pi.py", "s3://<bucket>/pi.py, or local:///home/me/pi.py"),
        ("entryPoint_location", "s3://<bucket>/entryPoint_location, or local:///entryPoint_location"),
        ("file:///home/me/pi.py", "s3://<bucket>/pi.py, or local:///home/me/pi.py"),
        ("local://usr/lib/pi.py", "local:///usr/lib/pi.py"),
        ("s3://bucket", "s3://bucket/<key>"),
        ("s3://bucket/", "s3://bucket/<key>"),
    ],
)
def test_an_entry_point_that_the_driver_cannot_read_is_refused(entry_point: str, write: str) -> None:
    fault = only((*DRIVER, "entryPoint"), entry_point)
    assert (fault.where, fault.write) == ("jobDriver.sparkSubmitJobDriver.entryPoint", write)


@pytest.mark.covers("JR-08", "ER-11")
@pytest.mark.parametrize(("name", "near"), [("spark-default", "spark-defaults"), ("hive-site", "spark-hive-site")])
def test_a_classification_that_the_release_does_not_have_gets_the_service_s_words(name: str, near: str) -> None:
    fault = only(CONFIGURATION, {"classification": name, "properties": {}})
    assert fault.where == "configurationOverrides.applicationConfiguration[0].classification"
    assert f"JobRun submission failed. Classification {name} not supported." in fault.why
    assert fault.write == near


@pytest.mark.covers("JR-10", "JR-11")
@pytest.mark.parametrize("key", REFUSED)
def test_settings_that_emr_refuses_are_found_in_both_places(key: str) -> None:
    fault = only((*DRIVER, "sparkSubmitParameters"), f"--conf {key}=x")
    assert fault.where == f"jobDriver.sparkSubmitJobDriver.sparkSubmitParameters.{key}"
    fault = only((*CONFIGURATION, "properties"), {key: "x"})
    assert fault.where == f"configurationOverrides.applicationConfiguration[0].properties.{key}"


@pytest.mark.covers("JR-12")
def test_a_setting_of_two_values_is_named_with_the_one_that_counts() -> None:
    fault = only((*CONFIGURATION, "properties"), {"spark.driver.cores": "2"})
    assert "sparkSubmitParameters come first: '1' counts, '2' does not" in fault.why


@pytest.mark.covers("JR-13")
@pytest.mark.parametrize(("value", "good"), [("ENABLED", True), ("DISABLED", True), ("enabled", False), (True, False)])
def test_the_persistent_ui_is_enabled_or_disabled(value: object, *, good: bool) -> None:
    assert (check_request(changed((*MONITORING, "persistentAppUI"), value)) == ()) == good


@pytest.mark.covers("JR-14", "ER-10")
@pytest.mark.parametrize(
    ("uri", "write"),
    [
        ("my-bucket/logs", "s3://my-bucket/logs"),
        ("http://my-bucket/logs", "s3://my-bucket/logs"),
        ("S3://my-bucket", "s3://my-bucket"),
        ("s3:/my-bucket", "s3://my-bucket"),
        ("s3://", "s3://<bucket>"),
        ("s3://my_s3_log_location", "s3://my-s3-log-location"),
    ],
)
def test_logs_go_to_s3_or_nowhere(uri: str, write: str) -> None:
    fault = only((*MONITORING, "s3MonitoringConfiguration"), {"logUri": uri})
    assert fault.where == "configurationOverrides.monitoringConfiguration.s3MonitoringConfiguration.logUri"
    assert "s3MonitoringConfiguration.logUri failed to satisfy constraint" in fault.why
    assert fault.write == write


@pytest.mark.covers("JR-14")
def test_logs_in_cloudwatch_need_a_group() -> None:
    fault = only((*MONITORING, "cloudWatchMonitoringConfiguration"), {"logStreamNamePrefix": "pi"})
    assert fault.given == "no logGroupName"


@pytest.mark.covers("JR-04")
def test_pod_templates_in_a_request_need_their_release() -> None:
    request = changed((*CONFIGURATION, "properties", "spark.kubernetes.driver.podTemplateFile"), "s3://b/t.yaml")
    assert check_request(request) == ()
    (fault,) = check_request({**request, "releaseLabel": "emr-5.32.0-latest"})
    assert fault.given == "emr-5.32.0-latest"


def test_features_of_later_releases_are_named() -> None:
    old = {**PI, "releaseLabel": "emr-6.2.0-latest"}
    assert check_request(old) == ()
    for later, where in (
        ({"retryPolicyConfiguration": {"maxAttempts": 3}}, "retryPolicyConfiguration"),
        ({"jobDriver": {"sparkSqlJobDriver": {"entryPoint": "s3://b/a.sql"}}}, "jobDriver.sparkSqlJobDriver"),
    ):
        (fault,) = check_request({**old, **later})
        assert fault.where == where
        assert check_request({**PI, **later}) == ()
    native = [{"classification": "emr-containers-defaults", "properties": {"logging.nativeSidecar": "true"}}]
    (fault,) = check_request({**old, "configurationOverrides": {"applicationConfiguration": native}})
    assert fault.where.endswith("properties.logging.nativeSidecar")


def test_sizes_that_spark_cannot_read_are_found_in_both_places() -> None:
    assert only((*DRIVER, "sparkSubmitParameters"), "--executor-memory 2Gi").write == "2g"
    assert only((*CONFIGURATION, "properties"), {"spark.driver.memory": "2Gi"}).write == "2g"


def test_parameters_may_have_102400_characters() -> None:
    longest = "--conf spark.a=" + "x" * (102400 - 15)
    assert check_request(changed((*DRIVER, "sparkSubmitParameters"), longest)) == ()
    assert "102400" in only((*DRIVER, "sparkSubmitParameters"), longest + "x").allowed


def test_tags_have_their_rules() -> None:
    assert only(("tags",), {"aws:team": "a"}).where == "tags['aws:team']"


@pytest.mark.parametrize(
    ("path", "near"),
    [
        (("jobdriver",), "jobDriver"),
        ((*DRIVER, "arguments"), "entryPointArguments"),
        (("configurationOverrides", "monitoringConfigurations"), "monitoringConfiguration"),
    ],
)
def test_an_unknown_key_is_refused_with_the_nearest_known_one(path: tuple[str, ...], near: str) -> None:
    fault = only(path, "x")
    assert (fault.where, fault.write) == (".".join(path), near)


def test_a_classification_stands_once() -> None:
    block = {"classification": "spark-defaults"}
    fault = only(("configurationOverrides", "applicationConfiguration"), [block, block])
    assert fault.where == "configurationOverrides.applicationConfiguration[1].classification"


def test_everything_that_is_wrong_comes_at_once() -> None:
    request = copy.deepcopy(PI)
    request["executionRoleArn"] = "role"
    request["releaseLabel"] = "emr-7"
    request["jobDriver"]["sparkSubmitJobDriver"] |= {"entryPoint": "pi.py", "sparkSubmitParameters": "--master yarn"}
    request["configurationOverrides"]["monitoringConfiguration"]["s3MonitoringConfiguration"]["logUri"] = "logs"
    request["tags"] = {"a!": "b"}
    assert [fault.where for fault in check_request(request)] == [
        "executionRoleArn",
        "releaseLabel",
        "jobDriver.sparkSubmitJobDriver.entryPoint",
        "jobDriver.sparkSubmitJobDriver.sparkSubmitParameters",
        "configurationOverrides.monitoringConfiguration.s3MonitoringConfiguration.logUri",
        "tags['a!']",
    ]


@pytest.mark.parametrize("request_", [None, [], "text", 7])
def test_what_is_no_request_is_refused(request_: object) -> None:
    (fault,) = check_request(request_)
    assert fault.allowed == "a mapping: {...}"


LEAVES = [
    ("executionRoleArn",),
    ("releaseLabel",),
    (*DRIVER, "entryPoint"),
    (*DRIVER, "sparkSubmitParameters"),
    (*MONITORING, "s3MonitoringConfiguration", "logUri"),
    (*CONFIGURATION, "classification"),
    (*CONFIGURATION, "properties", "spark.driver.memory"),
    ("tags", "team"),
]


@given(st.sampled_from(LEAVES), st.none() | st.integers() | st.text() | st.lists(st.text()) | st.just({}))
def test_no_value_stops_the_check_and_a_request_without_faults_has_a_shape(
    path: tuple[Any, ...], value: object
) -> None:
    request = changed(path, value)
    faults = check_request(request)
    if not faults:
        assert shape_of(request).executors >= 1
    assert all(str(fault) for fault in faults)
