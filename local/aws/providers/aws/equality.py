"""When two values of a property mean the same.

Absent, empty, zero and false are one. Lists are sets unless the row says otherwise. An object means only what it
says: what AWS adds to it is no difference. Documents are compared by meaning, not by text.
"""

from __future__ import annotations

import json
from typing import Any

from local.aws.providers.aws.forms import is_list, is_object
from local.aws.providers.aws.sdk import Kind
from local.aws.providers.aws.wire import UNKNOWN, Unknown, contains


def blank(value: Any, kind: Kind | None = None) -> bool:
    """Say whether the value says nothing; an object does not if none of its members does, a map always does."""
    if kind is not None and kind.form == "object" and is_object(value):
        return all(blank(element, kind.fields.get(key)) for key, element in value.items())
    return value is None or (not isinstance(value, Unknown) and value in ("", 0, False, [], {}))


def same(kind: Kind, desired: Any, live: Any, *, ordered: bool = False) -> bool:
    """Say whether the live value is what is desired; an unknown value never is."""
    if contains(desired, Unknown) or contains(live, Unknown):
        return False
    if blank(desired, kind) or blank(live, kind):
        return blank(desired, kind) and blank(live, kind)
    if kind.form == "object" and is_object(desired) and is_object(live):
        return all(
            same(kind.fields.get(key, _TEXT), value, live.get(key), ordered=ordered) for key, value in desired.items()
        )
    if kind.form == "map" and is_object(desired) and is_object(live):
        item = kind.item or _TEXT
        return desired.keys() == live.keys() and all(same(item, desired[key], live[key]) for key in desired)
    if is_list(desired) and is_list(live):
        return len(desired) == len(live) and None not in pairs(kind, desired, live, ordered=ordered)
    return _text(desired) == _text(live) or _same_document(desired, live)


def pairs(kind: Kind, desired: list[Any], live: list[Any], *, ordered: bool = False) -> list[int | None]:
    """Give for each desired element the place of its equal among the live ones, or None; no place is used twice."""
    item = kind.item or _TEXT
    free = dict(enumerate(live))
    result: list[int | None] = []
    for index, element in enumerate(desired):
        candidates = [index] if ordered else list(free)
        found = next((i for i in candidates if i in free and same(item, element, free[i])), None)
        if found is not None:
            del free[found]
        result.append(found)
    return result


def overlay(kind: Kind, desired: Any, live: Any, *, ordered: bool = False) -> Any:
    """Give the live value in the order and spelling of the desired one wherever both mean the same."""
    if desired is None or live is None:
        return live
    if kind.form == "object" and is_object(desired) and is_object(live):
        said = {key: overlay(kind.fields.get(key, _TEXT), value, live.get(key)) for key, value in desired.items()}
        return {**live, **{key: value for key, value in said.items() if value is not None}}
    if not same(kind, desired, live, ordered=ordered):
        return live
    if is_list(desired) and is_list(live):
        places = pairs(kind, desired, live, ordered=ordered)
        item = kind.item or _TEXT
        return [
            element if place is None else overlay(item, element, live[place])
            for element, place in zip(desired, places, strict=True)
        ]
    return desired


def restrict(kind: Kind, live: Any, pattern: Any) -> Any:
    """Give of a live object only what the pattern says something about."""
    if kind.form == "object" and is_object(live) and is_object(pattern):
        return {
            key: restrict(kind.fields.get(key, _TEXT), value, pattern[key])
            for key, value in live.items()
            if key in pattern
        }
    if kind.form == "list" and is_list(live) and is_list(pattern) and len(live) == len(pattern):
        item = kind.item or _TEXT
        return [restrict(item, element, like) for element, like in zip(live, pattern, strict=True)]
    return live


def merge_tags(default: Any, own: Any) -> Any:
    """Give the provider's default tags with a resource's own over them, or `UNKNOWN`."""
    if isinstance(own, Unknown):
        return UNKNOWN
    merged: dict[str, Any] = {**(default or {}), **(own or {})}
    return merged


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _same_document(one: Any, other: Any) -> bool:
    if not (isinstance(one, str) and isinstance(other, str) and one.lstrip()[:1] in "[{"):
        return False
    try:
        first, second = json.loads(one), json.loads(other)
    except ValueError:
        return False
    is_policy = is_object(first) and "Statement" in first
    return _canonical(first) == _canonical(second) if is_policy else first == second


def _canonical(value: Any) -> Any:
    """Give a policy document in one of its many spellings: single elements bare, lists sorted, scalars as text."""
    if is_object(value):
        return {key: _canonical(element) for key, element in value.items()}
    if is_list(value):
        elements = [_canonical(element) for element in value]
        return elements[0] if len(elements) == 1 else sorted(elements, key=lambda e: json.dumps(e, sort_keys=True))
    return _text(value)


_TEXT = Kind("string")
