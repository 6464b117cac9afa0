from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from local.control_plane import fargate, reviews

PROFILE = {"fargateProfileName": "emr-risk", "status": "ACTIVE", "selectors": [{"namespace": "risk"}]}


def pod(**metadata: Any) -> dict[str, Any]:
    return {"metadata": metadata, "spec": {"containers": [{"name": "a"}], "priorityClassName": "mine", "priority": 1}}


@pytest.mark.parametrize(
    ("changes", "namespace", "taken"),
    [
        ({}, "risk", "emr-risk"),
        ({}, "other", ""),
        ({"status": "CREATING"}, "risk", ""),
        ({"selectors": [{"namespace": "ri*"}]}, "risk", "emr-risk"),
        ({"selectors": [{"namespace": "risk", "labels": {"on": "fargate"}}]}, "risk", ""),
    ],
)
def test_a_profile_takes_what_it_selects_once_it_is_active(changes: Any, namespace: str, taken: str) -> None:
    assert fargate.profile_of(pod(), namespace, [PROFILE | changes]) == taken


def test_pods_of_daemon_sets_are_left_to_nodes() -> None:
    assert fargate.profile_of(pod(ownerReferences=[{"kind": "DaemonSet"}]), "risk", [PROFILE]) == ""


def test_a_pod_that_is_taken_gets_scheduler_priority_label_and_groups() -> None:
    class Cluster:
        def list(self, _path: str) -> list[Any]:
            return [{"spec": {"podSelector": {}, "securityGroups": {"groupIds": ["sg-1", "sg-2"]}}}]

        def get(self, _path: str) -> dict[str, Any]:
            return {"metadata": {}}

    review = {"apiVersion": "v", "kind": "AdmissionReview", "request": {"uid": "u", "namespace": "risk"}}
    review["request"]["object"] = pod(labels={"a": "b"})
    answer = reviews.pod_admission(review, Cluster(), lambda _pod, name: "emr-risk" if name == "risk" else "")  # type: ignore[arg-type]
    changes = {each["path"]: each["value"] for each in json.loads(base64.b64decode(answer["response"]["patch"]))}
    assert changes == {
        "/metadata/labels": {"a": "b", "eks.amazonaws.com/fargate-profile": "emr-risk"},
        "/metadata/annotations": {"fargate.amazonaws.com/pod-sg": "sg-1,sg-2"},
        "/spec/schedulerName": "fargate-scheduler",
        "/spec/priorityClassName": "system-node-critical",
        "/spec/priority": 2_000_001_000,
    }
