from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from local.aws.emulator.emr_containers import workload
from local.aws.emulator.emr_containers.workload import (
    WorkloadRefused,
    config_map,
    names,
    roles,
    service_accounts,
    submitter,
)
from local.control_plane import ApiError
from tests.cloud.control_plane.job_namespace import RBAC, JobNamespace, owner
from tests.cloud.control_plane.world import eventually

if TYPE_CHECKING:
    from local.aws.emulator.emr_containers.job_run import JobRun
    from local.control_plane import ControlPlane
    from tests.cloud.control_plane.world import Callers

pytestmark = pytest.mark.cloud

STARTED = "2026-11-23T18:00:05Z"


@pytest.fixture
def place(plane: ControlPlane, callers: Callers, namespace: str) -> JobNamespace:
    return JobNamespace(plane, callers, namespace)


def holds(stored: Any, declared: Any) -> bool:
    """Whether the API server stores what was declared, beside its own defaults."""
    if isinstance(declared, dict):
        return all(key in stored and holds(stored[key], value) for key, value in declared.items())
    if isinstance(declared, list):
        return len(stored) == len(declared) and all(map(holds, stored, declared))
    return stored == declared


def test_with_exactly_the_role_of_the_guide_every_object_is_made_as_declared(place: JobNamespace) -> None:
    place.let_emr_in()
    job = place.job()
    workload.submit(place.emr, job)

    assert holds(place.admin.get(names.batch(job, "jobs", job.id)), submitter.document(job))
    stored = place.admin.get(names.core(job, "configmaps", names.config_map_name(job)))
    declared = config_map.document(job)
    assert holds(stored, declared)
    assert stored["data"].keys() == declared["data"].keys() | {"driver-podtemplate.yaml"}
    for component in ("client", "driver", "executor"):
        account = service_accounts.document(job, component)
        assert holds(place.admin.get(names.core(job, "serviceaccounts", account["metadata"]["name"])), account)
    for component in ("client", "driver"):
        role, binding = roles.role(job, component), roles.binding(job, component)
        assert holds(place.admin.get(names.rbac(job, "roles", role["metadata"]["name"])), role)
        assert holds(place.admin.get(names.rbac(job, "rolebindings", binding["metadata"]["name"])), binding)
    pod = place.submitter(job)
    assert pod["spec"]["serviceAccountName"] == service_accounts.account_name(job, "client")
    assert pod["metadata"]["labels"].items() >= names.labels(job, "controller").items()


CLIENT_ROLE, DRIVER_ROLE = "emr-containers-role-spark-client", "emr-containers-role-spark-driver"
GRANTED = [
    *(
        (kind, verb, CLIENT_ROLE)
        for kind in ("pods", "services", "configmaps")
        for verb in ("watch", "create", "patch")
    ),
    *((kind, "deletecollection", DRIVER_ROLE) for kind in ("pods", "services", "configmaps")),
    *(("persistentvolumeclaims", verb, CLIENT_ROLE) for verb in ("list", "create", "delete", "deletecollection")),
]


@pytest.mark.parametrize(("resource", "verb", "role"), GRANTED)
def test_a_verb_that_emr_does_not_hold_it_cannot_grant(
    place: JobNamespace, resource: str, verb: str, role: str
) -> None:
    place.let_emr_in((resource, verb))
    job = place.job()
    with pytest.raises(ApiError) as refused:
        workload.submit(place.emr, job)
    assert refused.value.status == 403
    assert f'"{role}" is forbidden' in refused.value.message
    assert "is attempting to grant RBAC permissions not currently held" in refused.value.message
    assert f'Resources:["{resource}"], Verbs:["{verb}"]' in refused.value.message
    assert place.admin.list(names.batch(job, "jobs")) == []


@pytest.mark.parametrize(
    ("resource", "verb"),
    [
        ("serviceaccounts", "get"),
        ("serviceaccounts", "create"),
        ("roles", "get"),
        ("roles", "create"),
        ("rolebindings", "get"),
        ("rolebindings", "create"),
        ("jobs", "create"),
    ],
)
def test_a_verb_that_emr_needs_itself_is_refused_where_it_needs_it(
    place: JobNamespace, resource: str, verb: str
) -> None:
    place.let_emr_in((resource, verb))
    job = place.job()
    with pytest.raises(ApiError) as refused:
        workload.submit(place.emr, job)
    assert f'User "emr-containers" cannot {verb} resource "{resource}"' in refused.value.message
    assert place.admin.list(names.batch(job, "jobs")) == []
    assert [each["metadata"]["name"] for each in place.admin.list(names.core(job, "configmaps"))] == [
        "kube-root-ca.crt"
    ]


