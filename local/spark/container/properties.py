"""Reads Java properties files, as Spark keeps its settings in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_CONTROL = {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}
_CONTINUED = re.compile(r"(?<!\\)(?:\\\\)*\\$")
_KEY = re.compile(r"((?:\\.|[^\\:=\s])*)\s*[:=]?\s*(.*)", re.DOTALL)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)


def read(path: Path) -> dict[str, str]:
    """Settings of a file in the format of java.util.Properties (its `load`); values trimmed, as Spark does."""
    settings: dict[str, str] = {}
    for line in _logical_lines(path.read_text(encoding="utf-8")):
        match = _KEY.fullmatch(line)
        if match:
            settings[_plain(match[1])] = _plain(match[2]).strip()
    return settings


def _logical_lines(text: str) -> list[str]:
    """Lines without comments; one that ends in an odd number of backslashes goes on in the next."""
    lines: list[str] = []
    begun = ""
    for natural in re.split(r"\r\n|\n|\r", text):
        line = natural.lstrip(" \t\f")
        if not begun and (not line or line[0] in "#!"):
            continue
        if _CONTINUED.search(line):
            begun += line[:-1]
        else:
            lines.append(begun + line)
            begun = ""
    return [*lines, begun] if begun else lines


def _plain(text: str) -> str:
    return _ESCAPE.sub(lambda match: _unescape(match[1]), text)


def _unescape(code: str) -> str:
    return chr(int(code[1:], 16)) if len(code) > 1 else _CONTROL.get(code, code)
