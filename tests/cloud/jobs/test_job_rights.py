"""Taking one right or one rule away breaks a job where the service breaks it."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from local.job import logs
from tests.cloud.jobs.conftest import Jobs, wait_for

if TYPE_CHECKING:
    from collections.abc import Generator

pytestmark = pytest.mark.cloud


@contextmanager
def changed(jobs: Jobs, namespace: str, kind: str, name: str, change: Any) -> Generator[None]:
    """Change an object for a while."""
    kubectl = jobs.cloud.kubectl
    document = json.loads(kubectl("-n", namespace, "get", kind, name, "-o", "json"))
    before = json.dumps(change(document))
    kubectl("-n", namespace, "patch", kind, name, "--type", "merge", "-p", before)
    try:
        yield
    finally:
        for key in ("metadata", "status"):
            document.pop(key, None)
        kubectl("-n", namespace, "patch", kind, name, "--type", "merge", "-p", json.dumps(document))


def without(resource: str, verb: str) -> Any:
    """A change of a Role that takes one verb of one resource out."""

    def change(role: dict[str, Any]) -> dict[str, Any]:
        rules = json.loads(json.dumps(role["rules"]))
        for rule in rules:
            if resource in rule["resources"]:
                rule["verbs"] = [each for each in rule["verbs"] if each != verb] or ["get"]
        return {"rules": rules}

    return change


@pytest.mark.covers("ER-13")
def test_emr_without_a_verb_cannot_submit(jobs: Jobs) -> None:
    with changed(jobs, "risk", "role", "emr-containers", without("jobs", "create")):
        run = jobs.start("risk", jobs.request("risk"))
        done = jobs.end(run)
    assert done["state"] == "FAILED"
    assert done["failureReason"] == "CLUSTER_UNAVAILABLE"
    assert "does not have sufficient permissions" in done["stateDetails"]


def test_a_driver_whose_role_may_not_make_pods_gets_no_executor(jobs: Jobs) -> None:
    first = jobs.start("risk", jobs.request("risk"))
    assert jobs.end(first)["state"] == "COMPLETED"  # the Role is there from now on, and EMR does not make it again
    with changed(jobs, "risk", "role", "emr-containers-role-spark-driver", without("pods", "create")):
        run = jobs.start("risk", jobs.request("risk"))
        wait_for("the driver runs", lambda: jobs.describe(run)["state"] == "RUNNING")
        wait_for("the refusal is in the driver's log", lambda: refused(jobs, run), 90)
        assert not jobs.pods(run, "executor")
        assert jobs.describe(run)["state"] in ("RUNNING", "FAILED")
        if jobs.describe(run)["state"] == "RUNNING":
            jobs.cloud.aws("emr-containers").cancel_job_run(virtualClusterId=run.virtual_cluster, id=run.id)
        jobs.end(run)


def refused(jobs: Jobs, run: Any) -> bool:
    return "cannot create resource" in (
        logs.refusal(logs.driver(jobs.cloud.aws("logs"), run.request, run.id, "stderr")) or ""
    )


@pytest.mark.covers("RM-01")
def test_a_full_quota_keeps_the_driver_out_with_the_quotas_words(jobs: Jobs) -> None:
    hard = {"spec": {"hard": {"requests.cpu": "300m"}}}
    with changed(jobs, "risk", "resourcequota", "compute-resources", lambda _: hard):
        run = jobs.start("risk", jobs.request("risk"))
        done = jobs.end(run)
    assert done["state"] == "FAILED"
    assert "exceeded quota" in done["stateDetails"]


@pytest.mark.covers("ID-04")
def test_a_job_cannot_run_as_another_tenants_role(jobs: Jobs) -> None:
    request = jobs.request("risk")
    request["executionRoleArn"] = jobs.tenants["sandbox"]["jobRoleArns"]["job"]
    soon = {"classification": "emr-containers-defaults", "properties": {"job-start-timeout": "20"}}
    request["configurationOverrides"]["applicationConfiguration"].append(soon)
    run = jobs.start("risk", request)
    done = jobs.end(run)
    # The guard lets no pod in with an account of that role, and Kubernetes tries again until EMR gives up.
    assert done["state"] == "FAILED"
    assert "FailedCreate" in done["stateDetails"]
    assert not jobs.pods(run)


def test_a_namespace_that_is_gone_fails_the_job(jobs: Jobs) -> None:
    kubectl, emr = jobs.cloud.kubectl, jobs.cloud.aws("emr-containers")
    for manifest in json.loads(kubectl("-n", "sandbox", "get", "role,rolebinding", "-o", "json"))["items"]:
        if manifest["metadata"]["name"] != "emr-containers":
            continue
        manifest["metadata"] = {"name": "emr-containers", "namespace": "gone"}
        if manifest["kind"] == "Role":
            kubectl("create", "namespace", "gone")
        file = jobs.cloud.folder.path / "gone.json"
        file.write_text(json.dumps(manifest))
        kubectl("apply", "-f", str(file))
    info = {"eksInfo": {"namespace": "gone"}}
    made = emr.create_virtual_cluster(name="gone", containerProvider={"type": "EKS", "id": "emr", "info": info})
    kubectl("delete", "namespace", "gone")
    request = jobs.request("sandbox")
    request["virtualClusterId"] = made["id"]
    run = jobs.start("sandbox", request)
    done = jobs.end(run)
    assert done["state"] == "FAILED"
    assert done["failureReason"] == "CLUSTER_UNAVAILABLE"
    emr.delete_virtual_cluster(id=made["id"])
