"""Who pushes out whom, by the real scheduler and the classes that the program renders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from components.headroom import Headroom, HeadroomArgs
from components.priority_classes import PriorityClasses, PriorityClassesArgs
from local.control_plane import nodes
from spec.headroom import NAMESPACE, HeadroomSpec
from spec.place import Place
from tests.cloud.control_plane.rendered import document
from tests.cloud.control_plane.world import eventually, pod, pods, run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local.control_plane import Api, ControlPlane
    from tests.conftest import Recording

pytestmark = pytest.mark.cloud
CLASSES = "/apis/scheduling.k8s.io/v1/priorityclasses"
MOST_OF_A_NODE = {"requests": {"cpu": "3"}, "limits": {"cpu": "3"}}


def program() -> None:
    classes = PriorityClasses("priority", PriorityClassesArgs())
    place = Place(platform="emr", account="123456789012", region="us-west-2")
    spec = HeadroomSpec(count=2, cpu="3", memory="1Gi")
    Headroom("headroom", HeadroomArgs(spec=spec, place=place, priority_class=classes.headroom))


@pytest.fixture
def headroom(plane: ControlPlane, record: Callable[..., Recording]) -> Iterator[None]:
    """Two nodes, filled with headroom."""
    nodes.set_network_ready(plane.api, ready=True, pod_eni=False)
    recording = record(program)
    classes = [document(each.inputs) for each in recording.of("kubernetes:scheduling.k8s.io/v1:PriorityClass")]
    for each in classes:
        plane.api.create(CLASSES, each)
    plane.api.create("/api/v1/namespaces", recording.one("kubernetes:core/v1:Namespace").inputs)
    deployment = document(recording.one("kubernetes:apps/v1:Deployment").inputs)
    plane.api.create(f"/apis/apps/v1/namespaces/{NAMESPACE}/deployments", deployment)
    eventually(lambda: len(running(plane.api, NAMESPACE)) == 2)
    yield
    plane.api.delete(f"/api/v1/namespaces/{NAMESPACE}")
    for each in classes:
        plane.api.delete(f"{CLASSES}/{each['metadata']['name']}")


def running(api: Api, namespace: str) -> set[str]:
    return {
        each["metadata"]["name"]
        for each in api.list(pods(namespace))
        if each["status"].get("phase") == "Running" and "deletionTimestamp" not in each["metadata"]
    }


def start(api: Api, namespace: str, name: str, priority_class: str | None) -> None:
    document: dict[str, Any] = pod(name, resources=MOST_OF_A_NODE)
    if priority_class:
        document["spec"]["priorityClassName"] = priority_class
    api.create(pods(namespace), document)


def waits(api: Api, namespace: str, name: str) -> bool:
    conditions = api.get(f"{pods(namespace)}/{name}")["status"].get("conditions", [])
    return any(each.get("reason") == "Unschedulable" for each in conditions)


@pytest.mark.covers("RM-07", "RM-12")
@pytest.mark.usefixtures("joined", "headroom")
def test_drivers_push_out_executors_and_headroom_and_executors_headroom_only(
    plane: ControlPlane, namespace: str
) -> None:
    api = plane.api
    start(api, namespace, "executor-1", "low-priority")
    run(api, f"{pods(namespace)}/executor-1")
    assert len(running(api, NAMESPACE)) == 1
    start(api, namespace, "driver-1", "high-priority")
    run(api, f"{pods(namespace)}/driver-1")
    assert running(api, namespace) == {"executor-1", "driver-1"}
    assert not running(api, NAMESPACE)

    start(api, namespace, "submitter", None)
    run(api, f"{pods(namespace)}/submitter")
    assert running(api, namespace) == {"submitter", "driver-1"}

    start(api, namespace, "executor-2", "low-priority")
    start(api, namespace, "driver-2", "high-priority")
    eventually(lambda: waits(api, namespace, "executor-2") and waits(api, namespace, "driver-2"))
    assert running(api, namespace) == {"submitter", "driver-1"}
    api.delete(f"{pods(namespace)}/submitter", gracePeriodSeconds="0")
    run(api, f"{pods(namespace)}/driver-2")
    assert running(api, namespace) == {"driver-1", "driver-2"}
