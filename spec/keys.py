"""How fields are spelt in files and outputs."""

from __future__ import annotations


def key_of(field: str) -> str:
    """The key of a field: `requests_cpu` is written `requestsCpu`, as in every Pulumi language."""
    first, *others = field.split("_")
    return first + "".join(part.capitalize() for part in others)
