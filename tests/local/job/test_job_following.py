from __future__ import annotations

from typing import Any

import pytest

from local.job import follow, logs
from local.job.follow import Follower

REQUEST = {
    "virtualClusterId": "vc",
    "configurationOverrides": {
        "monitoringConfiguration": {
            "cloudWatchMonitoringConfiguration": {"logGroupName": "/g", "logStreamNamePrefix": "p"}
        }
    },
}
WORDS = (
    'pods "pi-exec-1" is invalid: spec.containers[0].resources.requests: Invalid value: "7": '
    "must be less than or equal to cpu limit of 6"
)
LINE = (
    "26/11/23 WARN ExecutorPodsSnapshotsStoreImpl: Exception when notifying snapshot subscriber. "
    "io.fabric8.kubernetes.client.KubernetesClientException: Failure executing: POST at: "
    f"https://127.0.0.1:1/api/v1/namespaces/analytics/pods. Message: {WORDS}. Received status: Status(...)"
)


class Emr:
    """Gives the states one after the other; a cancelled run is CANCELLED."""

    def __init__(self, *states: str) -> None:
        self.states = list(states)
        self.cancelled = False

    def describe_job_run(self, **_: str) -> dict[str, Any]:
        state = "CANCELLED" if self.cancelled else self.states.pop(0) if len(self.states) > 1 else self.states[0]
        return {"jobRun": {"state": state}}

    def cancel_job_run(self, **_: str) -> None:
        self.cancelled = True


class Logs:
    """One driver's log."""

    class exceptions:  # noqa: N801 - boto3's name
        ResourceNotFoundException = KeyError

    def __init__(self, *lines: str) -> None:
        self.lines = lines

    def describe_log_streams(self, **_: str) -> dict[str, Any]:
        return {
            "logStreams": [
                {"logStreamName": f"p/vc/jobs/1/containers/app/spark-1-driver/{s}"} for s in ("stderr", "stdout")
            ]
        }

    def get_log_events(self, *, logStreamName: str, nextToken: str = "", **_: Any) -> dict[str, Any]:  # noqa: N803 - boto3's names
        lines = self.lines if logStreamName.endswith("stderr") and not nextToken else ()
        return {"events": [{"message": line} for line in lines], "nextForwardToken": "end"}


class Pods:
    def __init__(self, *pods: dict[str, Any]) -> None:
        self.found = list(pods)

    def pods(self, namespace: str, labels: str) -> list[dict[str, Any]]:
        assert (namespace, labels) == ("analytics", "emr-containers.amazonaws.com/job.id=1")
        return self.found


def pod(component: str) -> dict[str, Any]:
    return {
        "metadata": {"name": f"the-{component}", "labels": {"emr-containers.amazonaws.com/component": component}},
        "spec": {"nodeName": "node"},
        "status": {"phase": "Running", "podIP": "127.1.2.3"},
    }


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr(follow, "_POLL_SECONDS", 0.01)
    monkeypatch.setattr(follow, "_PATIENCE_SECONDS", 0.02)
    monkeypatch.setattr(follow, "_LOOK_SECONDS", 0)
    return []


def follower(emr: Emr, log: Logs, pods: Pods, told: list[str]) -> Follower:
    return Follower(emr, log, pods, "analytics", REQUEST, "1", told.append)


def test_each_change_is_told_once(told: list[str]) -> None:
    followed = follower(Emr("PENDING", "PENDING", "RUNNING", "COMPLETED"), Logs(), Pods(pod("executor")), told)
    assert followed.to_the_end() == {"state": "COMPLETED"}
    assert [line.split("s  ")[1] for line in told] == [
        "job run: PENDING",
        "executor the-executor: Running (127.1.2.3 on node)",
        "job run: RUNNING",
        "job run: COMPLETED",
    ]
    assert followed.executors == {"the-executor"}


def test_a_run_whose_executors_are_refused_is_explained_and_cancelled(told: list[str]) -> None:
    followed = follower(Emr("RUNNING"), Logs("a line", LINE), Pods(pod("driver")), told)
    assert followed.to_the_end() == {"state": "CANCELLED"}
    assert followed.refused == WORDS
    assert len([line for line in told if "stays RUNNING without executors" in line and WORDS in line]) == 1


def test_a_run_that_waits_for_room_is_left_alone(told: list[str]) -> None:
    emr = Emr(*["RUNNING"] * 9, "COMPLETED")
    assert follower(emr, Logs("Initial job has not accepted any resources"), Pods(), told).to_the_end() == {
        "state": "COMPLETED"
    }
    assert not emr.cancelled


def test_a_run_with_executors_is_never_cancelled(told: list[str]) -> None:
    emr = Emr(*["RUNNING"] * 9, "COMPLETED")
    follower(emr, Logs(LINE), Pods(pod("executor")), told).to_the_end()
    assert not emr.cancelled


def test_the_words_of_a_refusal_are_found_whole() -> None:
    assert logs.refusal([LINE]) == WORDS
    forbidden = 'pods "x" is forbidden: exceeded quota: compute-resources, requested: requests.cpu=2'
    assert logs.refusal([f"WARN Failure executing: POST at: https://h/pods. Message: {forbidden}."]) == forbidden
    assert logs.refusal(["INFO nothing is wrong"]) is None


def test_a_driver_without_a_log_has_no_lines() -> None:
    class Empty(Logs):
        def describe_log_streams(self, **_: str) -> dict[str, Any]:
            raise KeyError

    assert logs.driver(Empty(), REQUEST, "1", "stderr") == []
