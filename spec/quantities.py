"""Whether a text is an amount of a resource that can be asked for."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from emr.fault import Fault
from emr.quantities import quantity

Resource = Literal["cpu", "memory"]
"""What a quantity counts: CPUs or bytes."""

_FINEST = {"cpu": Fraction(1, 1000), "memory": Fraction(1)}
_ALLOWED = {
    "cpu": 'a number of CPUs such as "6", "0.5" or "500m"',
    "memory": 'a number of bytes such as "512Mi", "48Gi" or "4G"',
}
_WHY = {
    "cpu": "Kubernetes counts CPUs in thousandths",
    "memory": "Kubernetes counts whole bytes; Ki, Mi, Gi, Ti are powers of 1024, k, M, G, T of 1000",
}


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
