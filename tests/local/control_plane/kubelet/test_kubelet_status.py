"""Pod and container states as Kubernetes knows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from local.control_plane.images import Image
from local.control_plane.kubelet import containers, last_words, recovery, status
from local.control_plane.kubelet.containers import Container, Running, Terminated, Waiting
from local.control_plane.kubelet.folders import PodFolder
from local.control_plane.kubelet.memory import Usage, trees

if TYPE_CHECKING:
    from pathlib import Path

TABLE = (Image(pattern="real", command=("true",)),)
UP, DONE, BAD = (
    Running(started="t"),
    Terminated(exit_code=0, reason="Completed"),
    Terminated(exit_code=2, reason="Error"),
)
NEW = Waiting(reason="ContainerCreating")


def pod(*states: Any, policy: str = "Never", init: int = 0, **more: Any) -> tuple[dict[str, Any], list[Container]]:
    specs = [{"name": f"c{number}", "image": "real"} for number in range(len(states))]
    document = {
        "metadata": {"name": "one", "uid": "u"},
        "spec": {"restartPolicy": policy, "initContainers": specs[:init], "containers": specs[init:]},
        **more,
    }
    found = containers.of(document, TABLE)
    for container, state in zip(found, states, strict=True):
        container.state = state
    return document, found


def facts(found: list[Container], **more: Any) -> status.Facts:
    return status.Facts(containers=found, address="127.80.1.1", node_address="10.0.0.1", start_time="t", **more)


@pytest.mark.parametrize(
    ("states", "policy", "init", "phase"),
    [
        ((NEW, NEW), "Never", 0, "Pending"),
        ((UP, NEW), "Never", 0, "Running"),
        ((DONE, UP), "Never", 0, "Running"),
        ((DONE, DONE), "Never", 0, "Succeeded"),
        ((DONE, BAD), "Never", 0, "Failed"),
        ((BAD, UP), "Never", 0, "Running"),
        ((DONE, BAD), "OnFailure", 0, "Running"),
        ((DONE, DONE), "Always", 0, "Running"),
        ((UP, NEW), "Never", 1, "Pending"),
        ((DONE, NEW), "Never", 1, "Pending"),
        ((BAD, NEW), "Never", 1, "Failed"),
        ((BAD, NEW), "Always", 1, "Pending"),
    ],
)
def test_phases(states: Any, policy: str, init: int, phase: str) -> None:
    document, found = pod(*states, policy=policy, init=init)
    assert status.phase(document, facts(found)) == phase


def test_a_pod_that_is_being_stopped_restarts_nothing() -> None:
    document, found = pod(BAD, policy="Always")
    assert status.phase(document, facts(found, ending=True)) == "Failed"


def test_a_condition_keeps_the_time_of_its_last_change() -> None:
    old = [{"type": kind, "status": "True", "lastTransitionTime": "then"} for kind in ("Initialized", "Ready")]
    document, found = pod(UP, BAD, status={"conditions": old})
    conditions = {each["type"]: each for each in status.document(document, facts(found))["conditions"]}
    assert conditions["Initialized"]["lastTransitionTime"] == "then"
    assert conditions["Ready"]["lastTransitionTime"] != "then"
    assert (conditions["Ready"]["status"], conditions["Ready"]["reason"]) == ("False", "ContainersNotReady")
    assert conditions["Ready"]["message"] == "containers with unready status: [c1]"


def test_restarts_come_at_once_then_after_ever_longer_pauses() -> None:
    _, (container,) = pod(BAD, policy="Always")
    delays: list[float] = []
    for _ in range(8):
        container.state = BAD
        delays.append(container.wait_for_restart(now=100))
        container.restarts += 1
    assert delays == [0, 10, 20, 40, 80, 160, 300, 300]


def test_a_new_kubelet_counts_what_ran_as_lost_and_starts_only_what_never_did(tmp_path: Path) -> None:
    ran = {"name": "c0", "restartCount": 2, "state": {"running": {"startedAt": "t"}}}
    over = {"name": "c1", "state": {"terminated": {"exitCode": 0, "reason": "Completed"}}}
    document, _ = pod(NEW, NEW, NEW, NEW, status={"phase": "Running", "containerStatuses": [ran, over]})
    found = containers.of(document, TABLE)
    (tmp_path / "c2.log").touch()  # started, but its kubelet was killed before it could say so
    assert recovery.recover(document, found, PodFolder(tmp_path)) is False
    codes = [each.state.exit_code if isinstance(each.state, Terminated) else None for each in found]
    assert codes == [137, 0, 137, None]
    assert found[0].restarts == 2
    assert recovery.recover({**document, "status": {"phase": "Failed"}}, found, PodFolder(tmp_path)) is True


def test_last_words_come_from_the_log_only_if_asked_for_and_needed(tmp_path: Path) -> None:
    message, log = tmp_path / "message", tmp_path / "log"
    log.write_text("2026-01-01T00:00:00.000000000Z stdout F one\n2026-01-01T00:00:00.000000000Z stderr P two")
    fallback = "FallbackToLogsOnError"
    assert last_words.read(message, log, policy=fallback, failed=True) == "one\ntwo"
    assert last_words.read(message, log, policy=fallback, failed=False) == ""
    assert last_words.read(message, log, policy="File", failed=True) == ""
    message.write_text("x" * 5000)
    assert last_words.read(message, log, policy=fallback, failed=True) == "x" * 4096


def test_memory_is_that_of_all_processes_below_a_shim_and_of_no_other() -> None:
    usages = {1: Usage(0, 1), 10: Usage(1, 2), 11: Usage(10, 3), 12: Usage(11, 4), 20: Usage(1, 5), 21: Usage(20, 6)}
    assert trees(usages, [10, 20]) == {10: {11: usages[11], 12: usages[12]}, 20: {21: usages[21]}}


def test_a_container_that_went_with_an_earlier_kubelet_starts_again_at_once():
    container = Container(spec={"name": "main"}, role="main", image=TABLE[0], state=UP, restarts=8)
    container.lose()
    assert container.wait_for_restart(100) == 0
    container.state = BAD
    assert container.wait_for_restart(100) == 300, "one that fails by itself waits"
