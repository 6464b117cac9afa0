"""What a container cannot go on from, and where a container leaves its last words."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# Kubernetes keeps this much of a termination message (Kubernetes documentation, "Determine the Reason for Pod
# Failure": 4096 bytes a container).
_MESSAGE_BYTES = 4096


class Refusal(Exception):  # noqa: N818 - a fault of the job in words for its owner, not a programming error
    """The container ends with code 1; the text says why and is its termination message."""


def terminate(environ: Mapping[str, str], message: str) -> None:
    """Leave the termination message, if the container has a place for one."""
    place = environ.get("TERMINATION_LOG")
    if place:
        Path(place).write_bytes(message.encode()[:_MESSAGE_BYTES])
