"""Which pods get an interface of their own, after the controller's own rules."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.control_plane.pod_eni import RESOURCE, change, kind_of, security_groups

NAMES = st.sampled_from(["app", "team", "tier"])
VALUES = st.sampled_from(["a", "b", "c"])
LABELS = st.dictionaries(NAMES, VALUES)
EXPRESSIONS = st.fixed_dictionaries(
    {
        "key": NAMES,
        "operator": st.sampled_from(["In", "NotIn", "Exists", "DoesNotExist", "Near"]),
        "values": st.lists(VALUES, max_size=2),
    }
)
SELECTORS = st.fixed_dictionaries(
    {}, optional={"matchLabels": LABELS, "matchExpressions": st.lists(EXPRESSIONS, max_size=2)}
)
POLICIES = st.builds(
    lambda selectors, groups: {"spec": {**selectors, "securityGroups": {"groupIds": groups}}},
    st.fixed_dictionaries({}, optional={"podSelector": SELECTORS, "serviceAccountSelector": SELECTORS}),
    st.lists(st.sampled_from(["sg-1", "sg-2", "sg-3"])),
)


def pod(labels: dict[str, str] | None = None, **spec: Any) -> dict[str, Any]:
    return {"metadata": {"name": "p", "labels": labels or {}}, "spec": {"containers": [{"name": "main"}], **spec}}


def account(labels: dict[str, str] | None = None) -> dict[str, Any]:
    return {"metadata": {"name": "default", "labels": labels}}


def policy(*groups: str, **selectors: Any) -> dict[str, Any]:
    return {"spec": {**selectors, "securityGroups": {"groupIds": list(groups)}}}


def test_an_empty_selector_matches_every_pod() -> None:
    assert security_groups(pod(), account(), [policy("sg-1", podSelector={})]) == ["sg-1"]
    assert security_groups(pod({"app": "a"}), account(), [policy("sg-1", serviceAccountSelector={})]) == ["sg-1"]


def test_a_policy_without_selectors_or_without_groups_is_ignored() -> None:
    assert security_groups(pod(), account(), [policy("sg-1"), policy(podSelector={})]) == []
    assert security_groups(pod(), account(), [{"spec": {"podSelector": {}}}]) == []


def test_both_selectors_must_match_when_both_are_given() -> None:
    both = policy(
        "sg-1",
        podSelector={"matchLabels": {"app": "a"}},
        serviceAccountSelector={"matchLabels": {"team": "b"}},
    )
    assert security_groups(pod({"app": "a"}), account({"team": "b"}), [both]) == ["sg-1"]
    assert security_groups(pod({"app": "a"}), account(), [both]) == []
    assert security_groups(pod({"team": "b"}), account({"team": "b"}), [both]) == []


def test_groups_of_all_matching_policies_are_united_once_and_in_order() -> None:
    policies = [
        policy("sg-2", "sg-1", podSelector={}),
        policy("sg-9", podSelector={"matchLabels": {"app": "other"}}),
        policy("sg-1", "sg-3", podSelector={}),
    ]
    assert security_groups(pod(), account(), policies) == ["sg-2", "sg-1", "sg-3"]


@pytest.mark.parametrize(
    ("expression", "labels", "matches"),
    [
        ({"operator": "In", "values": ["a", "b"]}, {"app": "b"}, True),
        ({"operator": "In", "values": ["a"]}, {}, False),
        ({"operator": "NotIn", "values": ["a"]}, {"app": "a"}, False),
        ({"operator": "NotIn", "values": ["a"]}, {}, True),
        ({"operator": "NotIn"}, {}, False),
        ({"operator": "Exists"}, {"app": "z"}, True),
        ({"operator": "Exists", "values": ["a"]}, {"app": "a"}, False),
        ({"operator": "DoesNotExist"}, {}, True),
        ({"operator": "DoesNotExist"}, {"app": "z"}, False),
        ({"operator": "Near", "values": ["a"]}, {"app": "a"}, False),
    ],
)
def test_expressions_mean_what_kubernetes_says(
    expression: dict[str, Any], labels: dict[str, str], *, matches: bool
) -> None:
    selector = {"matchExpressions": [{"key": "app", **expression}]}
    assert bool(security_groups(pod(labels), account(), [policy("sg-1", podSelector=selector)])) is matches


@given(LABELS, LABELS, st.lists(POLICIES, max_size=3), st.lists(POLICIES, max_size=3))
def test_a_list_of_policies_gives_the_union_of_its_parts(
    pod_labels: dict[str, str], account_labels: dict[str, str], first: list[Any], second: list[Any]
) -> None:
    def groups(policies: list[Any]) -> list[str]:
        return security_groups(pod(pod_labels), account(account_labels), policies)

    assert groups(first + second) == list(dict.fromkeys(groups(first) + groups(second)))


@given(LABELS, SELECTORS, LABELS)
def test_one_more_condition_never_selects_more(
    labels: dict[str, str], selector: dict[str, Any], more: dict[str, str]
) -> None:
    narrower = {**selector, "matchLabels": {**selector.get("matchLabels", {}), **more}}
    selected = security_groups(pod(labels), account(), [policy("sg-1", podSelector=narrower)])
    fits = all(labels.get(name) == value for name, value in more.items())
    assert not selected or fits


@given(LABELS, SELECTORS)
def test_pods_and_service_accounts_are_selected_alike(labels: dict[str, str], selector: dict[str, Any]) -> None:
    by_pod = security_groups(pod(labels), account(), [policy("sg-1", podSelector=selector)])
    by_account = security_groups(pod(), account(labels), [policy("sg-1", serviceAccountSelector=selector)])
    assert by_pod == by_account


def test_the_first_container_asks_for_one_interface_beside_what_it_had() -> None:
    before = {"requests": {"cpu": "1"}, "claims": [{"name": "gpu"}]}
    first, second = {"name": "main", "resources": before}, {"name": "side"}
    (operation,) = change({"spec": {"containers": [first, second]}}, ["sg-1"])
    assert operation == {
        "op": "add",
        "path": "/spec/containers/0/resources",
        "value": {"requests": {"cpu": "1", RESOURCE: "1"}, "limits": {RESOURCE: "1"}, "claims": [{"name": "gpu"}]},
    }
    assert before == {"requests": {"cpu": "1"}, "claims": [{"name": "gpu"}]}, "the question must stay as it came"


def test_a_pod_that_no_policy_selects_stays_as_it_is() -> None:
    assert change(pod(), []) == []


@pytest.mark.parametrize(
    "spec",
    [
        {"hostNetwork": True},
        {"nodeSelector": {"kubernetes.io/os": "windows"}},
        {"nodeSelector": {"beta.kubernetes.io/os": "windows"}},
    ],
)
def test_pods_on_the_hosts_network_and_windows_pods_get_no_interface(spec: dict[str, Any]) -> None:
    assert change(pod(**spec), ["sg-1"]) == []


def test_a_pod_with_the_fargate_label_gets_an_annotation_instead() -> None:
    bearer = pod({"eks.amazonaws.com/fargate-profile": "default"})
    assert kind_of(bearer) == "fargate"
    (operation,) = change(bearer, ["sg-1", "sg-2"])
    assert operation["path"] == "/metadata/annotations"
    assert operation["value"] == {"fargate.amazonaws.com/pod-sg": "sg-1,sg-2"}
    assert change(bearer, []) == []


def test_nobody_else_can_set_the_fargate_annotation() -> None:
    bearer = pod({"eks.amazonaws.com/fargate-profile": "default"})
    bearer["metadata"]["annotations"] = {"fargate.amazonaws.com/pod-sg": "sg-mine", "kept": "yes"}
    assert change(bearer, []) == [{"op": "add", "path": "/metadata/annotations", "value": {"kept": "yes"}}]
