from __future__ import annotations

from typing import Any

import pytest
from google.protobuf import struct_pb2
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin.property_values import UNKNOWN, decode, encode, holds_unknown

SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"
OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
UNKNOWN_LIST = "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2"

_values = st.recursive(
    st.text(max_size=5)
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False).filter(lambda n: n % 1),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def message(**values: Any) -> struct_pb2.Struct:
    struct = struct_pb2.Struct()
    struct.update(values)
    return struct


@settings(deadline=None)
@given(st.dictionaries(st.text(max_size=5), _values, max_size=4))
def test_values_survive_the_way_to_the_engine_and_back(values):
    assert decode(encode(values)).values == values


@settings(deadline=None)
@given(st.dictionaries(st.text(max_size=5), _values, min_size=1, max_size=4), st.data())
def test_secrets_are_marked_and_their_values_are_plain(values, data):
    secrets = data.draw(st.sets(st.sampled_from(sorted(values))))
    assert decode(encode(values, secrets)).values == values
    assert decode(encode(values, secrets)).secrets == secrets


def test_a_secret_deep_inside_makes_the_whole_property_secret():
    properties = decode(message(tags={"a": {SIGNATURE: SECRET, "value": "s"}}, name="n"))
    assert properties.values == {"tags": {"a": "s"}, "name": "n"}
    assert properties.secrets == {"tags"}


def test_outputs_are_their_values_and_may_be_unknown_or_secret():
    properties = decode(
        message(
            known={SIGNATURE: OUTPUT, "value": 5, "dependencies": ["u"]},
            unknown={SIGNATURE: OUTPUT},
            secret={SIGNATURE: OUTPUT, "value": "s", "secret": True},
        )
    )
    assert properties.values == {"known": 5, "unknown": UNKNOWN, "secret": "s"}
    assert properties.secrets == {"secret"}


def test_values_without_content_are_left_out():
    assert decode(message(a=None, b={"c": None})).values == {"b": {}}
    assert not encode({"a": None}).fields


@pytest.mark.parametrize("value", [UNKNOWN, UNKNOWN_LIST, ["a", UNKNOWN], {"a": {"b": UNKNOWN}}])
def test_unknown_values_are_found_at_any_depth(value):
    assert holds_unknown(decode(message(a=value)).values["a"])
    assert not holds_unknown({"a": ["b", 1, None]})
