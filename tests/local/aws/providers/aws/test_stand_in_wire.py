from __future__ import annotations

from google.protobuf.struct_pb2 import Struct, Value
from hypothesis import given
from hypothesis import strategies as st

from local.aws.providers.aws import wire

SIGNATURE = "4dabf18193072939515e22adb298388d"
UNKNOWNS = [
    "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]
scalars = st.text(max_size=5) | st.integers(-(2**50), 2**50) | st.booleans()
values = st.recursive(
    scalars | scalars.map(wire.Secret) | st.just(wire.UNKNOWN),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(min_size=1, max_size=4), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(min_size=1, max_size=4), values, max_size=4))
def test_what_is_encoded_decodes_to_the_same(properties: dict) -> None:
    assert wire.decode(wire.encode(properties)) == properties


def test_every_reserved_text_is_an_unknown() -> None:
    for text in UNKNOWNS:
        assert wire.decode(Struct(fields={"a": Value(string_value=text)})) == {"a": wire.UNKNOWN}


def test_a_secret_travels_as_a_marked_object() -> None:
    fields = wire.encode({"a": wire.Secret("x")}).fields["a"].struct_value.fields
    assert fields[SIGNATURE].string_value == "1b47061264138c4ac30d75fd1eb44270"
    assert fields["value"].string_value == "x"


def test_whole_numbers_are_integers_and_absent_values_are_dropped() -> None:
    struct = wire.encode({"a": 5.0, "b": 1.5, "c": None})
    assert wire.decode(struct) == {"a": 5, "b": 1.5}
    assert isinstance(wire.decode(struct)["a"], int)


def test_a_secret_does_not_show_itself() -> None:
    assert "hidden" not in repr(wire.Secret("hidden"))


def test_outputs_are_secret_where_the_inputs_were() -> None:
    pattern = {"a": wire.Secret("x"), "b": {"c": wire.Secret("y"), "d": "z"}, "e": ["p", wire.Secret("q")]}
    marked = wire.mark({"a": "x", "b": {"c": "y", "d": "z"}, "e": ["p", "q"], "f": "open"}, pattern)
    assert marked == {**pattern, "f": "open"}


def test_where_structures_differ_the_whole_becomes_secret() -> None:
    pattern = {"a": {"b": wire.Secret("x")}, "c": ["p", wire.Secret("q")]}
    marked = wire.mark({"a": '{"b": "x"}', "c": ["q"]}, pattern)
    assert marked == {"a": wire.Secret('{"b": "x"}'), "c": wire.Secret(["q"])}


@given(values)
def test_no_secret_is_left_in_the_plain_value_and_none_is_lost(value: object) -> None:
    assert not wire.contains(wire.plain(value), wire.Secret)
    marked = wire.mark(wire.plain(value), value)
    assert wire.contains(marked, wire.Secret) == wire.contains(value, wire.Secret)
    assert wire.secret_texts(value) <= wire.secret_texts(marked)
