"""CreateKey: keys are for encryption unless told otherwise (AWS KMS API reference)."""

from __future__ import annotations

from typing import Any

from moto.kms.models import KmsBackend  # pyright: ignore[reportMissingTypeStubs]

_CREATE: Any = KmsBackend.create_key


def _create(self: Any, policy: Any, key_usage: str | None, *arguments: Any, **others: Any) -> Any:
    return _CREATE(self, policy, key_usage or "ENCRYPT_DECRYPT", *arguments, **others)


def install() -> None:
    """Change moto's KMS."""
    KmsBackend.create_key = _create  # pyright: ignore[reportAttributeAccessIssue]
