"""Kinds of values in a request to AWS, and what keeps a value from being of a kind."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from emr.fault import Fault
from emr.nearest import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True, kw_only=True)
class Text:
    """A text."""

    longest: int
    """Greatest number of characters."""
    shortest: int = 1
    """Least number of characters."""
    pattern: str = ""
    """Regular expression of the whole text; empty where every text is good that is not blank."""
    characters: str = "any text that is not blank"
    """The pattern in words."""
    choices: tuple[str, ...] = ()
    """The only texts allowed."""


@dataclass(frozen=True, kw_only=True)
class Whole:
    """A whole number."""

    least: int
    """Least number."""
    most: int | None = None
    """Greatest number."""


@dataclass(frozen=True, kw_only=True)
class Listing:
    """A list."""

    of: Kind
    """Kind of its members."""
    most: int | None = None
    """Greatest number of members."""


@dataclass(frozen=True, kw_only=True)
class Table:
    """A mapping from free texts to texts."""

    key: Text
    """Kind of the keys."""
    value: Text
    """Kind of the values."""
    most: int
    """Greatest number of entries."""


@dataclass(frozen=True, kw_only=True)
class Structure:
    """A mapping with known keys."""

    fields: Mapping[str, Kind]
    """Kind of each field."""
    required: tuple[str, ...] = ()
    """Fields that cannot be left out."""


Kind = Text | Whole | Listing | Table | Structure
"""What a field takes."""


def check(kind: Kind, value: object) -> Iterator[Fault]:
    """What keeps a value from being of a kind, each fault under its path."""
    if isinstance(kind, Text):
        yield from _check_text(kind, value)
    elif isinstance(kind, Whole):
        yield from _check_whole(kind, value)
    elif isinstance(kind, Listing):
        yield from _check_listing(kind, value)
    elif not isinstance(value, dict):
        yield _fault(value, "a mapping: {...}", "the service reads keys and values here", "{}")
    elif isinstance(kind, Table):
        yield from _check_table(kind, cast("dict[str, object]", value))
    else:
        yield from _check_structure(kind, cast("dict[str, object]", value))


def _check_text(kind: Text, value: object) -> Iterator[Fault]:
    if not isinstance(value, str):
        yield _fault(value, "a text", "the service takes no other type here", f'"{value}"')
    elif kind.choices:
        if value not in kind.choices:
            write = nearest(value, kind.choices) or kind.choices[0]
            yield _fault(value, " or ".join(kind.choices), "the service knows no other", write)
    elif not kind.shortest <= len(value) <= kind.longest:
        allowed = f"{kind.shortest} to {kind.longest} characters"
        yield _fault(f"{value[:40]!r} ({len(value)} characters)", allowed, "the service refuses the request", allowed)
    elif (value and not value.strip()) or (kind.pattern and not re.fullmatch(kind.pattern, value)):
        yield _fault(value, kind.characters, "the service refuses the request", kind.characters)


def _check_whole(kind: Whole, value: object) -> Iterator[Fault]:
    good = isinstance(value, int) and not isinstance(value, bool)
    if not good or cast("int", value) < kind.least or (kind.most and cast("int", value) > kind.most):
        allowed = f"a whole number of at least {kind.least}" + (f", at most {kind.most}" if kind.most else "")
        yield _fault(value, allowed, "the service refuses the request", str(kind.least))


def _check_listing(kind: Listing, value: object) -> Iterator[Fault]:
    if not isinstance(value, list):
        yield _fault(value, "a list: [...]", "the service takes several values here", "[]")
        return
    members = cast("list[object]", value)
    if kind.most is not None and len(members) > kind.most:
        yield _fault(f"{len(members)} members", f"at most {kind.most}", "the service takes no more", "fewer members")
    for index, member in enumerate(members):
        yield from (fault.within(f"[{index}]") for fault in check(kind.of, member))


def _check_table(kind: Table, table: dict[str, object]) -> Iterator[Fault]:
    if len(table) > kind.most:
        yield _fault(f"{len(table)} entries", f"at most {kind.most}", "the service takes no more", "fewer entries")
    for key, value in table.items():
        yield from (fault.within(f"[{key!r}]") for fault in (*check(kind.key, key), *check(kind.value, value)))


def _check_structure(kind: Structure, document: dict[str, object]) -> Iterator[Fault]:
    for name in kind.required:
        if name not in document:
            yield _fault(f"no {name}", f"{name}: always", "the service cannot do without it", f"a value for {name}")
    for name, value in document.items():
        if name in kind.fields:
            yield from (fault.within(name) for fault in check(kind.fields[name], value))
        else:
            near = nearest(name, kind.fields)
            write = near or f"the request without {name}"
            why = "the CLI and the service refuse keys they do not know"
            yield _fault(f"key {name}", ", ".join(kind.fields), why, write).within(name)


def _fault(given: Any, allowed: str, why: str, write: str) -> Fault:
    return Fault(given=given if isinstance(given, str) else repr(given), allowed=allowed, why=why, write=write)
