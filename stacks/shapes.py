"""Plain values become the dataclasses of `spec`; what does not fit becomes faults in the words of the file."""

from __future__ import annotations

import copy
import dataclasses
import types
import typing
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from emr.fault import Fault
from emr.nearest import nearest
from spec.keys import key_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Spec = TypeVar("Spec")
_UNKNOWN_KEY = "unexpected_keyword_argument"
_UNKNOWN = "an unknown key"
_MISSING = "nothing"
_YAML_WORDS = {
    type(None): "nothing",
    bool: "true or false",
    int: "a number",
    float: "a number",
    list: "a list",
    dict: "a mapping",
}


class _File(BaseModel, Generic[Spec]):
    model_config = ConfigDict(extra="forbid", alias_generator=to_camel)
    content: Spec


def shape(kind: type[Spec], data: Mapping[str, Any], sample: Mapping[str, Any]) -> tuple[Spec, list[Fault]]:
    """Make a dataclass of a mapping, and say what did not fit.

    In place of what did not fit stands the value of `sample`, or the default: so the rest can still be judged, and
    all faults come at once. Such a value is good for nothing else.
    """
    try:
        return _File[kind].model_validate({"content": data}).content, []
    except ValidationError as refused:
        errors: list[dict[str, Any]] = [dict(error) for error in refused.errors(include_url=False)]
    for error in errors:
        error["loc"] = error["loc"][1:]
    rest = copy.deepcopy(dict(data))
    for error in errors:
        if error["type"] == _UNKNOWN_KEY:
            _remove(rest, error["loc"])
    whole = _mended(kind, rest, sample, [error["loc"] for error in errors if error["type"] != _UNKNOWN_KEY])
    return whole, _without_echoes([_fault(kind, error) for error in errors])


def _mended(
    kind: type[Spec], rest: dict[str, Any], sample: Mapping[str, Any], bad: Sequence[tuple[str | int, ...]]
) -> Spec:
    """Take out what does not fit and no more, so that what stands beside it is judged; what must be there is sampled.

    What remains may lack a key that its mapping must have: then the mapping goes, and so on upwards.
    """
    up = 0
    while True:
        for loc in bad:
            _remove_key(rest, loc)
        try:
            return _File[kind].model_validate({"content": {**sample, **rest}}).content
        except ValidationError as refused:
            up += 1
            locs = [error["loc"][1:] for error in refused.errors(include_url=False)]
            bad = [loc[: max(1, len(loc) - up)] for loc in locs]


def _without_echoes(faults: list[Fault]) -> list[Fault]:
    """A misspelt key is one fault: it is not also missing under its right name."""
    unknown = [fault for fault in faults if fault.given == _UNKNOWN]
    corrected = {f"{fault.where.rpartition('.')[0]}.{fault.write}".lstrip(".") for fault in unknown}
    return [fault for fault in faults if fault.given != _MISSING or fault.where not in corrected]


def _remove(value: Any, loc: Sequence[str | int]) -> None:
    for step in loc[:-1]:
        value = value[step]
    value.pop(loc[-1], None)


def _remove_key(rest: dict[str, Any], loc: Sequence[str | int]) -> None:
    """Remove the key nearest to a place: an item's own place would make its neighbours change theirs."""
    last = max(index for index, step in enumerate(loc) if isinstance(step, str))
    value: Any = rest
    for step in loc[:last]:
        try:
            value = value[step]
        except (KeyError, IndexError):
            return  # gone with what was around it
    value.pop(loc[last], None)


def _fault(kind: type[Any], error: Mapping[str, Any]) -> Fault:
    loc, given = error["loc"], error["input"]
    where = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in loc).removeprefix(".")
    if error["type"] == _UNKNOWN_KEY:
        known = _keys(kind, loc[:-1])
        return Fault(
            where=where,
            given=_UNKNOWN,
            allowed=", ".join(known),
            why="it would be passed over in silence, and a default would hold in its place",
            write=nearest(str(loc[-1]), known) or "nothing: take the key out",
        )
    if error["type"] == "missing":
        return Fault(
            where=where,
            given=_MISSING,
            allowed="a value",
            why="there is no default that would be right for everyone",
            write=f"{loc[-1]}: and its value",
        )
    if error["type"] == "literal_error":
        allowed = str(error["ctx"]["expected"])
        choices = [choice.strip("'") for choice in allowed.replace(" or ", ", ").split(", ")]
        write = nearest(str(given), choices) or choices[0]
        return Fault(where=where, given=repr(given), allowed=allowed, why="there is no other choice", write=write)
    return _wrong_type(where, error, given)


def _wrong_type(where: str, error: Mapping[str, Any], given: Any) -> Fault:
    text = repr(given)
    number = not isinstance(given, bool) and isinstance(given, (int, float))
    allowed, write = {
        "string_type": (
            "text",
            f'it in quotes: "{text}"' if number else "text, in quotes where YAML reads another thing",
        ),
        "dataclass_type": ("a mapping of keys", "key: value, each on its own line and further in"),
        "tuple_type": ("a list", "[first, second], or each on its own line after a hyphen"),
    }.get(str(error["type"]), (str(error["msg"]).removeprefix("Input should be "), "a value of that kind"))
    read_as = next((word for kind, word in _YAML_WORDS.items() if isinstance(given, kind)), "text")
    return Fault(where=where, given=text, allowed=allowed, why=f"the file says {read_as} there", write=write)


def _keys(kind: Any, loc: Sequence[str | int]) -> list[str]:
    """The keys of the dataclass at a place inside another."""
    for step in loc:
        if isinstance(step, int):
            kind = typing.get_args(kind)[0]
        else:
            hints = typing.get_type_hints(typing.get_origin(kind) or kind)
            kind = {key_of(name): hint for name, hint in hints.items()}[step]
        kind = _without_none(kind)
    return [key_of(field.name) for field in dataclasses.fields(typing.get_origin(kind) or kind)]


def _without_none(kind: Any) -> Any:
    """The one kind of something that may be absent."""
    kinds = [each for each in typing.get_args(kind) if each is not types.NoneType]
    return kinds[0] if isinstance(kind, types.UnionType) else kind
