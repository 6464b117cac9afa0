"""A job run that is cancelled, loses a part of itself, or cannot begin."""

from __future__ import annotations

import json
import os
import signal
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.cloud.jobs.conftest import COMPONENT, JOB_ID, Jobs, Run, spark_processes, wait_for

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.cloud
LONG = ("3", "200")
"""Arguments of a program that would compute for minutes."""
DRIVER = 100
"""Priority of drivers."""


def running_executors(jobs: Jobs, run: Run) -> list[str]:
    """Names of the executors that run, and are ready for work."""
    return [pod["metadata"]["name"] for pod in jobs.pods(run, "executor") if pod["status"].get("phase") == "Running"]


def put_template(jobs: Jobs, tenant: str, spec: dict[str, Any]) -> str:
    """Upload a pod template of a tenant; returns where it lies."""
    uri = f"{jobs.tenants[tenant]['artefactsUri']}template.json"
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    template = {"apiVersion": "v1", "kind": "Pod", "spec": spec}
    jobs.cloud.aws("s3").put_object(Bucket=bucket, Key=key, Body=json.dumps(template).encode())
    return uri


def push_out(jobs: Jobs, executor: dict[str, Any]) -> str:
    """Start a pod of a driver's priority that has room on an executor's node only without that; returns its name."""
    node = executor["spec"]["nodeName"]
    field = f"--field-selector=spec.nodeName={node},status.phase=Running"
    there = json.loads(jobs.cloud.kubectl("get", "pods", "-A", field, "-o", "json"))["items"]
    room = json.loads(jobs.cloud.kubectl("get", "node", node, "-o", "json"))["status"]["allocatable"]["cpu"]
    strong = [pod for pod in there if pod["spec"].get("priority", 0) >= DRIVER]
    cpus = quantity(room) - sum(
        quantity(container.get("resources", {}).get("requests", {}).get("cpu", "0"))
        for pod in strong
        for container in pod["spec"]["containers"]
    )
    intruder = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "intruder"},
        "spec": {
            "priorityClassName": "high-priority",
            "nodeSelector": {"kubernetes.io/hostname": node},
            "tolerations": [{"operator": "Exists"}],
            "containers": [
                {"name": "main", "image": "busybox", "resources": {"requests": {"cpu": f"{int(cpus * 1000)}m"}}}
            ],
        },
    }
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(intruder, file)
        file.flush()
        jobs.cloud.kubectl("create", "-f", file.name)
    return "intruder"


def quantity(cpus: str) -> float:
    """CPUs of a Kubernetes quantity."""
    return float(cpus.removesuffix("m")) / (1000 if cpus.endswith("m") else 1)


def phase(jobs: Jobs, run: Run, name: str) -> str:
    """Phase of a pod of a run."""
    return jobs.cloud.kubectl("-n", run.namespace, "get", "pod", name, "-o", "jsonpath={.status.phase}")


def test_a_cancelled_job_leaves_nothing(jobs: Jobs) -> None:
    run = jobs.start("sandbox", jobs.request("sandbox", arguments=LONG))
    wait_for("an executor", lambda: running_executors(jobs, run))
    application = jobs.pods(run, "driver")[0]["metadata"]["labels"]["spark-app-selector"]
    assert spark_processes(run.id)
    jobs.cloud.aws("emr-containers").cancel_job_run(virtualClusterId=run.virtual_cluster, id=run.id)
    assert jobs.end(run)["state"] == "CANCELLED"
    kinds = "pods,services,configmaps,jobs"
    assert jobs.objects(run, kinds, f"{JOB_ID}={run.id}") == []
    assert jobs.objects(run, kinds, f"spark-app-selector={application}") == []
    names = jobs.cloud.kubectl("-n", run.namespace, "get", kinds, "-o", "name")
    assert run.id not in names
    wait_for("no process is left", lambda: not spark_processes(run.id), 10)


@pytest.mark.covers("RM-07", "RM-12")
def test_a_job_whose_executor_is_pushed_out_by_a_driver_gets_another_and_completes(jobs: Jobs) -> None:
    template = put_template(jobs, "sandbox", {"priorityClassName": "low-priority"})
    request = jobs.request("sandbox", f"--conf spark.kubernetes.executor.podTemplateFile={template}")
    request["jobDriver"]["sparkSubmitJobDriver"]["entryPointArguments"] = ["3", "60"]
    run = jobs.start("sandbox", request)
    (lost,) = wait_for("an executor", lambda: running_executors(jobs, run))
    (executor,) = [pod for pod in jobs.pods(run, "executor") if pod["metadata"]["name"] == lost]
    intruder = push_out(jobs, executor)
    try:
        wait_for("the executor goes", lambda: lost not in running_executors(jobs, run))
        assert phase(jobs, run, f"spark-{run.id}-driver") == "Running"
        message = jobs.cloud.kubectl("-n", run.namespace, "get", "events", "--field-selector=reason=Preempted")
        assert lost in message
    finally:
        jobs.cloud.kubectl("delete", "pod", intruder, "--wait=false")
    done = jobs.end(run)
    assert done["state"] == "COMPLETED", done
    assert jobs.result(run)["executors"] != [lost]


