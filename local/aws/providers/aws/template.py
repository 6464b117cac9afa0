"""Small templates: `{name}` stands for a value, and an id is read back by the template that made it.

`{a|b}` is the first of several that has a value; `{a?}` alone drops its place when there is none; names may be
dotted to reach into what the API answered.
"""

from __future__ import annotations

import re
from typing import Any, Final

from local.aws.providers.aws.forms import is_list, is_object

_PLACE: Final = re.compile(r"\{([^{}]+)\}")
_ABSENT: Final = object()


def fill(template: Any, values: dict[str, Any]) -> Any:
    """Give the template with every place filled; a value that stands alone keeps its type."""
    if is_object(template):
        filled = {key: fill(element, values) for key, element in template.items()}
        return {key: element for key, element in filled.items() if element is not _ABSENT}
    if is_list(template):
        return [element for each in template if (element := fill(each, values)) is not _ABSENT]
    if not isinstance(template, str):
        return template
    alone = _PLACE.fullmatch(template)
    if alone is not None:
        return _look_up(alone[1], values)
    return _PLACE.sub(lambda place: str(_look_up(place[1], values)), template)


def _look_up(place: str, values: dict[str, Any]) -> Any:
    if place in values:
        return values[place]
    for name in place.removesuffix("?").split("|"):
        if values.get(name) is not None:
            return values[name]
        value: Any = values
        for step in name.split("."):
            value = value.get(step) if is_object(value) else None
        if value is not None:
            return value
    if place.endswith("?"):
        return _ABSENT
    raise KeyError(place)


def places(template: str) -> list[str]:
    """Give what the template's places stand for, in order."""
    return _PLACE.findall(template)


def parse(template: str, text: str) -> dict[str, str] | None:
    """Give the values that make the template this text, or None if none do."""
    names = places(template)
    pieces = [re.escape(piece) for piece in _PLACE.split(template)[::2]]
    pattern = "".join(piece + "(.+?)" for piece in pieces[:-1]) + pieces[-1]
    match = re.fullmatch(pattern, text)
    return None if match is None else dict(zip(names, match.groups(), strict=True))


def mentioned(template: Any) -> frozenset[str]:
    """Give the names that a template's places stand for, at any depth."""
    if is_object(template):
        return frozenset[str]().union(*(mentioned(element) for element in template.values()))
    if is_list(template):
        return frozenset[str]().union(*(mentioned(element) for element in template))
    found = places(template) if isinstance(template, str) else []
    return frozenset(name for place in found for name in place.removesuffix("?").split("|"))
