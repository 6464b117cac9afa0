"""Which container images are run for real, and by which command on this machine.

One table decides both: pods with such an image belong to the process kubelet, all others to kwok (`kwok.py`).
"""

from __future__ import annotations

import json
import os
import re
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Document = dict[str, Any]

_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, kw_only=True)
class Image:
    """One row of the table."""

    pattern: str
    """Regular expression, found anywhere in a container's image; of the part that Python and Go (RE2) share."""
    command: tuple[str, ...]
    """What stands for the image's entry point; the container's args follow."""
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    """What the image itself sets (ENV); the container's own variables win, except that search paths are joined."""


def spark() -> tuple[Image, ...]:
    """Return the table for EMR's images, which the local Spark distribution stands for."""
    command = (sys.executable, "-P", "-m", "local.spark.container")
    # A container has a home of its own, so the cache where Spark lies must be named.
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    environment = {"PYTHONPATH": str(_ROOT), "XDG_CACHE_HOME": cache}
    return (
        Image(pattern="/spark/emr-", command=command, environment=environment),
        Image(pattern="/fluentd/emr-", command=(*command, "fluentd"), environment=environment),
    )


def karpenter(program: Path) -> tuple[Image, ...]:
    """Return the table for Karpenter's controller, which upstream's build for kwok stands for (karpenter.py)."""
    command = (sys.executable, "-P", "-m", "local.control_plane.karpenter", str(program))
    return (Image(pattern="/karpenter/controller[:@]", command=command, environment={"PYTHONPATH": str(_ROOT)}),)


def all_known(programs: Mapping[str, Path]) -> tuple[Image, ...]:
    """Return the whole table; `programs` are the engine's."""
    return (*spark(), *karpenter(programs["karpenter"]))


def find(images: Sequence[Image], name: str) -> Image | None:
    """Return the first row that the image `name` matches."""
    return next((image for image in images if re.search(image.pattern, name)), None)


def is_known(images: Sequence[Image], pod: Document) -> bool:
    """Whether the process kubelet runs the pod: any of its containers or init containers has a known image."""
    spec = pod["spec"]
    containers: list[Document] = [*spec["containers"], *spec.get("initContainers", [])]
    return any(find(images, container.get("image", "")) for container in containers)


def selector(images: Sequence[Image]) -> str:
    """Return `is_known` in kwok's language (jq as of gojq): it yields something for such a pod, else nothing."""
    patterns = "|".join(f"({image.pattern})" for image in images)
    return f"(.spec.containers[]?, .spec.initContainers[]?).image | select(test({json.dumps(patterns)}))"


def to_documents(images: Sequence[Image]) -> list[Document]:
    """Return the table as JSON."""
    return [asdict(image) for image in images]


def from_documents(documents: Sequence[Document]) -> tuple[Image, ...]:
    """Read what `to_documents` wrote."""
    return tuple(
        Image(pattern=row["pattern"], command=tuple(row["command"]), environment=row["environment"])
        for row in documents
    )
