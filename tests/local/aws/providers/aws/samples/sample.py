"""A resource to try a row of the tables with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.local.aws.providers.aws.world import World


@dataclass(frozen=True)
class Sample:
    token: str
    inputs: Callable[[World], dict[str, Any]]
    """Inputs of a new resource; called anew for each."""
    changes: Callable[[World], dict[str, Any]] = field(default=lambda _: {})
    """Another value for each of its properties that can be updated."""
    case: str = ""
    adopts: bool = False
    """AWS itself takes a second creation as the same thing."""
    stays: bool = False
    """AWS keeps it after a deletion, in another state."""

    def __str__(self) -> str:
        return self.token.rsplit(":", 1)[-1] + (f" {self.case}" if self.case else "")