def test_cached_roles_let_jobs_run_until_somebody_deletes_them(place: JobNamespace) -> None:
    place.let_emr_in()
    workload.submit(place.emr, place.job())
    place.let_emr_in(("persistentvolumeclaims", "deletecollection"))
    workload.submit(place.emr, place.job())
    place.admin.delete(f"{RBAC}/{place.name}/roles/{DRIVER_ROLE}")
    with pytest.raises(ApiError, match="attempting to grant RBAC permissions not currently held"):
        workload.submit(place.emr, place.job())


def test_a_narrowed_driver_role_stops_the_driver_from_making_executors(place: JobNamespace) -> None:
    place.let_emr_in()
    first = place.job()
    workload.submit(place.emr, first)
    place.admin.patch(f"{RBAC}/{place.name}/roles/{DRIVER_ROLE}", {"rules": []})
    job = place.job()
    workload.submit(place.emr, job)
    driver = place.as_account(job, "client").create(names.core(job, "pods"), place.driver_pod(job))
    with pytest.raises(ApiError, match='cannot create resource "pods"'):
        place.as_account(job, "driver").create(names.core(job, "pods"), place.executor_pod(job, driver))


def test_a_quota_on_pods_keeps_the_job_waiting_and_is_quoted(place: JobNamespace) -> None:
    place.let_emr_in()
    limit(place, "resourcequotas", "none", {"hard": {"pods": "0"}})
    job = place.job()
    workload.submit(place.emr, job)
    details = eventually(lambda: workload.observe(place.emr, job).details)
    assert details.startswith("Last event from job-controller: FailedCreate, message: Error creating: pods ")
    assert "exceeded quota: none, requested: pods=1, used: pods=0, limited: pods=0." in details
    assert workload.observe(place.emr, job).phase == "submitting"


def test_a_quota_counts_what_the_submitter_asks_for(place: JobNamespace) -> None:
    place.let_emr_in()
    limit(place, "resourcequotas", "sized", {"hard": {"requests.cpu": "1", "limits.memory": "2Gi"}})
    job = place.job()
    workload.submit(place.emr, job)
    place.submitter(job)

    def used() -> dict[str, str]:
        return place.admin.get(names.core(job, "resourcequotas", "sized"))["status"]["used"]

    assert eventually(lambda: used() == {"requests.cpu": "200m", "limits.memory": "1224Mi"})


def test_a_limit_range_refuses_the_pod_in_its_own_words(place: JobNamespace) -> None:
    place.let_emr_in()
    limit(place, "limitranges", "small", {"limits": [{"type": "Container", "max": {"memory": "256Mi"}}]})
    job = place.job()
    workload.submit(place.emr, job)
    details = eventually(lambda: workload.observe(place.emr, job).details)
    assert "maximum memory usage per Container is 256Mi, but limit is 1Gi" in details


def test_a_quota_on_jobs_refuses_the_run_and_leaves_no_configuration(place: JobNamespace) -> None:
    place.let_emr_in()
    limit(place, "resourcequotas", "none", {"hard": {"count/jobs.batch": "0"}})
    job = place.job()
    with pytest.raises(WorkloadRefused, match=r"exceeded quota: none, requested: count/jobs\.batch=1") as refused:
        workload.submit(place.emr, job)
    assert refused.value.failure_reason == "USER_ERROR"
    assert [each["metadata"]["name"] for each in place.admin.list(names.core(job, "configmaps"))] == [
        "kube-root-ca.crt"
    ]


def test_a_driver_above_the_maximum_is_refused_to_the_client_account(place: JobNamespace) -> None:
    place.let_emr_in()
    limit(place, "limitranges", "six", {"limits": [{"type": "Container", "max": {"cpu": "6"}}]})
    job = place.job()
    workload.submit(place.emr, job)
    pod = place.driver_pod(job, requests={"cpu": "7", "memory": "1Gi"}, limits={"memory": "1Gi"})
    with pytest.raises(ApiError, match='Invalid value: "7": must be less than or equal to cpu limit of 6'):
        place.as_account(job, "client").create(names.core(job, "pods"), pod)


