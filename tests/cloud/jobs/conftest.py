"""A platform on which jobs are run, and what a test needs to run one and look at it."""

from __future__ import annotations

import gzip
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from local import stack
from local.folder import CHECKOUT, Folder
from local.spark import ensure
from local.surroundings import write_kubeconfig
from tests.cloud.conftest import Cloud, running_cloud

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

EXAMPLES = CHECKOUT / "examples" / "jobs"
ENDED = ("COMPLETED", "FAILED", "CANCELLED")
JOB_ID = "emr-containers.amazonaws.com/job.id"
COMPONENT = "emr-containers.amazonaws.com/component"
SECONDS = 300
"""How long a job may take on a machine that does other things too."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """A job run that was started."""

    id: str
    virtual_cluster: str
    namespace: str
    request: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Jobs:
    """The platform, and its tenants' contracts."""

    cloud: Cloud
    tenants: dict[str, dict[str, Any]]

    def request(self, tenant: str, *words: str, program: str = "seeded_pi.py", arguments: tuple[str, ...] = ("1", "4")):
        """A small job of a tenant: its program from the artefacts bucket, one executor, logs in both places."""
        contract = self.tenants[tenant]
        uri = contract["artefactsUri"] + program
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        if (EXAMPLES / program).exists():
            self.cloud.aws("s3").put_object(Bucket=bucket, Key=key, Body=(EXAMPLES / program).read_bytes())
        sizes = {
            "spark.executor.instances": "1",
            "spark.executor.memory": "512m",
            "spark.executor.cores": "1",
            "spark.driver.memory": "512m",
        }
        return {
            "virtualClusterId": contract["virtualClusterId"],
            "name": "small",
            "executionRoleArn": min(contract["jobRoleArns"].values()),
            "releaseLabel": "emr-7.9.0-latest",
            "jobDriver": {
                "sparkSubmitJobDriver": {
                    "entryPoint": uri,
                    "entryPointArguments": list(arguments),
                    "sparkSubmitParameters": " ".join(words or ("--conf spark.driver.cores=1",)),
                }
            },
            "configurationOverrides": {
                "applicationConfiguration": [{"classification": "spark-defaults", "properties": sizes}],
                "monitoringConfiguration": {
                    "persistentAppUI": "DISABLED",
                    "cloudWatchMonitoringConfiguration": {
                        "logGroupName": contract["logGroup"],
                        "logStreamNamePrefix": "small",
                    },
                    "s3MonitoringConfiguration": {"logUri": contract["logsUri"]},
                },
            },
        }

    def start(self, tenant: str, request: dict[str, Any]) -> Run:
        """Start a job run of a tenant."""
        answer = self.cloud.aws("emr-containers").start_job_run(**request)
        return Run(
            id=answer["id"],
            virtual_cluster=answer["virtualClusterId"],
            namespace=self.tenants[tenant]["namespace"],
            request=request,
        )

    def describe(self, run: Run) -> dict[str, Any]:
        """The API's JobRun."""
        emr = self.cloud.aws("emr-containers")
        return emr.describe_job_run(virtualClusterId=run.virtual_cluster, id=run.id)["jobRun"]

    def end(self, run: Run) -> dict[str, Any]:
        """Wait until a run has ended; returns the API's JobRun."""
        wait_for(f"the end of run {run.id}", lambda: self.describe(run)["state"] in ENDED)
        return self.describe(run)

    def pods(self, run: Run, component: str | None = None) -> list[dict[str, Any]]:
        """The pods of a run."""
        labels = f"{JOB_ID}={run.id}" + (f",{COMPONENT}={component}" if component else "")
        return self.objects(run, "pods", labels)

    def objects(self, run: Run, kinds: str, labels: str) -> list[dict[str, Any]]:
        """Objects of a run's namespace that carry labels."""
        listed = self.cloud.kubectl("-n", run.namespace, "get", kinds, "-l", labels, "-o", "json")
        return json.loads(listed)["items"]

    def driver(self, run: Run, stream: str = "stdout") -> str:
        """What the driver wrote, from the S3 destination; empty until it has been uploaded."""
        bucket, _, key = self.tenants[run.namespace]["logsUri"].removeprefix("s3://").partition("/")
        prefix = f"{key}{run.virtual_cluster}/jobs/{run.id}/containers/"
        s3 = self.cloud.aws("s3")
        keys = [each["Key"] for each in s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])]
        found = next((key for key in keys if key.endswith(f"/spark-{run.id}-driver/{stream}.gz")), None)
        if found is None:
            return ""
        return gzip.decompress(s3.get_object(Bucket=bucket, Key=found)["Body"].read()).decode()

    def result(self, run: Run) -> dict[str, Any]:
        """What `seeded_pi.py` printed."""
        wait_for("the driver's output is uploaded", lambda: '"pi"' in self.driver(run), 30)
        return json.loads(self.driver(run).strip().splitlines()[-1])


def wait_for(what: str, true: Callable[[], Any], seconds: float = SECONDS) -> Any:
    """Wait until something holds, and return it."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := true():
            return found
        time.sleep(0.3)
    pytest.fail(f"not within {seconds} s: {what}")


def spark_processes(namespace_or_job: str) -> list[int]:
    """Ids of living processes whose command line or environment names a job."""
    found: list[int] = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            text = (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
        except OSError:
            continue
        if namespace_or_job.encode() in text:
            found.append(int(entry.name))
    return found


@pytest.fixture(scope="session")
def jobs(tmp_path_factory: pytest.TempPathFactory, lifeline: int) -> Iterator[Jobs]:
    """A platform of its own, with Spark at hand."""
    ensure(print)
    for cloud in running_cloud(Folder(tmp_path_factory.mktemp("jobs")), lifeline):
        stack.select(cloud.shell)
        cloud.pulumi("up", "--yes", "--skip-preview", "--stack", stack.STACK)
        write_kubeconfig(cloud.folder, cloud.shell)
        yield Jobs(cloud=cloud, tenants=stack.outputs(cloud.shell)["tenants"])
