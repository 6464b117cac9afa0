"""What the engine is: the programs that the embedded cloud runs, and where each came from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class Origin(StrEnum):
    """Where a program came from."""

    BUILT = "built"
    """Built by this call, or by another process while this call waited."""
    CACHE = "cache"
    """Built earlier."""
    USER = "user"
    """The user's own, from PATH or KUBEBUILDER_ASSETS."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """One program, definition or folder of the engine."""

    path: Path
    version: str
    origin: Origin


@dataclass(frozen=True, kw_only=True)
class Engine:
    """Everything that the embedded cloud runs."""

    parts: Mapping[str, Part]
    """Programs by name."""
    definitions: Mapping[str, Path]
    """CustomResourceDefinition files (YAML) by the plural name of the resource."""
    charts: Path
    """The folder with the Helm charts `karpenter` and `karpenter-crd`."""

    @property
    def programs(self) -> Mapping[str, Path]:
        """Paths of the programs by name. Links to them in one folder on PATH work together."""
        return {name: part.path for name, part in self.parts.items()}
