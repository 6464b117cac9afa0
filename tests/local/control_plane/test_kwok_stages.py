"""The Stage documents that stand for kubelets."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from local.control_plane.images import Image, selector
from local.control_plane.kwok import stages

KNOWN = (Image(pattern="/spark/emr-", command=("true",)), Image(pattern='odd "name"', command=("true",)))
STAGES = {stage["metadata"]["name"]: stage["spec"] for stage in stages(KNOWN)}


def conditions(name: str) -> dict[str, tuple[str, list[str]]]:
    expressions: list[dict[str, Any]] = STAGES[name]["selector"]["matchExpressions"]
    return {part["key"]: (part["operator"], part.get("values", [])) for part in expressions}


OPPOSITES = {("In", "NotIn"), ("NotIn", "In"), ("Exists", "DoesNotExist"), ("DoesNotExist", "Exists")}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pair
        for pair in itertools.combinations(STAGES, 2)
        if STAGES[pair[0]]["resourceRef"] == STAGES[pair[1]]["resourceRef"]
    ],
)
def test_no_object_is_in_two_stages_since_kwok_would_pick_one_at_random(first: str, second: str) -> None:
    a, b = conditions(first), conditions(second)
    assert any(
        ((a[key][0], b[key][0]) in OPPOSITES and a[key][1] == b[key][1])
        or (a[key][0] == b[key][0] == "In" and not set(a[key][1]) & set(b[key][1]))
        for key in a.keys() & b.keys()
    )


def test_a_node_is_ready_only_with_the_annotation_of_the_network_plugin() -> None:
    assert conditions("node-ready")['.metadata.annotations["local.tenancy/network"]'] == ("In", ["ready"])


def test_only_pods_of_jobs_come_to_an_end_by_themselves() -> None:
    ending = {name for name in STAGES if "Succeeded" in STAGES[name]["next"].get("statusTemplate", "")}
    assert ending == {"pod-completed"}
    assert ("In", ["Job"]) in conditions("pod-completed").values()


def test_pods_with_a_known_image_are_in_no_stage_deletion_included() -> None:
    of_pods = {name for name, stage in STAGES.items() if stage["resourceRef"]["kind"] == "Pod"}
    assert "pod-deleted" in of_pods
    for name in of_pods:
        assert conditions(name)[selector(KNOWN)] == ("DoesNotExist", [])
    assert r'select(test("(/spark/emr-)|(odd \"name\")"))' in selector(KNOWN)
