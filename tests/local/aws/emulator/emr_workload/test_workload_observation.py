from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from local.aws.emulator.emr_containers.workload import Observation, observe
from local.control_plane import ApiError
from tests.local.aws.emulator.emr_workload.fake_namespace import FakeApi
from tests.local.aws.emulator.emr_workload.namespace_job import JOB_ID, LABELS, NAMESPACE, job_run

CORE = f"/api/v1/namespaces/{NAMESPACE}"
JOBS = f"/apis/batch/v1/namespaces/{NAMESPACE}/jobs"
COMPONENT = "emr-containers.amazonaws.com/component"
STARTED = "2026-11-23T18:00:05Z"
START = datetime(2026, 11, 23, 18, 0, 5, tzinfo=UTC)
LOGS = "Please refer logs uploaded to S3/CloudWatch based on your monitoring configuration."
SUBMITTING = Observation(phase="submitting")


def failed(cause: str, started: datetime | None = None) -> Observation:
    details = f"JobRun failed. {cause} {LOGS}"
    return Observation(phase="failed", details=details, failure_reason="USER_ERROR", driver_started=started)


def driver(*, name: str = f"spark-{JOB_ID}-driver", **status: Any) -> dict[str, Any]:
    labels = LABELS | {COMPONENT: "driver", "spark-role": "driver"}
    return {"metadata": {"name": name, "labels": labels}, "status": {"phase": "Running", **status}}


def submitter(*, job: str = JOB_ID, **status: Any) -> dict[str, Any]:
    labels = LABELS | {COMPONENT: "controller", "batch.kubernetes.io/job-name": job, "job-name": job}
    return {"metadata": {"name": f"{job}-x7k2p", "labels": labels}, "status": {"phase": "Running", **status}}


def containers(main: str, state: dict[str, Any]) -> dict[str, Any]:
    """As kubelet lists them: in the order of the names, so the sidecar first."""
    beside = {"name": "emr-container-fluentd", "state": {"running": {"startedAt": "2026-11-23T18:00:01Z"}}}
    return {"containerStatuses": [beside, {"name": main, "state": state}]}


def of_driver(state: dict[str, Any], **status: Any) -> dict[str, Any]:
    return driver(**containers("spark-kubernetes-driver", state), **status)


def of_submitter(state: dict[str, Any], **status: Any) -> dict[str, Any]:
    return submitter(**containers("job-runner", state), **status)


def terminated(code: int, reason: str = "Error", **more: str) -> dict[str, Any]:
    return {"terminated": {"exitCode": code, "reason": reason, "startedAt": STARTED, **more}}


def condition(kind: str, status: str, reason: str, message: str) -> dict[str, Any]:
    return {"conditions": [{"type": kind, "status": status, "reason": reason, "message": message}]}


RUNNING = {"running": {"startedAt": STARTED}}
CREATING = {"waiting": {"reason": "ContainerCreating"}}
NODES = "0/2 nodes are available: 2 Insufficient cpu. preemption: 0/2 nodes are available."
UNSCHEDULABLE = condition("PodScheduled", "False", "Unschedulable", NODES)
NO_NODE = Observation(
    phase="submitting", details=f"Last event from default-scheduler: FailedScheduling, message: {NODES}."
)
PREEMPTED = condition(
    "DisruptionTarget",
    "True",
    "PreemptionByScheduler",
    "default-scheduler: preempting to accommodate a higher priority pod",
)
REFUSED = 'pods "spark-0-driver" is forbidden: maximum cpu usage per Container is 6, but limit is 7'
TRACE = f"""\
26/11/23 18:00:04 INFO SparkKubernetesClientFactory: Auto-configuring K8S client
26/11/23 18:00:04 INFO KerberosConfDriverFeatureStep: You have not specified a krb5.conf file
Exception in thread "main" io.fabric8.kubernetes.client.KubernetesClientException: Message: {REFUSED}.
\tat io.fabric8.kubernetes.client.KubernetesClientException.copyAsCause(KubernetesClientException.java:238)
\tat io.fabric8.kubernetes.client.dsl.internal.OperationSupport.waitForResult(OperationSupport.java:507)
\tat io.fabric8.kubernetes.client.dsl.internal.OperationSupport.handleResponse(OperationSupport.java:524)
26/11/23 18:00:05 INFO ShutdownHookManager: Shutdown hook called
"""