@pytest.mark.covers("JR-19")
def test_a_run_is_seen_from_submission_to_its_end(place: JobNamespace) -> None:
    place.let_emr_in()
    job = place.job()
    workload.submit(place.emr, job)
    unscheduled = eventually(lambda: workload.observe(place.emr, job).details)
    assert unscheduled.startswith("Last event from default-scheduler: FailedScheduling, message: no nodes available")
    make_spark(place, job)
    pod, main = names.driver_pod_name(job), names.DRIVER_CONTAINER
    place.set_status(job, pod, "Running", main, {"running": {"startedAt": STARTED}})
    seen = workload.observe(place.emr, job)
    assert (seen.phase, seen.driver_started and seen.driver_started.isoformat()) == (
        "running",
        "2026-11-23T18:00:05+00:00",
    )
    ended = {"exitCode": 3, "startedAt": STARTED, "finishedAt": STARTED, "reason": "Error"}
    place.set_status(job, pod, "Failed", main, {"running": None, "terminated": ended})
    seen = workload.observe(place.emr, job)
    assert seen.phase == "failed"
    assert "Main Spark Driver container terminated with exit code 3." in seen.details


def test_a_submitter_that_somebody_deletes_fails_the_run(place: JobNamespace) -> None:
    place.let_emr_in()
    job = place.job()
    workload.submit(place.emr, job)
    pod = place.submitter(job)["metadata"]["name"]
    place.admin.delete(names.core(job, "pods", pod))
    eventually(lambda: workload.observe(place.emr, job).phase == "failed")


def test_removal_leaves_nothing_of_the_job_and_all_of_another(place: JobNamespace) -> None:
    place.let_emr_in()
    job, other = place.job(), place.job()
    for each in (job, other):
        workload.submit(place.emr, each)
        place.submitter(each)
        make_spark(place, each)
    kept = everything(place, other)
    assert len(kept) == 8
    eventually(lambda: workload.remove(place.emr, job))
    assert everything(place, job) == set()
    assert everything(place, other) == kept
    assert workload.observe(place.emr, job).phase == "gone"
    assert place.admin.get(names.rbac(job, "roles", DRIVER_ROLE))
    assert place.admin.get(names.core(job, "serviceaccounts", service_accounts.account_name(job, "driver")))


def test_whoever_deletes_the_kubernetes_job_deletes_driver_and_executors(place: JobNamespace) -> None:
    place.let_emr_in()
    job = place.job()
    workload.submit(place.emr, job)
    place.submitter(job)
    make_spark(place, job)
    place.admin.delete(names.batch(job, "jobs", job.id), propagationPolicy="Background")
    eventually(lambda: everything(place, job) == set())


def limit(place: JobNamespace, kind: str, name: str, spec: dict[str, Any]) -> None:
    path = f"/api/v1/namespaces/{place.name}/{kind}"
    place.admin.create(path, {"metadata": {"name": name}, "spec": spec})
    if kind == "resourcequotas":  # it holds once its controller has counted
        eventually(lambda: place.admin.get(f"{path}/{name}").get("status", {}).get("hard"))


def make_spark(place: JobNamespace, job: JobRun) -> None:
    """What spark-submit and the driver make, each with its own account's rights."""
    client, spark = place.as_account(job, "client"), place.as_account(job, "driver")
    driver = client.create(names.core(job, "pods"), place.driver_pod(job))
    metadata = {"ownerReferences": [owner(driver)]}
    ports = {"clusterIP": "None", "ports": [{"port": 7078}]}
    service = {"metadata": metadata | {"name": f"pi-{job.id[:8]}-driver-svc"}, "spec": ports}
    client.create(names.core(job, "services"), service)
    client.create(names.core(job, "configmaps"), {"metadata": metadata | {"name": f"spark-drv-{job.id}-conf-map"}})
    spark.create(names.core(job, "configmaps"), {"metadata": metadata | {"name": f"spark-exec-{job.id}-conf-map"}})
    spark.create(names.core(job, "pods"), place.executor_pod(job, driver))


def everything(place: JobNamespace, job: JobRun) -> set[str]:
    """Names of all objects that belong to a job."""
    paths = [names.batch(job, "jobs"), *(names.core(job, kind) for kind in ("pods", "services", "configmaps"))]
    return {
        each["metadata"]["name"]
        for path in paths
        for each in place.admin.list(path)
        if job.id[:8] in each["metadata"]["name"]
    }