def test_a_killed_driver_fails_the_job(jobs: Jobs) -> None:
    run = jobs.start("sandbox", jobs.request("sandbox", arguments=LONG))
    wait_for("an executor", lambda: running_executors(jobs, run))
    marked = f"spark-{run.id}-driver"
    for pid in spark_processes(marked):
        try:
            line = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if "org.apache.spark.deploy.SparkSubmit" in line and "--deploy-mode client" in line:
            os.kill(pid, signal.SIGKILL)
    done = jobs.end(run)
    assert done["state"] == "FAILED"
    assert done["failureReason"] == "USER_ERROR"
    assert "exit code" in done["stateDetails"]
    wait_for("no process of it is left", lambda: not spark_processes(run.id), 120)


def with_entry_point(request: dict[str, Any]) -> dict[str, Any]:
    driver = request["jobDriver"]["sparkSubmitJobDriver"]
    driver["entryPoint"] = driver["entryPoint"].replace("seeded_pi", "not_there")
    return request


def with_an_exit(request: dict[str, Any]) -> dict[str, Any]:
    request["jobDriver"]["sparkSubmitJobDriver"]["entryPointArguments"] = ["not a number"]
    return request


@pytest.mark.parametrize(
    ("change", "words"),
    [(with_entry_point, "not_there.py does not exist"), (with_an_exit, "ValueError")],
    ids=["an entry point that is not there", "a program that fails"],
)
def test_a_job_whose_program_fails_says_why_in_its_log(
    jobs: Jobs, change: Callable[[dict[str, Any]], dict[str, Any]], words: str
) -> None:
    run = jobs.start("sandbox", change(jobs.request("sandbox")))
    done = jobs.end(run)
    assert done["state"] == "FAILED"
    assert done["failureReason"] == "USER_ERROR"
    wait_for("the words are in the driver's log", lambda: words in jobs.driver(run, "stderr") + jobs.driver(run), 30)


@pytest.mark.covers("ER-22", "PT-02")
def test_a_template_with_a_field_that_emr_keeps_for_itself_fails_the_job(jobs: Jobs) -> None:
    template = "spec: {containers: [{name: spark-kubernetes-executor, command: [sh]}]}"
    uri = jobs.tenants["sandbox"]["artefactsUri"]
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    jobs.cloud.aws("s3").put_object(Bucket=bucket, Key=f"{key}executor.yaml", Body=template.encode())
    words = ("--conf", f"spark.kubernetes.executor.podTemplateFile={uri}executor.yaml")
    run = jobs.start("sandbox", jobs.request("sandbox", *words))
    done = jobs.end(run)
    assert done["state"] == "FAILED"
    assert "Field container.command in Spark main container not allowed but specified." in done["stateDetails"]


@pytest.mark.covers("PT-01")
def test_a_tenants_template_reaches_its_pods(jobs: Jobs) -> None:
    container = "{name: spark-kubernetes-driver, env: [{name: A, value: b}]}"
    template = f"metadata: {{labels: {{team: data}}}}\nspec: {{containers: [{container}]}}"
    uri = jobs.tenants["sandbox"]["artefactsUri"]
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    jobs.cloud.aws("s3").put_object(Bucket=bucket, Key=f"{key}driver.yaml", Body=template.encode())
    words = ("--conf", f"spark.kubernetes.driver.podTemplateFile={uri}driver.yaml")
    run = jobs.start("sandbox", jobs.request("sandbox", *words))
    (pod,) = wait_for("the driver", lambda: jobs.pods(run, "driver"))
    assert pod["metadata"]["labels"]["team"] == "data"
    containers = {container["name"]: container for container in pod["spec"]["containers"]}
    assert {"name": "A", "value": "b"} in containers["spark-kubernetes-driver"]["env"]
    assert "emr-container-fluentd" in containers
    assert pod["metadata"]["labels"][COMPONENT] == "driver"
    assert jobs.end(run)["state"] == "COMPLETED"
