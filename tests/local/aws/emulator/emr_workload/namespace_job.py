"""A job run as the tests of the workload have it: the guide's pi example."""

from __future__ import annotations

from typing import Any

from local.aws.emulator.eks.state import ClusterKey
from local.aws.emulator.emr_containers.job_run import JobRun

ACCOUNT = "123456789012"
JOB_ID = "000000036abcdefghij"
VIRTUAL_CLUSTER = "0b456ls1n2vkz0sev1xmdqb1a"
NAMESPACE = "team-a"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/jobs/emr-tenant-a-exec"
KEY = f"{ACCOUNT}-16p7tjth9c8qasdb51hgeuyusf7"
ENTRY_POINT = "local:///usr/lib/spark/examples/src/main/python/pi.py"
PARAMETERS = (
    "--conf spark.executor.instances=2 --conf spark.executor.memory=2G "
    "--conf spark.executor.cores=2 --conf spark.driver.cores=1"
)
SPARK = "895885662937.dkr.ecr.us-west-2.amazonaws.com/spark/emr-7.9.0:latest"
FLUENTD = "895885662937.dkr.ecr.us-west-2.amazonaws.com/fluentd/emr-7.9.0:latest"
LABELS = {
    "emr-containers.amazonaws.com/job.id": JOB_ID,
    "emr-containers.amazonaws.com/virtual-cluster-id": VIRTUAL_CLUSTER,
    "emr-containers.amazonaws.com/resource.type": "job.run",
}


def job_run(
    *,
    job_id: str = JOB_ID,
    namespace: str = NAMESPACE,
    region: str = "us-west-2",
    release: str = "emr-7.9.0-latest",
    parameters: str | None = PARAMETERS,
    arguments: list[str] | None = None,
    overrides: dict[str, Any] | None = None,
    attempt: int = 1,
) -> JobRun:
    """A job run; what is not named is as in the guide's example."""
    submit: dict[str, Any] = {"entryPoint": ENTRY_POINT, "entryPointArguments": arguments or []}
    if parameters is not None:
        submit["sparkSubmitParameters"] = parameters
    return JobRun(
        document={
            "id": job_id,
            "state": "PENDING",
            "executionRoleArn": ROLE,
            "releaseLabel": release,
            "virtualClusterId": VIRTUAL_CLUSTER,
        },
        request={},
        virtual_cluster_id=VIRTUAL_CLUSTER,
        namespace=namespace,
        cluster=ClusterKey(ACCOUNT, region, "cluster"),
        driver={"sparkSubmitJobDriver": submit},
        overrides=overrides or {},
        attempt=attempt,
    )


def configured(*configurations: dict[str, Any]) -> dict[str, Any]:
    """Overrides with an application configuration."""
    return {"applicationConfiguration": list(configurations)}


def properties(classification: str, **values: str) -> dict[str, Any]:
    """A configuration; double underscores in names stand for dots."""
    return {
        "classification": classification,
        "properties": {name.replace("__", "."): value for name, value in values.items()},
    }
