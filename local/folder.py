"""Where the embedded cloud of a checkout keeps everything: one folder, ignored by git."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Generator

CHECKOUT = Path(__file__).resolve().parent.parent


class Refused(Exception):  # noqa: N818 - a refusal in the user's words, not a programming error
    """What stands in the way, in words for the person at the terminal."""


@dataclass(frozen=True)
class Folder:
    """The layout of the state folder. Emulator, clusters and Pulumi state are one generation in it."""

    path: Path
    """The folder itself, `.local` of a checkout unless a test says otherwise."""

    @property
    def generation_file(self) -> Path:
        """What the emulator says of this generation: its port, and whether its state was saved."""
        return self.path / "generation.json"

    @property
    def emulator_log(self) -> Path:
        """What the AWS emulator printed."""
        return self.path / "logs" / "emulator.log"

    @property
    def bin(self) -> Path:
        """Links to every program of the engine, and to `aws`; first on PATH in `env`."""
        return self.path / "bin"

    @property
    def env(self) -> Path:
        """Shell exports for whoever wants to use `aws`, `kubectl` and `pulumi` directly."""
        return self.path / "env"

    @property
    def kubeconfig(self) -> Path:
        """The kubeconfig of the emulated clusters, written by the AWS CLI."""
        return self.path / "kubeconfig"

    @property
    def pulumi_home(self) -> Path:
        """Pulumi's own folder, with the provider plugins."""
        return self.path / "pulumi" / "home"

    @property
    def pulumi_state(self) -> Path:
        """The file backend with the state of the stacks."""
        return self.path / "pulumi" / "state"

    def generation(self) -> dict[str, Any]:
        """What is known of the generation in this folder; empty if there is none or it cannot be read."""
        try:
            found: dict[str, Any] = json.loads(self.generation_file.read_text())
        except (OSError, ValueError):
            return {}
        return found

    def forget(self) -> None:
        """Remove the generation: emulator state, clusters, Pulumi state. The lock stays."""
        for entry in self.path.iterdir() if self.path.exists() else ():
            if entry.name == "lock":
                continue
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()

    @contextmanager
    def locked(self, command: str) -> Generator[None]:
        """Hold the folder for one command; a second command is refused at once and told who holds it."""
        self.path.mkdir(parents=True, exist_ok=True)
        with (self.path / "lock").open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.seek(0)
                holder = lock.read().strip() or "another command"
                message = f"{holder} is at work on {self.path}. Wait until it ends, then run `make {command}` again."
                raise Refused(message) from None
            lock.truncate(0)
            lock.write(f"`make {command}` (process {os.getpid()})")
            lock.flush()
            yield
            lock.truncate(0)
