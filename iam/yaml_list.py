"""Edit one item of a YAML list in its text, keeping every byte of the others.

Meant for texts that several writers share, where writing the whole text anew would lose comments, quotes and
order. Positions come from the scanner's marks; the caller reads the result again and compares.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import yaml
from yaml import tokens

_OPENING = (
    tokens.BlockSequenceStartToken,
    tokens.BlockMappingStartToken,
    tokens.FlowSequenceStartToken,
    tokens.FlowMappingStartToken,
)
_CLOSING = (tokens.BlockEndToken, tokens.FlowSequenceEndToken, tokens.FlowMappingEndToken)
_WITHOUT_TEXT = (
    tokens.StreamStartToken,
    tokens.StreamEndToken,
    tokens.DirectiveToken,
    tokens.DocumentStartToken,
    tokens.DocumentEndToken,
    tokens.BlockEndToken,
)
_UNBROKEN = 2**31


def append(text: str, item: dict[str, Any]) -> str:
    """The text with `item` after all others, in the list's own style: a line each, or within brackets."""
    spans, flow = _spans(text)
    if flow is None:
        return _insert_lines(text, spans, item)
    written = yaml.safe_dump(item, default_flow_style=True, sort_keys=False, width=_UNBROKEN).strip()
    at = spans[-1].end if spans else flow
    return text[:at] + (", " if spans else "") + written + text[at:]


def remove(text: str, index: int) -> str:
    """The text without the item at `index`, counted from 0."""
    spans, flow = _spans(text)
    return _cut_lines(text, spans[index]) if flow is None else _cut_item(text, spans, index)


@dataclass(kw_only=True)
class _Span:
    start: int
    end: int
    comma: int | None = None
    """Where the comma after the item stands, in a flow list."""


def _spans(text: str) -> tuple[list[_Span], int | None]:
    """Where each item stands, and for a flow list the index after its opening bracket."""
    spans: list[_Span] = []
    depth, flow, expected = 0, None, False
    for token in cast("Any", yaml.scan(text, Loader=yaml.SafeLoader)):
        start, end = token.start_mark.index, token.end_mark.index
        if depth == 1 and isinstance(token, tokens.BlockEntryToken):
            spans.append(_Span(start=start, end=end))
        elif depth == 1 and isinstance(token, tokens.FlowEntryToken):
            spans[-1].comma, expected = start, True
        elif depth == 0 and isinstance(token, tokens.FlowSequenceStartToken):
            flow, expected = end, True
        elif depth and not isinstance(token, _WITHOUT_TEXT) and not (depth == 1 and _closes(token)):
            if expected:
                spans.append(_Span(start=start, end=end))
            expected = False
            spans[-1].end = max(spans[-1].end, end)
        depth += isinstance(token, _OPENING) - isinstance(token, _CLOSING)
    return spans, flow


def _closes(token: Any) -> bool:
    return isinstance(token, tokens.FlowSequenceEndToken)


def _line_end(text: str, index: int) -> int:
    """The index after the line break of the line that ends at or behind `index`."""
    if index and text[index - 1] == "\n":
        return index
    at = text.find("\n", index)
    return len(text) if at < 0 else at + 1


def _line_start(text: str, index: int) -> int:
    return text.rfind("\n", 0, index) + 1


def _insert_lines(text: str, spans: list[_Span], item: dict[str, Any]) -> str:
    newline = "\r\n" if "\r\n" in text else "\n"
    at = _line_end(text, spans[-1].end) if spans else len(text)
    indent = spans[0].start - _line_start(text, spans[0].start) if spans else 0
    written = yaml.safe_dump([item], default_flow_style=False, sort_keys=False, width=_UNBROKEN)
    lines = "".join(" " * indent + line + newline for line in written.splitlines())
    return text[:at] + (newline if at and text[at - 1] != "\n" else "") + lines + text[at:]


def _cut_lines(text: str, span: _Span) -> str:
    return text[: _line_start(text, span.start)] + text[_line_end(text, span.end) :]


def _cut_item(text: str, spans: list[_Span], index: int) -> str:
    span, before = spans[index], spans[index - 1] if index else None
    if span.comma is not None:
        return text[: span.start] + text[span.end : span.comma] + text[span.comma + 1 :].removeprefix(" ")
    if before is None or before.comma is None:
        return text[: span.start] + text[span.end :]
    return text[: before.comma] + text[before.comma + 1 : span.start].rstrip(" ") + text[span.end :]
