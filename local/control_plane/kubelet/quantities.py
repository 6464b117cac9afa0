"""Kubernetes' quantities, such as `500m`, `2Gi` and `1e3` (API reference, Quantity)."""

from __future__ import annotations

import math
from decimal import Decimal

_SUFFIXES = {
    **{f"{letter}i": Decimal(1024) ** power for power, letter in enumerate("KMGTPE", 1)},
    **{letter: Decimal(1000) ** power for power, letter in enumerate("kMGTPE", 1)},
    **{letter: Decimal(1000) ** -power for power, letter in enumerate("mun", 1)},
}


def parse(text: str) -> Decimal:
    """Return the number that `text` stands for; the API server has refused what is no quantity."""
    for suffix, factor in _SUFFIXES.items():
        if text.endswith(suffix):
            return Decimal(text.removesuffix(suffix)) * factor
    return Decimal(text)


def divide(text: str, divisor: str) -> str:
    """Return `text` in units of `divisor`, rounded up, as resourceFieldRef gives it; divisor `0` means 1."""
    return str(math.ceil(parse(text) / (parse(divisor) or 1)))
