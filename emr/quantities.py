"""Kubernetes quantities: `500m`, `6`, `512Mi`.

Source: Kubernetes API reference, "Quantity"; "Resource units in Kubernetes".
"""

from __future__ import annotations

import re
from fractions import Fraction

_SUFFIXES = {
    "n": Fraction(1, 10**9),
    "u": Fraction(1, 10**6),
    "m": Fraction(1, 1000),
    "": Fraction(1),
    **{suffix: Fraction(1000**power) for power, suffix in enumerate("kMGTPE", start=1)},
    **{f"{suffix}i": Fraction(1024**power) for power, suffix in enumerate("KMGTPE", start=1)},
}
_QUANTITY = re.compile(
    r"(?P<number>[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:(?P<suffix>[numkMGTPE]|[KMGTPE]i)|[eE](?P<power>[+-]?[0-9]{1,2}))?"
)


def quantity(text: str) -> Fraction:
    """The number a quantity means, in CPUs or bytes.

    Raises:
        ValueError: the text is no quantity.
    """
    found = _QUANTITY.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is not a Kubernetes quantity such as 500m, 6 or 4000Gi")
    scale = Fraction(10) ** int(found["power"]) if found["power"] else _SUFFIXES[found["suffix"] or ""]
    return Fraction(found["number"]) * scale


def cpu_text(amount: Fraction) -> str:
    """CPUs as Kubernetes prints them: `7`, `500m`."""
    return str(amount.numerator) if amount.denominator == 1 else f"{float(amount * 1000):g}m"


def memory_text(amount: Fraction) -> str:
    """Bytes as Kubernetes prints them: `2867Mi`, `24Gi`."""
    for suffix in ("Ti", "Gi", "Mi", "Ki"):
        if amount and (amount / _SUFFIXES[suffix]).denominator == 1:
            return f"{amount / _SUFFIXES[suffix]}{suffix}"
    return str(round(amount))
