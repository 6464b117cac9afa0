"""When a resource differs from its inputs, and how that is said."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.aws.providers.aws import equality
from local.aws.providers.aws.check import DEFAULTS
from local.aws.providers.aws.diff import FAILED, Difference, difference
from local.aws.providers.aws.registry import Registry
from local.aws.providers.aws.sdk import Kind
from local.aws.providers.aws.wire import UNKNOWN

REGISTRY = Registry()
TEXT = Kind("string")
TEXTS = Kind("list", item=TEXT)
LABELS = Kind("map", item=TEXT)
GROUP, CLUSTER = "aws:eks/nodeGroup:NodeGroup", "aws:eks/cluster:Cluster"
SUBNET, ROLE, TEMPLATE = "aws:ec2/subnet:Subnet", "aws:iam/role:Role", "aws:ec2/launchTemplate:LaunchTemplate"


def find(
    token: str,
    olds: dict[str, Any],
    news: dict[str, Any],
    *,
    before: dict[str, Any] | None = None,
    default_tags: dict[str, str] | None = None,
    ignored: tuple[str, ...] = (),
) -> Difference:
    return difference(
        REGISTRY.resource(token),
        olds=olds,
        old_inputs={DEFAULTS: [], **(olds if before is None else before)},
        news={DEFAULTS: [], **news},
        default_tags=default_tags or {},
        ignored=ignored,
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (None, ""),
        (None, []),
        (None, {}),
        (None, False),
        (0, None),
        ("", False),
        (443, "443"),
        (True, "true"),
        (1.0, "1"),
    ],
)
def test_these_mean_the_same(one: Any, other: Any) -> None:
    assert equality.same(TEXT, one, other)
    assert equality.same(TEXT, other, one)


@pytest.mark.parametrize(("one", "other"), [("a", "b"), ("a", None), (True, None), (1, 2), (UNKNOWN, UNKNOWN)])
def test_these_do_not(one: Any, other: Any) -> None:
    assert not equality.same(TEXT, one, other)


def test_an_object_of_blanks_is_blank_and_a_map_of_blanks_is_not() -> None:
    shift = REGISTRY.resource(CLUSTER).kind("zonalShiftConfig")
    assert equality.same(shift, None, {"enabled": False})
    assert not equality.same(shift, None, {"enabled": True})
    assert not equality.same(LABELS, None, {"spot": ""})


@given(st.lists(st.text(max_size=2), max_size=5), st.randoms())
def test_lists_are_sets_with_repetition(elements: list[str], random: Any) -> None:
    shuffled = list(elements)
    random.shuffle(shuffled)
    assert equality.same(TEXTS, elements, shuffled)
    assert equality.same(TEXTS, [*elements, "extra"], shuffled) is False


def test_an_ordered_list_is_not() -> None:
    assert not equality.same(TEXTS, ["a", "b"], ["b", "a"], ordered=True)


def test_policies_are_compared_by_meaning() -> None:
    one = {"Version": "v", "Statement": [{"Action": ["a"], "Resource": ["x", "y"], "Condition": {"B": {"k": True}}}]}
    other = {"Statement": {"Condition": {"B": {"k": ["true"]}}, "Resource": ["y", "x"], "Action": "a"}, "Version": "v"}
    assert equality.same(TEXT, json.dumps(one), json.dumps(other, indent=4))
    other["Version"] = "w"
    assert not equality.same(TEXT, json.dumps(one), json.dumps(other))


def test_other_documents_keep_the_order_of_their_lists() -> None:
    assert equality.same(TEXT, '{"a": [1, 2], "b": 1}', '{"b":1,"a":[1,2]}')
    assert not equality.same(TEXT, '{"a": [1, 2]}', '{"a": [2, 1]}')


def test_an_object_means_only_what_it_says_and_a_map_all_of_it() -> None:
    kind = REGISTRY.resource(CLUSTER).kind("vpcConfig")
    live = {"subnetIds": ["b", "a"], "vpcId": "v", "endpointPublicAccess": True}
    assert equality.same(kind, {"subnetIds": ["a", "b"]}, live)
    assert not equality.same(kind, {"subnetIds": ["a", "b"], "vpcId": "w"}, live)
    assert not equality.same(LABELS, {"a": "1"}, {"a": "1", "b": "2"})


def test_outputs_keep_the_words_of_the_program_where_aws_agrees() -> None:
    kind = REGISTRY.resource(CLUSTER).kind("vpcConfig")
    live = {"subnetIds": ["b", "a"], "vpcId": "v", "publicAccessCidrs": ["x"]}
    said = equality.overlay(kind, {"subnetIds": ["a", "b"], "publicAccessCidrs": ["y"]}, live)
    assert said == {"subnetIds": ["a", "b"], "vpcId": "v", "publicAccessCidrs": ["x"]}
    assert equality.overlay(TEXT, '{"a": 1}', '{"a":1}') == '{"a": 1}'
    assert equality.overlay(TEXT, '{"a": 2}', '{"a":1}') == '{"a":1}'


def test_nested_changes_are_named_by_path() -> None:
    olds = {"scalingConfig": {"minSize": 1, "maxSize": 2}, "labels": {"a": "1", "b": "2", "x.y": "3"}}
    news = {"scalingConfig": {"minSize": 1, "maxSize": 3}, "labels": {"a": "1", "b": "9", "c": "4"}}
    assert find(GROUP, olds, news).paths == {
        "scalingConfig.maxSize": "update",
        "labels.b": "update",
        "labels.c": "add",
        'labels["x.y"]': "delete",
    }


def test_elements_of_lists_are_named_by_place() -> None:
    olds = {"vpcConfig": {"subnetIds": ["a", "b"]}}
    assert find(CLUSTER, olds, {"vpcConfig": {"subnetIds": ["b", "a", "c"]}}).paths == {"vpcConfig.subnetIds[2]": "add"}
    assert find(CLUSTER, olds, {"vpcConfig": {"subnetIds": ["b"]}}).paths == {"vpcConfig.subnetIds[0]": "delete"}


def test_what_cannot_be_updated_replaces() -> None:
    found = find(
        SUBNET, {"cidrBlock": "a", "mapPublicIpOnLaunch": True}, {"cidrBlock": "b", "mapPublicIpOnLaunch": False}
    )
    assert found.replaces == {"cidrBlock"}
    assert found.changed == {"cidrBlock", "mapPublicIpOnLaunch"}


def test_a_nested_property_that_cannot_be_updated_replaces() -> None:
    olds = {"launchTemplate": {"id": "one", "version": "1"}}
    assert find(GROUP, olds, {"launchTemplate": {"id": "one", "version": "2"}}).replaces == frozenset()
    assert find(GROUP, olds, {"launchTemplate": {"id": "two", "version": "1"}}).replaces == {"launchTemplate"}


def test_an_unknown_input_is_a_change() -> None:
    found = find(SUBNET, {"vpcId": "v", "tagsAll": {}}, {"vpcId": UNKNOWN, "tags": UNKNOWN})
    assert found.paths == {"vpcId": "update", "tags": "add"}
    assert found.replaces == {"vpcId"}


def test_what_aws_computes_is_no_difference_when_it_is_not_given() -> None:
    assert find(SUBNET, {"availabilityZone": "us-west-2a"}, {}, before={}).paths == {}


def test_what_may_be_absent_and_was_set_behind_the_stack_is_a_difference() -> None:
    assert find(ROLE, {"description": "by hand"}, {}, before={}).paths == {"description": "delete"}


def test_what_the_program_no_longer_says_inside_an_object_is_a_difference() -> None:
    live = {"metadataOptions": {"httpTokens": "required", "httpPutResponseHopLimit": 1, "httpEndpoint": "enabled"}}
    before = {"metadataOptions": {"httpTokens": "required", "httpPutResponseHopLimit": 1}}
    found = find(TEMPLATE, live, {"metadataOptions": {"httpTokens": "required"}}, before=before)
    assert found.paths == {"metadataOptions.httpPutResponseHopLimit": "delete"}


@pytest.mark.parametrize(
    ("own", "default", "live", "paths"),
    [
        ({"a": "1"}, {"d": "x"}, {"a": "1", "d": "x"}, {}),
        ({"a": "2"}, {"d": "x"}, {"a": "1", "d": "x"}, {"tags.a": "update"}),
        ({"a": "1"}, {"d": "y"}, {"a": "1", "d": "x"}, {"tagsAll.d": "update"}),
        ({"a": "1", "d": "mine"}, {"d": "x"}, {"a": "1", "d": "x"}, {"tags.d": "add"}),
        ({"a": "1"}, {}, {"a": "1", "late": "x"}, {"tagsAll.late": "delete"}),
    ],
)
def test_tags_and_default_tags_make_all_tags(own: Any, default: Any, live: Any, paths: Any) -> None:
    olds = {"tags": {"a": "1"}, "tagsAll": live}
    found = find(SUBNET, olds, {"tags": own}, default_tags=default)
    assert found.paths == paths
    assert found.changed == ({"tags"} if paths else frozenset())


@pytest.mark.parametrize("ignored", ["labels", "labels.b", 'labels["x.y"]'])
def test_ignored_changes_are_none(ignored: str) -> None:
    olds = {"labels": {"b": "1", "x.y": "3"}}
    news = {"labels": {"b": "2", "x.y": "4"}}
    left = find(GROUP, olds, news, ignored=(ignored,)).paths
    assert ignored not in left
    assert len(left) == (0 if ignored == "labels" else 1)


def test_a_fixed_name_makes_a_replacement_delete_first() -> None:
    olds = {"name": "fixed", "path": "/a/"}
    assert find(ROLE, olds, {"name": "fixed", "path": "/b/"}).delete_first
    assert not find(ROLE, olds, {"name": "other", "path": "/b/"}).delete_first
    assert not find(ROLE, olds, {"name": "fixed", "path": "/b/", DEFAULTS: ["name"]}).delete_first


def test_a_resource_that_never_became_ready_is_replaced() -> None:
    found = find(GROUP, {FAILED: "CREATE_FAILED"}, {})
    assert found.replaces == {"status"}
    assert found.paths == {"status": "update"}
