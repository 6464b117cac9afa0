"""The generation in a state folder: its port, and whether the emulator's state was saved."""

from __future__ import annotations

import json
import random
import socket
import uuid
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path


class GenerationError(Exception):
    """The state folder cannot be used; the message says why and what to do."""


@dataclass(frozen=True, kw_only=True)
class Generation:
    """What `generation.json` says."""

    id: str
    """Tells generations apart."""
    port: int
    """Port of the AWS endpoint on 127.0.0.1, the same for the life of the generation."""
    endpoint: str
    """The endpoint as AWS_ENDPOINT_URL."""
    saved: bool
    """Whether the state folder holds the state of an emulator that was stopped in order."""


class StateFolder:
    """Where a generation lives on disk."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.clusters = path / "clusters"
        self._file = path / "generation.json"
        self._state = path / "aws" / "state.pickle"

    def open(self) -> Generation:
        """Read the generation, or begin one (which is not on disk before it is written).

        Raises:
            GenerationError: the last emulator did not save its state, or the file cannot be read.
        """
        if not self._file.exists():
            port = _free_port()
            return Generation(id=str(uuid.uuid4()), port=port, endpoint=f"http://127.0.0.1:{port}", saved=False)
        try:
            generation = Generation(**json.loads(self._file.read_text()))
        except (ValueError, TypeError) as error:
            raise GenerationError(
                f"{self._file} cannot be read ({error}). Remove {self.path} to start anew."
            ) from error
        if not generation.saved or not self._state.exists():
            raise GenerationError(
                f"The last emulator in {self.path} ended without saving its state (killed, or the machine went down). "
                "What its clusters hold is worth nothing without it: `make up` starts anew."
            )
        return generation

    def write(self, generation: Generation, *, saved: bool) -> None:
        """Record the generation; a state that is in use counts as not saved."""
        self.path.mkdir(parents=True, exist_ok=True)
        document: dict[str, Any] = asdict(replace(generation, saved=saved))
        _replace(self._file, json.dumps(document, indent=1).encode())
        if not saved:
            self._state.unlink(missing_ok=True)

    def read_state(self) -> bytes:
        """The saved state."""
        return self._state.read_bytes()

    def write_state(self, content: bytes) -> None:
        """Save the state, whole or not at all."""
        self._state.parent.mkdir(parents=True, exist_ok=True)
        _replace(self._state, content)


def _replace(path: Path, content: bytes) -> None:
    unfinished = path.with_name(f"{path.name}.unfinished")
    unfinished.write_bytes(content)
    unfinished.replace(path)


def _free_port() -> int:
    """A free port below Linux's range for outgoing connections, so that no client's socket takes it later."""
    while True:
        port = random.SystemRandom().randrange(20_000, 32_768)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