SEEN: dict[str, tuple[list[dict[str, Any]], Observation]] = {
    "the submitter has no node": ([submitter(phase="Pending", **UNSCHEDULABLE)], NO_NODE),
    "the submitter begins": ([of_submitter(CREATING, phase="Pending")], SUBMITTING),
    "the submitter runs": ([of_submitter(RUNNING)], SUBMITTING),
    "the driver has no node": ([of_submitter(RUNNING), driver(phase="Pending", **UNSCHEDULABLE)], NO_NODE),
    "the driver begins": ([of_submitter(RUNNING), of_driver(CREATING, phase="Pending")], SUBMITTING),
    "the driver's image cannot be had": (
        [of_submitter(RUNNING), of_driver({"waiting": {"reason": "ImagePullBackOff", "message": "Back-off pulling"}})],
        Observation(
            phase="submitting", details="Last event from kubelet: ImagePullBackOff, message: Back-off pulling."
        ),
    ),
    "the driver runs": (
        [of_submitter(RUNNING), of_driver(RUNNING)],
        Observation(phase="running", driver_started=START),
    ),
    "the driver runs though its submitter was lost": (
        [of_submitter(terminated(137)), of_driver(RUNNING)],
        Observation(phase="running", driver_started=START),
    ),
    "the driver ended well while its logs go on being uploaded": (
        [of_submitter(RUNNING), of_driver(terminated(0, "Completed"))],
        Observation(phase="succeeded", driver_started=START),
    ),
    "the driver failed": (
        [of_driver(terminated(1), phase="Failed")],
        failed("Main Spark Driver container terminated with exit code 1.", START),
    ),
    "the driver failed with an error in its log": (
        [of_driver(terminated(1, message="INFO begin\nValueError: no such table\nINFO shutting down\n"))],
        failed(
            "Main Spark Driver container terminated with exit code 1. "
            "Last error seen in logs - ValueError: no such table.",
            START,
        ),
    ),
    "the driver had too little memory": (
        [of_driver(terminated(137, "OOMKilled"))],
        failed("Main Spark Driver container terminated with exit code 137 (OOMKilled).", START),
    ),
    "the driver was preempted": (
        [of_driver(terminated(143), phase="Failed", **PREEMPTED)],
        failed(
            "Main Spark Driver container terminated with exit code 143. PreemptionByScheduler: "
            "default-scheduler: preempting to accommodate a higher priority pod.",
            START,
        ),
    ),
    "the driver was evicted before it ran": (
        [driver(phase="Failed", reason="Evicted", message="The node was low on resource: memory.")],
        failed("The Spark driver pod ended before it ran. Evicted: The node was low on resource: memory."),
    ),
    "spark-submit was refused": (
        [of_submitter(terminated(1, message=REFUSED), phase="Failed")],
        failed(f"{REFUSED}."),
    ),
    "spark-submit was refused and only its log tells": (
        [of_submitter(terminated(1, message=TRACE), phase="Failed")],
        failed(f"{TRACE.splitlines()[3].strip()}."),
    ),
    "a pod template was refused": (
        [of_submitter(terminated(1, message="Executor pod template validation failed.\nField x not allowed.\n"))],
        failed("Executor pod template validation failed. Field x not allowed."),
    ),
    "spark-submit was refused the driver's service": (
        [of_submitter(terminated(1, message=REFUSED)), of_driver(CREATING, phase="Pending")],
        failed(f"{REFUSED}."),
    ),
    "spark-submit had too little memory": (
        [of_submitter(terminated(137, "OOMKilled"))],
        failed("Main Job Runner container terminated with exit code 137 (OOMKilled)."),
    ),
    "the submitter was evicted": (
        [submitter(phase="Failed", reason="Evicted", message="Pod was rejected")],
        failed("The job submitter pod ended before the driver was created. Evicted: Pod was rejected."),
    ),
    "the driver was deleted before it ran": (
        [of_submitter(terminated(0, "Completed"), phase="Succeeded")],
        failed("The Spark driver pod was deleted."),
    ),
    "only pods of another attempt are there": (
        [driver(name=f"spark-{JOB_ID}-2-driver"), submitter(job=f"{JOB_ID}-2")],
        Observation(phase="gone"),
    ),
}


