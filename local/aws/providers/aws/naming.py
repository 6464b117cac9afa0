"""Physical names made from logical ones, as pulumi-aws makes them: `<logical name>-<7 hexadecimal digits>`."""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from local.aws.providers.aws.rows import AutoName

_DIGITS: Final = 7
_SUFFIX: Final = 26
"""What Terraform appends to a name prefix: a time stamp and a counter, 26 digits in all."""


def generate(naming: AutoName, logical_name: str, seed: bytes) -> str:
    """Give the name; the same seed gives the same name. Raise `ValueError` if it is too long for the service."""
    digits = hashlib.sha256(seed).hexdigest() if seed else secrets.token_hex(_DIGITS)
    base = logical_name.lower() if naming.lower else logical_name
    name = naming.form.format(f"{base}-{digits[:_DIGITS]}")
    if len(name) > naming.limit:
        raise ValueError(
            f"the generated name {name} has {len(name)} characters, allowed are {naming.limit}; "
            f"give `{naming.name}` or a shorter logical name",
        )
    return name


def from_prefix(prefix: str) -> str:
    """Give a new name that begins with the prefix."""
    return prefix + secrets.token_hex(_SUFFIX // 2)
