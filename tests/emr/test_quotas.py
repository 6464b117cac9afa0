from __future__ import annotations

import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emr.quotas import (
    ALL_CALLS,
    CLUSTER_NAME,
    NAMESPACE,
    RATES,
    VIRTUAL_CLUSTER_NAME,
    TextRule,
    check_tags,
    check_text,
)

MODEL = boto3.client(
    "emr-containers", region_name="us-west-2", aws_access_key_id="none", aws_secret_access_key="none"
).meta.service_model


@pytest.mark.parametrize(
    ("rule", "shape"),
    [
        (VIRTUAL_CLUSTER_NAME, "ResourceNameString"),
        (NAMESPACE, "KubernetesNamespace"),
        (CLUSTER_NAME, "ClusterId"),
    ],
)
def test_field_rules_are_not_wider_than_the_service_model(rule: TextRule, shape: str) -> None:
    limits = MODEL.shape_for(shape).metadata
    assert (rule.shortest, rule.longest) == (limits["min"], limits["max"])
    if "pattern" in limits:
        assert rule.pattern == limits["pattern"].strip("^$")


@pytest.mark.parametrize(("rule", "value"), [(VIRTUAL_CLUSTER_NAME, "emr/team_a-1#x.y"), (NAMESPACE, "a-1")])
def test_legal_names_are_accepted(rule: TextRule, value: str) -> None:
    assert check_text(rule, value) == []


@pytest.mark.parametrize(
    ("rule", "value"),
    [(VIRTUAL_CLUSTER_NAME, ""), (VIRTUAL_CLUSTER_NAME, "a" * 65), (VIRTUAL_CLUSTER_NAME, "a b"), (NAMESPACE, "A")],
)
def test_illegal_names_are_named_with_what_is_allowed(rule: TextRule, value: str) -> None:
    (fault,) = check_text(rule, value)
    assert repr(value) in fault.given
    assert str(rule.longest) in fault.allowed


@pytest.mark.covers("TG-01")
def test_fifty_tags_are_accepted_and_one_more_is_not() -> None:
    tags = {f"key-{number}": "value" for number in range(50)}
    assert check_tags(tags) == []
    (fault,) = check_tags({**tags, "one-more": "value"})
    assert fault.given == "51 tags"


@pytest.mark.covers("TG-02", "TG-04")
def test_keys_and_values_have_their_lengths() -> None:
    assert check_tags({"k" * 128: "v" * 256, "empty": ""}) == []
    assert len(check_tags({"k" * 129: "v"})) == 1
    assert len(check_tags({"k": "v" * 257})) == 1
    assert len(check_tags({"": "v"})) == 1


@pytest.mark.covers("TG-03")
@given(st.text(st.sampled_from("abZ09 éß日+-=._:/@"), min_size=1, max_size=128))
def test_letters_numbers_spaces_and_eight_signs_are_accepted(text: str) -> None:
    assert check_tags({text: text}) == []


@pytest.mark.covers("TG-03")
@pytest.mark.parametrize("sign", [*"!#$%&*(),;<>?[]{}|~'\"\\", "\n", "\t", "\0"])
def test_any_other_sign_is_named(sign: str) -> None:
    assert len(check_tags({f"a{sign}b": "v"})) == 1
    (fault,) = check_tags({"k": f"a{sign}b"})
    assert sign in fault.write


@pytest.mark.covers("TG-05")
@pytest.mark.parametrize("text", ["aws:x", "AWS:x", "aWs:"])
def test_the_prefix_of_aws_is_refused_in_any_case_in_keys_and_values(text: str) -> None:
    assert len(check_tags({text: "v"})) == 1
    assert len(check_tags({"k": text})) == 1


def test_every_fault_of_a_set_of_tags_is_reported_under_its_key() -> None:
    faults = check_tags({"aws:k": "a!", "good": "value"})
    assert [fault.where for fault in faults] == ["['aws:k']", "['aws:k']"]


@pytest.mark.covers("EQ-05")
def test_a_thousand_virtual_clusters_take_975_seconds() -> None:
    assert RATES["CreateVirtualCluster"].seconds(1000) == 975
    assert RATES["CreateVirtualCluster"].seconds(25) == 0


def test_the_rates_are_those_of_today() -> None:
    writing = {"CreateVirtualCluster", "DeleteVirtualCluster", "StartJobRun", "CancelJobRun", "CreateManagedEndpoint"}
    assert {name for name, rate in RATES.items() if (rate.burst, rate.per_second) == (25, 1)} == writing
    assert (RATES["DescribeJobRun"].burst, RATES["DescribeJobRun"].per_second) == (100, 20)
    assert (ALL_CALLS.burst, ALL_CALLS.per_second) == (200, 20)
    assert set(RATES) <= set(MODEL.operation_names)
