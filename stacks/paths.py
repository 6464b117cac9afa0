"""Paths as people know them."""

from __future__ import annotations

from pathlib import Path

_CHECKOUT = Path(__file__).parent.parent


def shown(path: Path) -> str:
    """A path of the checkout as seen from its root; any other one in full."""
    return str(path.relative_to(_CHECKOUT)) if path.is_relative_to(_CHECKOUT) else str(path)
