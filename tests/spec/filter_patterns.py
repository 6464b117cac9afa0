"""CloudWatch's filter patterns for JSON, evaluated: as far as its documentation says what they mean.

Source: CloudWatch Logs User Guide, "Using filter patterns to match terms in JSON log events". What it leaves open
stays open, a third truth value: `!=` of a property that is not there, or that is an object or a list. Where the whole
answer depends on it there is none.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<text>"(?:[^"\\]|\\.)*")
      | (?P<operator>&&|\|\||!=|<=|>=|=|<|>|\(|\)|\{|\})
      | (?P<selector>\$(?:\.[A-Za-z0-9_-]+|\[\d+\])+)
      | (?P<word>[^\s(){}=<>!&|"]+)
    )""",
    re.VERBOSE,
)
_ABSENT = object()

Truth = bool | None
"""Yes, no, or left open by the documentation."""


class PatternError(ValueError):
    """CloudWatch would refuse the pattern, or its documentation does not say what it means."""


def matches(pattern: str, event: dict[str, Any] | str) -> bool:
    """Whether a log event, JSON or its text, matches a pattern in braces."""
    tokens = _tokens(pattern)
    if isinstance(event, str):
        try:
            event = json.loads(event)
        except ValueError:
            return False
    parser = _Parser(tokens, event)
    parser.expect("{")
    found = parser.any_of()
    parser.expect("}")
    if parser.rest():
        raise PatternError(f"after the closing brace: {parser.rest()}")
    if found is None:
        raise PatternError("the answer depends on what the documentation leaves open")
    return found


def _tokens(pattern: str) -> list[tuple[str, str]]:
    tokens: list[tuple[str, str]] = []
    place = 0
    while pattern[place:].strip():
        found = _TOKEN.match(pattern, place)
        if found is None:
            raise PatternError(f"at {pattern[place:]!r}")
        tokens.append((str(found.lastgroup), found[str(found.lastgroup)]))
        place = found.end()
    return tokens


@dataclass
class _Parser:
    tokens: list[tuple[str, str]]
    event: Any
    place: int = 0

    def rest(self) -> list[tuple[str, str]]:
        return self.tokens[self.place :]

    def _peek(self) -> tuple[str, str]:
        return self.tokens[self.place] if self.place < len(self.tokens) else ("end", "")

    def _next(self) -> tuple[str, str]:
        token = self._peek()
        self.place += 1
        return token

    def _accept(self, *words: str) -> bool:
        found = [value for _, value in self.tokens[self.place : self.place + len(words)]] == list(words)
        self.place += len(words) if found else 0
        return found

    def expect(self, word: str) -> None:
        if not self._accept(word):
            raise PatternError(f"{word!r} is expected, not {self._peek()[1]!r}")

    def any_of(self) -> Truth:
        found = [self._all_of()]
        while self._accept("||"):
            found.append(self._all_of())
        return True if True in found else None if None in found else False

    def _all_of(self) -> Truth:
        found = [self._one()]
        while self._accept("&&"):
            found.append(self._one())
        return False if False in found else None if None in found else True

    def _one(self) -> Truth:
        if self._accept("("):
            found = self.any_of()
            self.expect(")")
            return found
        kind, selector = self._next()
        if kind != "selector":
            raise PatternError(f"a property is expected, not {selector!r}")
        value = _select(self.event, selector)
        for words, answer in (
            (("NOT", "EXISTS"), value is _ABSENT),
            (("IS", "NULL"), value is None),
            (("IS", "TRUE"), value is True),
            (("IS", "FALSE"), value is False),
        ):
            if self._accept(*words):
                return answer
        return _compare(value, self._next()[1], *self._next())


def _select(event: Any, selector: str) -> Any:
    for name, index in re.findall(r"\.([A-Za-z0-9_-]+)|\[(\d+)\]", selector):
        if index:
            event = event[int(index)] if isinstance(event, list) and int(index) < len(event) else _ABSENT
        else:
            event = event.get(name, _ABSENT) if isinstance(event, dict) else _ABSENT
    return event


def _compare(value: Any, operator: str, kind: str, wanted: str) -> Truth:
    if kind not in ("text", "word"):
        raise PatternError(f"a value is expected, not {wanted!r}")
    if operator == "=":
        return _equal(value, kind, wanted)
    if operator == "!=":
        return None if value is _ABSENT or isinstance(value, (dict, list)) else not _equal(value, kind, wanted)
    if operator not in ("<", "<=", ">", ">="):
        raise PatternError(f"unknown operator {operator!r}")
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    number = float(wanted)
    return {"<": value < number, "<=": value <= number, ">": value > number, ">=": value >= number}[operator]


def _equal(value: Any, kind: str, wanted: str) -> bool:
    if isinstance(value, bool) or value is None or isinstance(value, (dict, list)) or value is _ABSENT:
        return False
    if isinstance(value, (int, float)):
        return kind == "word" and "*" not in wanted and float(wanted) == value
    text = json.loads(wanted) if kind == "text" else wanted
    return re.fullmatch(".*".join(map(re.escape, text.split("*"))), value, re.DOTALL) is not None
