from __future__ import annotations

import json
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.validate import validate_parameters

from local.folder import Refused
from local.job import request

if TYPE_CHECKING:
    from pathlib import Path

CONTRACT = {
    "name": "analytics",
    "virtualClusterId": "v" * 25,
    "jobRoleArns": {
        "etl": "arn:aws:iam::123456789012:role/emr-a-etl",
        "adhoc": "arn:aws:iam::123456789012:role/emr-a-x",
    },
    "logGroup": "/emr/emr/analytics",
    "logsUri": "s3://logs/analytics/",
}
MODEL = boto3.client("emr-containers", region_name="us-west-2").meta.service_model.operation_model("StartJobRun")


@pytest.mark.covers("JR-16", "JR-01", "JR-05", "JR-07")
@pytest.mark.parametrize("name", sorted(path.stem for path in request.EXAMPLES.glob("*.json")))
def test_every_example_is_a_request_that_the_api_knows(name: str) -> None:
    document, _ = request.read(name)
    filled = request.filled(document, CONTRACT, None)
    assert not validate_parameters({**filled, "clientToken": "x"}, MODEL.input_shape)
    assert filled["virtualClusterId"] == "v" * 25
    assert filled["executionRoleArn"].endswith("emr-a-x")
    monitoring = filled["configurationOverrides"]["monitoringConfiguration"]
    assert monitoring["s3MonitoringConfiguration"] == {"logUri": "s3://logs/analytics/"}
    assert monitoring["cloudWatchMonitoringConfiguration"] == {
        "logGroupName": "/emr/emr/analytics",
        "logStreamNamePrefix": name,
    }


@pytest.mark.covers("JR-16")
def test_pi_is_the_guides_sample() -> None:
    document, end = request.read("pi")
    assert end == "COMPLETED"
    driver = document["jobDriver"]["sparkSubmitJobDriver"]
    assert driver["entryPoint"] == "local:///usr/lib/spark/examples/src/main/python/pi.py"
    for setting in ("executor.instances=2", "executor.memory=2G", "executor.cores=2", "driver.cores=1"):
        assert f"--conf spark.{setting}" in driver["sparkSubmitParameters"]
    assert document["configurationOverrides"]["applicationConfiguration"] == [
        {"classification": "spark-defaults", "properties": {"spark.driver.memory": "2G"}}
    ]


def test_what_a_request_says_itself_stays() -> None:
    own = {"executionRoleArn": "mine", "configurationOverrides": {"monitoringConfiguration": {}}}
    filled = request.filled(own, CONTRACT, "etl")
    assert filled["executionRoleArn"] == "mine"
    assert filled["configurationOverrides"] == {"monitoringConfiguration": {}}


def test_a_role_is_chosen_by_its_name() -> None:
    assert request.filled({}, CONTRACT, "etl")["executionRoleArn"].endswith("emr-a-etl")
    with pytest.raises(Refused, match=r"no role 'x'\. It has adhoc, etl"):
        request.filled({}, CONTRACT, "x")


def test_an_unknown_job_is_told_which_there_are() -> None:
    with pytest.raises(Refused, match="driver-too-large, executor-too-large, pi"):
        request.read("py")


@pytest.mark.parametrize(("text", "words"), [("{", "cannot be read"), ("[]", "holds list")])
def test_a_file_that_is_no_request_is_refused(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "own.json"
    file.write_text(text)
    with pytest.raises(Refused, match=words):
        request.read(str(file))


def test_a_file_of_ones_own_should_complete(tmp_path: Path) -> None:
    file = tmp_path / "own.json"
    file.write_text(json.dumps({"name": "own"}))
    assert request.read(str(file)) == ({"name": "own"}, "COMPLETED")
