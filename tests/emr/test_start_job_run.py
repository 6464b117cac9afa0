from __future__ import annotations

from typing import Any

import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emr.shapes import Kind, Listing, Structure, Table, Text, Whole, check
from emr.start_job_run import REQUEST

MODEL = boto3.client(
    "emr-containers", region_name="us-west-2", aws_access_key_id="none", aws_secret_access_key="none"
).meta.service_model.shape_for("StartJobRunRequest")


def differences(kind: Kind, shape: Any, place: str, depth: int = 0) -> list[str]:
    """Where a kind and a shape of the service model differ in what they accept."""
    limits = shape.metadata
    if isinstance(kind, Structure):
        ours, theirs = set(kind.fields), set(shape.members)
        wrong = [] if ours == theirs or depth > 1 else [f"{place}: {ours ^ theirs}"]
        if set(kind.required) != set(shape.required_members) - {"clientToken"}:
            wrong.append(f"{place}: required {kind.required}")
        for name in ours & theirs:
            deeper = depth + (name == "configurations")
            wrong += differences(kind.fields[name], shape.members[name], f"{place}.{name}", deeper)
        return wrong
    if isinstance(kind, Listing):
        wrong = [] if kind.most == limits.get("max") else [f"{place}: most"]
        return wrong + differences(kind.of, shape.member, f"{place}[]", depth + place.endswith("configurations"))
    if isinstance(kind, Table):
        wrong = [] if kind.most == limits.get("max") else [f"{place}: most"]
        return wrong + differences(kind.key, shape.key, f"{place}#") + differences(kind.value, shape.value, f"{place}=")
    if isinstance(kind, Whole):
        same = kind.most == limits.get("max") and kind.least == limits.get("min", 1)
        return [] if same else [f"{place}: bounds"]
    if kind.choices:
        return [] if list(kind.choices) == shape.enum else [f"{place}: choices"]
    wrong = [] if kind.longest == limits["max"] else [f"{place}: longest"]
    least = limits.get("min", 0)
    return wrong if kind.shortest == least or least > 3 else [*wrong, f"{place}: shortest"]


@pytest.mark.covers("JR-01", "JR-07")
def test_the_request_has_the_fields_and_lengths_of_the_service_model() -> None:
    assert differences(REQUEST, MODEL, "") == []


def test_the_patterns_are_those_of_the_service_model() -> None:
    for name in ("name", "virtualClusterId"):
        kind = REQUEST.fields[name]
        assert isinstance(kind, Text)
        assert kind.pattern == MODEL.members[name].metadata["pattern"]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Text(longest=3), ""),
        (Text(longest=3), "abcd"),
        (Text(longest=3), " "),
        (Text(longest=3), 7),
        (Text(longest=3), None),
        (Text(longest=3, pattern="[a-z]+"), "A"),
        (Text(longest=9, choices=("ENABLED",)), "enabled"),
        (Whole(least=1, most=5), 0),
        (Whole(least=1, most=5), 6),
        (Whole(least=1), "1"),
        (Whole(least=1), True),
        (Listing(of=Whole(least=0), most=1), [1, 2]),
        (Listing(of=Whole(least=0)), "1"),
        (Structure(fields={}), []),
        (Structure(fields={}, required=("a",)), {}),
        (Table(key=Text(longest=1), value=Text(longest=1), most=1), {"a": "b", "c": "d"}),
    ],
)
def test_a_value_that_is_not_of_its_kind_gets_one_fault(kind: Kind, value: object) -> None:
    assert len(list(check(kind, value))) == 1


def test_a_fault_is_under_its_path_and_an_unknown_key_gets_the_nearest_known_one() -> None:
    kind = Structure(fields={"a": Listing(of=Structure(fields={"entryPoint": Whole(least=1)}))})
    wrong, unknown = check(kind, {"a": [{"entryPoint": 1}, {"entryPoint": 0, "entrypoint": 1}]})
    assert (wrong.where, unknown.where, unknown.write) == ("a[1].entryPoint", "a[1].entrypoint", "entryPoint")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*REQUEST.fields, "classification", "sparkSubmitJobDriver"]), inner, max_size=4
        )
    ),
    max_leaves=15,
)


@given(JSON)
def test_no_document_is_too_odd_to_be_judged(value: object) -> None:
    assert list(check(REQUEST, value))
