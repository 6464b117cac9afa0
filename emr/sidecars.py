"""Containers beside Spark's: sidecars that end with the main container, and init containers that fill a volume.

A sidecar that does not end by itself keeps the pod, and so its node, until EMR cleans it up.

Source: EMR on EKS Development Guide, "Using pod templates", "Sidecar considerations": the main container touches a
file in the volume `emr-container-communicate` every two seconds. The script is ours; the guide's figures are its
defaults.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from emr.fault import Fault
from emr.pod_templates import check_template, containers, is_main

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from emr.spark_sizes import Role

Document = dict[str, Any]
"""A template, or a part of one, as YAML has it."""

VOLUME = "emr-container-communicate"
"""The emptyDir that EMR gives every pod, where the main container leaves its heartbeat."""
MOUNT_PATH = "/var/log/fluentd"
"""Where the main container has that volume; sidecars may mount it elsewhere."""
HEARTBEAT_FILE = "main-container-terminated"
"""File in the volume that the main container touches every two seconds while it runs."""

FOLLOW = """\
file="$HEARTBEAT_FILE"
"$@" &
command=$!
finish() {
    trap '' TERM
    kill -TERM "$command" 2>/dev/null
    { sleep "$GRACE_SECONDS"; kill -KILL "$command"; } >/dev/null 2>&1 &
    killer=$!
    wait "$command"
    kill "$killer" 2>/dev/null
    exit "$1"
}
trap 'finish 143' TERM
last=$(date +%s)
limit="$FIRST_HEARTBEAT_SECONDS"
status=1
while kill -0 "$command" 2>/dev/null; do
    if beat=$(stat -c %Y "$file" 2>/dev/null); then
        last="$beat"
        limit="$HEARTBEAT_SECONDS"
        status=0
    fi
    if [ "$(($(date +%s) - last))" -gt "$limit" ]; then
        echo "no heartbeat in $file for more than $limit seconds: ending" >&2
        finish "$status"
    fi
    sleep "$POLL_SECONDS" >/dev/null 2>&1 &
    wait $!
done
wait "$command"
"""
"""Runs a command (its arguments) as long as the main container lives: a script for any POSIX shell with `stat -c`.

It exits with 0 after the last heartbeat, with 1 if none ever came, and with the command's own status if that ends
first. The command gets SIGTERM, and SIGKILL after the grace.
"""


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How long a sidecar waits for the main container, all in whole seconds."""

    first_heartbeat: int = 60
    """For the first heartbeat."""
    heartbeat: int = 15
    """Between two of them."""
    poll: int = 10
    """Until it looks again."""
    grace: int = 10
    """Between SIGTERM and SIGKILL for its own command."""

    @property
    def longest_end(self) -> int:
        """The most seconds that a sidecar outlives the main container."""
        return self.heartbeat + self.poll + self.grace


@dataclass(frozen=True, kw_only=True)
class Companion:
    """What a sidecar or init container runs, and where."""

    name: str
    """Name of the container, one of its kind in the pod."""
    image: str
    """Its image; a sidecar's has `sh`, `stat`, `date` and `sleep`."""
    command: Sequence[str]
    """What it runs, each argument apart."""
    mounts: Mapping[str, str] = field(default_factory=dict[str, str])
    """Path of each volume that it mounts, by the volume's name."""


def sidecar(companion: Companion, patience: Patience | None = None) -> Document:
    """A container that runs its command until the main container ends."""
    waits = patience or Patience()
    path = companion.mounts.get(VOLUME, MOUNT_PATH)
    environment = {
        "HEARTBEAT_FILE": f"{path}/{HEARTBEAT_FILE}",
        "FIRST_HEARTBEAT_SECONDS": str(waits.first_heartbeat),
        "HEARTBEAT_SECONDS": str(waits.heartbeat),
        "POLL_SECONDS": str(waits.poll),
        "GRACE_SECONDS": str(waits.grace),
    }
    return {
        "name": companion.name,
        "image": companion.image,
        "command": ["sh", "-c", FOLLOW, companion.name, *companion.command],
        "env": [{"name": name, "value": value} for name, value in environment.items()],
        "volumeMounts": _mounts({**companion.mounts, VOLUME: path}),
    }


def init_container(companion: Companion) -> Document:
    """A container that runs before Spark's and ends by itself; it fills a volume that others mount too."""
    return {
        "name": companion.name,
        "image": companion.image,
        "command": list(companion.command),
        "volumeMounts": _mounts(companion.mounts),
    }


def shared_volume(name: str) -> Document:
    """An empty volume of a pod, by which its containers hand files to each other."""
    return {"name": name, "emptyDir": {}}


def check_sidecars(template: Document, role: Role) -> list[Fault]:
    """Sidecars that do not look for the main container's end, each under its path; of a template without faults."""
    if check_template(template, role):
        return []
    return list(_endless(template.get("spec") or {}, role))


def _endless(spec: Document, role: Role) -> Iterator[Fault]:
    for path, container in containers(spec):
        mounts: list[Document] = container.get("volumeMounts") or []
        mounted = {mount["name"] for mount in mounts}
        if path.startswith("containers") and not is_main(container, role) and VOLUME not in mounted:
            yield Fault(
                where=f"spec.{path}",
                given=f"sidecar {container['name']!r} without {VOLUME}",
                allowed=f"a sidecar that mounts {VOLUME} and ends when {HEARTBEAT_FILE} there grows old",
                why="a pod with a running sidecar is paid for after Spark has ended, until EMR cleans it up",
                write=f"volumeMounts: [{{name: {VOLUME}, mountPath: {MOUNT_PATH}}}], and a command that follows it",
            )


def _mounts(paths: Mapping[str, str]) -> list[Document]:
    return [{"name": name, "mountPath": path} for name, path in paths.items()]
