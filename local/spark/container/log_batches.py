"""Cuts a log into what CloudWatch Logs takes in one call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

Document = dict[str, Any]

# CloudWatch Logs API Reference, PutLogEvents: at most 10,000 events and 1,048,576 bytes a call, where an event counts
# the bytes of its message in UTF-8 and 26 more. One event was limited to 256 KiB until 2025; we keep to that.
MAX_EVENTS = 10_000
MAX_BYTES = 1_048_576
EVENT_OVERHEAD = 26
MAX_MESSAGE_BYTES = 262_144 - EVENT_OVERHEAD


def whole_lines(data: bytes, *, last: bool) -> int:
    """How many bytes of the data are whole lines; all of them if nothing will follow (`last`)."""
    return len(data) if last else data.rfind(b"\n") + 1


def batches(data: bytes, timestamp: int) -> Iterator[list[Document]]:
    """The lines of a log as calls to PutLogEvents; an event cannot be empty, so empty lines are left out.

    Args:
        data: Whole lines.
        timestamp: When they were read, in milliseconds since 1970.
    """
    batch: list[Document] = []
    size = 0
    for message in _messages(data):
        cost = len(message.encode()) + EVENT_OVERHEAD
        if batch and (len(batch) == MAX_EVENTS or size + cost > MAX_BYTES):
            yield batch
            batch, size = [], 0
        batch.append({"timestamp": timestamp, "message": message})
        size += cost
    if batch:
        yield batch


def _messages(data: bytes) -> Iterator[str]:
    for line in data.decode(errors="replace").split("\n"):
        rest = line.rstrip("\r").encode()
        while rest:
            piece = rest[:MAX_MESSAGE_BYTES].decode(errors="ignore")  # a character is never cut in two
            rest = rest[len(piece.encode()) :]
            yield piece
