from __future__ import annotations

from typing import Any

import pytest

from plugin.property_values import UNKNOWN
from plugin.virtual_cluster import VirtualCluster

INPUTS: dict[str, Any] = {"name": "a", "clusterName": "prod", "namespace": "team-a"}
KIND = VirtualCluster()


def failed(**changes: Any) -> list[str]:
    return [failure.property for failure in KIND.check(INPUTS | changes)[1]]


def test_there_are_no_tags_and_no_draining_unless_declared():
    inputs, failures = KIND.check({"name": "a", "clusterName": "c", "namespace": "n"})
    assert not failures
    assert inputs == {"name": "a", "clusterName": "c", "namespace": "n", "tags": {}, "drainOnDelete": False}


def test_values_that_are_not_known_yet_are_not_judged():
    unknown = dict.fromkeys(
        ("name", "clusterName", "namespace", "tags", "schedulerConfiguration", "drainOnDelete"), UNKNOWN
    )
    assert not failed(**unknown)
    assert not failed(tags={"a": UNKNOWN}, schedulerConfiguration={"maxConcurrentJobRuns": UNKNOWN})


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        ("name", ["a", "A.b-c_d/e#1", "x" * 64], ["", "x" * 65, "a b", "ä", "a\n", None, 3]),
        ("clusterName", ["a", "9-_Z", "x" * 100], ["", "-a", "_a", "x" * 101, "a.b"]),
        ("namespace", ["a", "0", "a-b", "x" * 63], ["", "-a", "a-", "A", "a.b", "a_b", "x" * 64, "a\n"]),
        (
            "schedulerConfiguration",
            [{"maxConcurrentJobRuns": 1}, {"maxInQueueJobRuns": 1000}],
            [
                {},
                5,
                {"maxConcurrentJobRuns": 0},
                {"maxInQueueJobRuns": 1001},
                {"maxJobs": 1},
                {"maxInQueueJobRuns": True},
            ],
        ),
        ("drainOnDelete", [True, False], ["true", None, 1]),
    ],
)
def test_fields_follow_the_rules_of_emr(field: str, good: list[Any], bad: list[Any]):
    assert all(not failed(**{field: value}) for value in good)
    for value in bad:
        assert [name.partition(".")[0] for name in failed(**{field: value})] == [field], value


@pytest.mark.covers("TG-01", "TG-02", "TG-03", "TG-04", "TG-05")
@pytest.mark.parametrize(
    ("tags", "good"),
    [
        ({f"k{n}": "" for n in range(50)}, True),
        ({f"k{n}": "" for n in range(51)}, False),
        ({"k" * 128: "v" * 256}, True),
        ({"k" * 129: ""}, False),
        ({"k": "v" * 257}, False),
        ({"": "v"}, False),
        ({"cost centre+-=._:/@": "Zürich 8"}, True),
        ({"k": "a;b"}, False),
        ({"AWS:k": "v"}, False),
        ({"k": "aws:v"}, False),
        ({"k": ["v"]}, False),
        ({"k": 5}, False),
        (["k"], False),
    ],
)
def test_tags_follow_the_rules_of_aws(tags: Any, *, good: bool):
    assert (failed(tags=tags) == []) == good


def test_a_failure_says_what_was_given_what_is_allowed_and_what_to_write():
    reason = KIND.check(INPUTS | {"namespace": "Team_A"})[1][0].reason
    assert "'Team_A'" in reason
    assert "lower-case letters, digits" in reason
    assert "1 to 63" in reason
