"""Real Spark jobs on nodes that Karpenter launches for them: one loses a node, one keeps to nodes of its tenant's."""

from __future__ import annotations

import json
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from tests.cloud.capacity.nodes_and_pods import DEDICATED, NAMESPACE, SPOT, eventually
from tests.cloud.jobs.conftest import COMPONENT, ENDED, Jobs, Run, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cloud.capacity.nodes_and_pods import Cluster

pytestmark = pytest.mark.cloud
TENANT_LABEL = "nodes.tenancy/tenant"
OWN = {"key": TENANT_LABEL, "operator": "Equal", "value": DEDICATED, "effect": "NoSchedule"}
SUBMITTER = {
    f"jobsubmitter.node.selector.{TENANT_LABEL}": DEDICATED,
    f"jobsubmitter.node.toleration.{TENANT_LABEL}": DEDICATED,
    f"jobsubmitter.node.toleration.{TENANT_LABEL}.effect": "NoSchedule",
}


def placed(jobs: Jobs, tenant: str, *, own: bool) -> dict[str, Any]:
    """A job whose driver and executor go to the pools, of the platform or of the tenant's own, by pod templates."""
    selector, tolerations = ({TENANT_LABEL: tenant}, [OWN]) if own else ({}, [])
    parts = {
        "driver": ("drivers", "high-priority", tolerations),
        "executor": ("executors", "low-priority", [SPOT, *tolerations]),
    }
    words: list[str] = []
    for part, (pool, priority, tolerated) in parts.items():
        uri = f"{jobs.tenants[tenant]['artefactsUri']}{part}.json"
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        spec = {
            "nodeSelector": {"nodes.tenancy/pool": pool, **selector},
            "tolerations": tolerated,
            "priorityClassName": priority,
        }
        template = {"apiVersion": "v1", "kind": "Pod", "spec": spec}
        jobs.cloud.aws("s3").put_object(Bucket=bucket, Key=key, Body=json.dumps(template).encode())
        words.append(f"--conf spark.kubernetes.{part}.podTemplateFile={uri}")
    return jobs.request(tenant, *words, arguments=("3", "4"))


def nodes_by_component(jobs: Jobs, cluster: Cluster, run: Run) -> dict[str, dict[str, str]]:
    """Follow a run to its end; return the labels of the nodes that its pods were on."""
    found: dict[str, dict[str, str]] = {}

    def ended() -> bool:
        for pod in jobs.pods(run):
            component = pod["metadata"]["labels"][COMPONENT]
            if component not in found and (node := pod["spec"].get("nodeName")):
                found[component] = cluster.get("node", node)["metadata"]["labels"]
        return jobs.describe(run)["state"] in ENDED

    wait_for(f"the end of run {run.id}", ended)
    assert jobs.describe(run)["state"] == "COMPLETED", jobs.describe(run)
    return found


@pytest.fixture(scope="module", autouse=True)
def of_the_dedicated(jobs: Jobs, cluster: Cluster) -> Iterator[Future[dict[str, dict[str, str]]]]:
    """A job of the dedicated tenant, which goes on while other tests wait for nodes of theirs."""
    request = placed(jobs, DEDICATED, own=True)
    overrides = request["configurationOverrides"]["applicationConfiguration"]
    overrides.append({"classification": "emr-job-submitter", "properties": SUBMITTER})
    run = jobs.start(DEDICATED, request)
    with ThreadPoolExecutor(1) as thread:
        yield thread.submit(nodes_by_component, jobs, cluster, run)


def test_a_job_whose_spot_node_is_taken_back_gets_another_executor_and_completes(jobs: Jobs, cluster: Cluster) -> None:
    request = placed(jobs, "sandbox", own=False)
    request["jobDriver"]["sparkSubmitJobDriver"]["entryPointArguments"] = ["3", "60"]
    run = jobs.start("sandbox", request)

    def executor() -> dict[str, Any] | None:
        return next((pod for pod in jobs.pods(run, "executor") if pod["status"].get("phase") == "Running"), None)

    lost = wait_for("an executor", executor)
    node = lost["spec"]["nodeName"]
    labels = cluster.get("node", node)["metadata"]["labels"]
    assert labels["karpenter.sh/nodepool"] == "executors"
    assert labels["karpenter.sh/capacity-type"] == "spot"
    (driver,) = jobs.pods(run, "driver")
    assert cluster.get("node", driver["spec"]["nodeName"])["metadata"]["labels"]["karpenter.sh/nodepool"] == "drivers"
    cluster.interrupt(node)
    eventually(lambda: node not in cluster.nodes(), "the end of the node that is taken back")
    done = jobs.end(run)
    assert done["state"] == "COMPLETED", done
    result = jobs.result(run)
    assert 3 < result["pi"] < 3.3
    assert result["executors"] != [lost["metadata"]["name"]]


def test_a_dedicated_tenants_job_runs_on_its_own_nodes_alone(
    of_the_dedicated: Future[dict[str, dict[str, str]]],
) -> None:
    nodes = of_the_dedicated.result()
    assert {component: labels.get("karpenter.sh/nodepool") for component, labels in nodes.items()} == {
        "controller": f"{DEDICATED}-drivers",
        "driver": f"{DEDICATED}-drivers",
        "executor": f"{DEDICATED}-executors",
    }
    assert {labels.get(TENANT_LABEL) for labels in nodes.values()} == {DEDICATED}


def refusal(jobs: Jobs, tenant: str, request: dict[str, Any]) -> str:
    """Start a job whose submitter the API server refuses; return the words, and cancel the job."""
    run = jobs.start(tenant, request)

    def said() -> str | None:
        events = jobs.cloud.kubectl("get", "events", "-n", tenant, "--field-selector=reason=FailedCreate", "-o", "json")
        found = [each["message"] for each in json.loads(events)["items"] if run.id in each["involvedObject"]["name"]]
        return found[0] if found else None

    message = wait_for("a refusal", said, 60)
    assert not jobs.pods(run)
    jobs.cloud.aws("emr-containers").cancel_job_run(virtualClusterId=run.virtual_cluster, id=run.id)
    assert jobs.end(run)["state"] == "CANCELLED"
    return message


def test_a_dedicated_tenants_pod_on_shared_nodes_is_refused(jobs: Jobs) -> None:
    message = refusal(jobs, DEDICATED, placed(jobs, DEDICATED, own=False))
    assert "own-nodes" in message
    assert f"no node selector {TENANT_LABEL}={DEDICATED}" in message


def test_another_tenants_pod_on_a_dedicated_tenants_nodes_is_refused(jobs: Jobs) -> None:
    request = jobs.request("sandbox")
    overrides = request["configurationOverrides"]["applicationConfiguration"]
    overrides.append({"classification": "emr-job-submitter", "properties": SUBMITTER})
    assert f"{TENANT_LABEL}={DEDICATED}" in refusal(jobs, "sandbox", request)


def test_a_pod_that_admission_does_not_judge_is_kept_off_a_dedicated_tenants_nodes_by_their_taint(
    cluster: Cluster,
) -> None:
    cluster.run("stray", "drivers", cpu="100m", selector={TENANT_LABEL: DEDICATED})
    eventually(
        lambda: "untolerated taint" in cluster.cloud.kubectl("get", "events", "-n", NAMESPACE),
        "the scheduler's reason",
    )
    assert cluster.pods("stray")[0]["status"]["phase"] == "Pending"
    cluster.remove("stray")
