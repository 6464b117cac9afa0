"""A container's termination message (Kubernetes documentation, "Determine the reason for pod failure")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.control_plane.kubelet import logs

if TYPE_CHECKING:
    from pathlib import Path

_MESSAGE_BYTES = 4096
_LOG_BYTES = 2048
_LOG_LINES = 80


def read(message: Path, log: Path, *, policy: str, failed: bool) -> str:
    """Return what the container wrote to `message`.

    If that is nothing, it `failed` and its policy is FallbackToLogsOnError: the end of its log.
    """
    text = _bytes(message)[:_MESSAGE_BYTES]
    if not text.strip() and failed and policy == "FallbackToLogsOnError":
        lines = [line.text for line in logs.lines(log)][-_LOG_LINES:]
        text = b"".join(lines)[-_LOG_BYTES:]
    return text.decode(errors="replace")


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_MESSAGE_BYTES)
    except OSError:
        return b""
