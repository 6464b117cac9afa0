"""CreateLogGroup and AssociateKmsKey take a key only if its policy lets CloudWatch Logs use it for that log group.

Source: CloudWatch Logs User Guide, "Encrypt log data in CloudWatch Logs using KMS".
"""

from __future__ import annotations

from typing import Any

from moto.logs.exceptions import (  # pyright: ignore[reportMissingTypeStubs]
    InvalidParameterException,
    ResourceNotFoundException,
)
from moto.logs.models import LogsBackend  # pyright: ignore[reportMissingTypeStubs]

from local.aws.emulator.moto_gaps import services_rights
from local.aws.emulator.principals import PARTITION

_BACKEND: Any = LogsBackend
_INVALID: Any = InvalidParameterException
_NOT_FOUND: Any = ResourceNotFoundException
_CREATE: Any = _BACKEND.create_log_group
_ACTIONS = ("Encrypt", "Decrypt", "ReEncryptFrom", "ReEncryptTo", "GenerateDataKey", "DescribeKey")


def check(backend: Any, group: str, key: str) -> None:
    """Refuse a key that CloudWatch Logs may not use for a log group."""
    region, account = backend.region_name, backend.account_id
    arn = f"arn:{PARTITION}:logs:{region}:{account}:log-group:{group}"
    context = {"kms:EncryptionContext:aws:logs:arn": arn}
    if not services_rights.key_allows(f"logs.{region}.amazonaws.com", key, _ACTIONS, context):
        message = f"The specified KMS key does not exist or is not allowed to be used with LogGroup '{arn}'"
        raise _INVALID(message)


def _create(self: Any, log_group_name: str, tags: Any, **others: Any) -> Any:
    key = others.get("kmsKeyId")
    if key and log_group_name not in self.groups:
        check(self, log_group_name, key)
    return _CREATE(self, log_group_name, tags, **others)


def set_key(backend: Any, group_name: str, key: str | None) -> None:
    """Encrypt what a log group gets from now on with another key, or with none of the account's."""
    group = backend.groups.get(group_name)
    if group is None:
        raise _NOT_FOUND
    if key:
        check(backend, group_name, key)
    group.kms_key_id = key


def install() -> None:
    """Change moto's CloudWatch Logs."""
    _BACKEND.create_log_group = _create