@pytest.mark.parametrize("what", SEEN)
def test_an_attempt_is_seen_as_its_pods_say(what: str) -> None:
    pods, expected = SEEN[what]
    api = FakeApi()
    for pod in pods:
        api.put(f"{CORE}/pods", pod)
    assert observe(api, job_run()) == expected  # type: ignore[arg-type]


def test_a_look_at_a_running_job_is_one_question() -> None:
    api = FakeApi()
    api.put(f"{CORE}/pods", of_driver(RUNNING))
    observe(api, job_run())  # type: ignore[arg-type]
    assert api.asked == [("list", f"{CORE}/pods")]


def test_pods_of_another_job_do_not_count() -> None:
    api = FakeApi()
    other = of_driver(RUNNING)
    other["metadata"]["labels"]["emr-containers.amazonaws.com/job.id"] = "another"
    api.put(f"{CORE}/pods", other)
    assert observe(api, job_run()).phase == "gone"  # type: ignore[arg-type]


def test_a_driver_that_ran_and_is_not_there_any_more_was_deleted() -> None:
    api, job = FakeApi(), job_run()
    job.started_at = START
    api.put(f"{CORE}/pods", of_submitter(RUNNING))
    assert observe(api, job) == failed("The Spark driver pod was deleted.")  # type: ignore[arg-type]


def test_a_later_attempt_is_told_from_the_first_by_name() -> None:
    api = FakeApi()
    api.put(f"{CORE}/pods", of_driver(terminated(1)))
    api.put(
        f"{CORE}/pods",
        of_driver(
            RUNNING,
        )
        | {"metadata": driver(name=f"spark-{JOB_ID}-2-driver")["metadata"]},
    )
    assert observe(api, job_run(attempt=2)).phase == "running"  # type: ignore[arg-type]


def _kubernetes_job(**status: Any) -> dict[str, Any]:
    return {"metadata": {"name": JOB_ID, "uid": "job-uid"}, "status": status}


def test_a_job_without_a_pod_is_being_submitted() -> None:
    api = FakeApi()
    api.put(JOBS, _kubernetes_job())
    assert observe(api, job_run()) == SUBMITTING  # type: ignore[arg-type]


def test_a_pod_that_a_quota_refuses_is_reported_with_the_latest_words_and_waited_for() -> None:
    api = FakeApi()
    api.put(JOBS, _kubernetes_job(active=0))
    for number, (uid, at) in enumerate([("job-uid", "10"), ("job-uid", "20"), ("other", "30")]):
        api.put(
            f"{CORE}/events",
            {
                "metadata": {"name": f"event-{number}"},
                "involvedObject": {"uid": uid},
                "reason": "FailedCreate",
                "lastTimestamp": f"2026-11-23T18:00:{at}Z",
                "message": f"Error creating: pods is forbidden: exceeded quota: at {at}",
            },
        )
    words = "Error creating: pods is forbidden: exceeded quota: at 20"
    assert observe(api, job_run()) == Observation(  # type: ignore[arg-type]
        phase="submitting", details=f"Last event from job-controller: FailedCreate, message: {words}."
    )


def test_a_submitter_that_somebody_deleted_fails_the_run() -> None:
    api = FakeApi()
    message = "Job has reached the specified backoff limit"
    status = condition("Failed", "True", "BackoffLimitExceeded", message)
    api.put(JOBS, _kubernetes_job(**status))
    assert observe(api, job_run()) == failed(f"The job submitter pod was deleted. {message}.")  # type: ignore[arg-type]


def test_an_api_server_that_refuses_is_not_taken_for_a_job_that_is_gone() -> None:
    api = FakeApi()
    api.refusals["get", f"jobs/{JOB_ID}"] = ApiError(403, "Forbidden", "no")
    with pytest.raises(ApiError, match="no"):
        observe(api, job_run())  # type: ignore[arg-type]
