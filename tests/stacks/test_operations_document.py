"""What docs/operations.md says of settings is what the program does when nothing is said."""

from __future__ import annotations

import dataclasses
import re
import typing
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from local.folder import CHECKOUT
from spec.keys import key_of
from stacks.stack_spec import StackSpec

if TYPE_CHECKING:
    from collections.abc import Iterator

ROW = re.compile(r"^\| `([a-zA-Z.]+)` \| ([^|]+) \| [^|]+ \| [^|]+ \|$")
NOTHING = (None, (), dataclasses.MISSING)


def settings(kind: type[Any], instance: Any = None, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every setting of a stack's file with its default."""
    hints = typing.get_type_hints(kind)
    for field in dataclasses.fields(kind):
        default = getattr(instance, field.name, field.default)
        name = prefix + key_of(field.name)
        if dataclasses.is_dataclass(hints[field.name]):
            yield from settings(hints[field.name], default, f"{name}.")  # pyright: ignore[reportArgumentType]
        else:
            yield name, default


def documented() -> dict[str, str]:
    text = (CHECKOUT / "docs" / "operations.md").read_text(encoding="utf-8")
    tables = text.partition("## Every setting")[2].partition("## The alarms")[0]
    rows = [ROW.match(line) for line in tables.splitlines() if line.startswith("| `")]
    assert all(rows)
    return {row[1]: row[2].strip() for row in rows if row}


def test_every_setting_stands_in_the_document_and_no_other() -> None:
    assert sorted(documented()) == sorted(name for name, _ in settings(StackSpec))


@pytest.mark.parametrize(("name", "default"), list(settings(StackSpec)))
def test_the_default_is_the_one_that_the_document_names(name: str, default: Any) -> None:
    said = documented()[name]
    if default in NOTHING:
        assert said in ("none", "nobody")
    else:
        value = yaml.safe_load(said.strip("`"))
        assert value == (list(default) if isinstance(default, tuple) else default)
