"""Kubernetes quantities: `500m`, `6`, `4000Gi`.

Source: Kubernetes API reference, "Quantity"; "Resource units in Kubernetes".
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Literal

from emr.fault import Fault

Resource = Literal["cpu", "memory"]
"""What a quantity counts: CPUs or bytes."""

_SUFFIXES = {
    "n": Fraction(1, 10**9),
    "u": Fraction(1, 10**6),
    "m": Fraction(1, 1000),
    "": Fraction(1),
    **{suffix: Fraction(1000**power) for power, suffix in enumerate("kMGTPE", start=1)},
    **{f"{suffix}i": Fraction(1024**power) for power, suffix in enumerate("KMGTPE", start=1)},
}
_QUANTITY = re.compile(
    r"(?P<number>\d+(?:\.\d*)?|\.\d+)(?:(?P<suffix>[numkMGTPE]|[KMGTPE]i)|[eE](?P<power>[+-]?\d{1,2}))?"
)
_FINEST = {"cpu": Fraction(1, 1000), "memory": Fraction(1)}
_ALLOWED = {
    "cpu": 'a number of CPUs such as "6", "0.5" or "500m"',
    "memory": 'a number of bytes such as "512Mi", "48Gi" or "4G"',
}
_WHY = {
    "cpu": "Kubernetes counts CPUs in thousandths",
    "memory": "Kubernetes counts whole bytes; Ki, Mi, Gi, Ti are powers of 1024, k, M, G, T of 1000",
}


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


def check_quantity(text: str, resource: Resource) -> list[Fault]:
    """What keeps a text from being a positive amount of a resource."""
    try:
        amount = quantity(text)
    except ValueError:
        write = _ALLOWED[resource]
    else:
        if amount > 0 and (amount / _FINEST[resource]).denominator == 1:
            return []
        write = (
            "more than nothing" if amount == 0 else "a whole number of thousandths" if resource == "cpu" else "Mi for m"
        )
    return [Fault(given=repr(text), allowed=_ALLOWED[resource], why=_WHY[resource], write=write)]
