"""Runs Pulumi's own CLI on the project's stacks against an embedded cloud."""

from __future__ import annotations

import ctypes
import json
import os
import signal
import socket
import subprocess
import time
from typing import TYPE_CHECKING, Any

from local.folder import CHECKOUT, Folder, Refused
from local.orphans import end_orphans

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

STACK = "local"
PATIENCE_SECONDS = 60
_PR_SET_PDEATHSIG = 1


def _end_with_parent() -> None:
    """In the child: when `make up` is killed, the engine gets an interrupt, finishes what is in flight and saves."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGINT)


def pulumi(
    environment: Mapping[str, str], *arguments: str, project: Path = CHECKOUT, quiet: bool = True
) -> subprocess.CompletedProcess[str]:
    """Run `pulumi` with arguments; output is captured unless `quiet` is false."""
    return subprocess.run(
        ["pulumi", *arguments, "--non-interactive"],
        cwd=project,
        env=dict(environment),
        text=True,
        stdout=subprocess.PIPE if quiet else None,
        stderr=subprocess.STDOUT if quiet else None,
        check=False,
        preexec_fn=_end_with_parent,
    )


def select(environment: Mapping[str, str], stack: str = STACK) -> None:
    """Make the stack current, and make it if it is not there yet."""
    done = pulumi(environment, "stack", "select", "--create", stack)
    if done.returncode:
        message = f"pulumi could not select stack `{stack}`:\n{done.stdout}"
        raise Refused(message)


def unlock(folder: Folder, environment: Mapping[str, str], say: Callable[[str], None]) -> None:
    """Take away the lock that a killed run left on the stack; a living run is waited for, then an error.

    The engine of a killed `make up` is such a run: it finishes what is in flight before it ends.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    for lock in (folder.pulumi_state / ".pulumi" / "locks").rglob("*.json"):
        holder = _holder(lock)
        if holder is not None:
            say(f"pulumi (process {holder}) is at work on this stack: waiting until it ends")
        while holder is not None and time.monotonic() < deadline:
            time.sleep(0.2)
            holder = _holder(lock)
        if holder is not None:
            message = f"pulumi (process {holder}) is still at work on this stack. Run the command again when it ended."
            raise Refused(message)
        if lock.exists():
            say("a killed run had left its lock on the stack: taking it away")
            pulumi(environment, "cancel", "--yes", "--stack", lock.parent.name)
    end_orphans(folder)


def _holder(lock: Path) -> int | None:
    """The living process on this machine that holds a lock of the file backend."""
    try:
        written: dict[str, Any] = json.loads(lock.read_text())
    except (OSError, ValueError):
        return None
    pid = int(written.get("pid", 0))
    here = written.get("hostname", socket.gethostname()) == socket.gethostname()
    return pid if here and pid and _alive(pid) else None


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def is_cut_off(folder: Folder) -> bool:
    """Whether a run that was killed while it wrote has left a stack's state unreadable."""
    stacks = folder.pulumi_state / ".pulumi" / "stacks"
    # The file backend keeps attributes of each file in one beside it, and reads neither without the other.
    for state in (*stacks.rglob("*.json"), *stacks.rglob("*.json.attrs")):
        try:
            json.loads(state.read_text())
        except ValueError:
            return True
    return False


def creations_of_unknown_result(environment: Mapping[str, str]) -> list[str]:
    """Names of the resources whose creation a killed engine had begun, and whose result it never learned."""
    done = pulumi(environment, "stack", "export", "--stack", STACK)
    if done.returncode:
        message = f"pulumi could not read the state of stack `{STACK}`:\n{done.stdout}"
        raise Refused(message)
    deployment: dict[str, Any] = json.loads(done.stdout).get("deployment") or {}
    operations: list[dict[str, Any]] = deployment.get("pending_operations") or []
    urns = [str(operation["resource"]["urn"]) for operation in operations if operation["type"] == "creating"]
    return [urn.rpartition("::")[2] for urn in urns]


def outputs(environment: Mapping[str, str]) -> dict[str, Any]:
    """What the stack exports.

    Raises:
        Refused: the stack is not up.
    """
    done = pulumi(environment, "stack", "output", "--json", "--stack", STACK)
    found: dict[str, Any] = json.loads(done.stdout) if done.returncode == 0 else {}
    if not found:
        message = (
            f"stack `{STACK}` has no outputs: it is not up. Run `make up`.\n{done.stdout if done.returncode else ''}"
        )
        raise Refused(message.strip())
    return found


def up(environment: Mapping[str, str]) -> None:
    """Bring the stack to what its files say; Pulumi's own words go to the terminal."""
    done = pulumi(environment, "up", "--yes", "--skip-preview", "--stack", STACK, "--suppress-outputs", quiet=False)
    if done.returncode:
        message = (
            "`pulumi up` did not succeed: what it says is above. What it made is kept and known; "
            "mend the cause and run `make up` again."
        )
        raise Refused(message)
