"""Operations that moto lacks and that a stack calls when it changes something in place."""

from __future__ import annotations

import json
from typing import Any

from moto.core.responses import EmptyResult  # pyright: ignore[reportMissingTypeStubs]
from moto.iam.responses import IamResponse  # pyright: ignore[reportMissingTypeStubs]
from moto.kms.responses import KmsResponse  # pyright: ignore[reportMissingTypeStubs]
from moto.logs.responses import LogsResponse  # pyright: ignore[reportMissingTypeStubs]

from local.aws.emulator.moto_gaps import encrypted_logs

_Iam: Any = IamResponse
_Kms: Any = KmsResponse
_Logs: Any = LogsResponse
_Empty: Any = EmptyResult

_enable_rotation: Any = _Kms.enable_key_rotation
_rotation_status: Any = _Kms.get_key_rotation_status
_DEFAULT_PERIOD = 365  # days; AWS KMS API reference, EnableKeyRotation


def _clients(self: Any) -> list[str]:
    arn = self._get_param("OpenIDConnectProviderArn")
    return self.backend.get_open_id_connect_provider(arn).client_id_list


def _add_client(self: Any) -> Any:
    """AddClientIDToOpenIDConnectProvider: one that is there already is no error."""
    clients, client = _clients(self), self._get_param("ClientID")
    if client not in clients:
        clients.append(client)
    return _Empty()


def _remove_client(self: Any) -> Any:
    """RemoveClientIDFromOpenIDConnectProvider: one that is not there is no error."""
    clients, client = _clients(self), self._get_param("ClientID")
    if client in clients:
        clients.remove(client)
    return _Empty()


def _set_key(self: Any) -> str:
    """AssociateKmsKey, and DisassociateKmsKey, which names no key."""
    encrypted_logs.set_key(self.logs_backend, self._get_param("logGroupName"), self._get_param("kmsKeyId"))
    return ""


def _enable_key_rotation(self: Any) -> str:
    """EnableKeyRotation with RotationPeriodInDays."""
    answer = _enable_rotation(self)
    key = self.kms_backend.describe_key(self._get_param("KeyId"))
    key.rotation_period = self._get_param("RotationPeriodInDays") or _DEFAULT_PERIOD
    return answer


def _get_key_rotation_status(self: Any) -> str:
    """GetKeyRotationStatus with RotationPeriodInDays."""
    answer: dict[str, Any] = json.loads(_rotation_status(self))
    if answer["KeyRotationEnabled"]:
        key = self.kms_backend.describe_key(self._get_param("KeyId"))
        answer["RotationPeriodInDays"] = getattr(key, "rotation_period", _DEFAULT_PERIOD)
    return json.dumps(answer)


def install() -> None:
    """Add the operations to moto's classes; before the first request. A second time changes nothing."""
    _Iam.add_client_id_to_open_id_connect_provider = _add_client
    _Iam.remove_client_id_from_open_id_connect_provider = _remove_client
    _Logs.associate_kms_key = _set_key
    _Logs.disassociate_kms_key = _set_key
    _Kms.enable_key_rotation = _enable_key_rotation
    _Kms.get_key_rotation_status = _get_key_rotation_status
