"""KMS, as far as programs use keys. Grants are not here: what only a grant allows is denied.

Sources: Service Authorization Reference, "Actions, resources, and condition keys for AWS Key Management Service";
KMS Developer Guide, "Key policies in AWS KMS": identity policies count only as far as the key's policy lets them.
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from moto.kms.models import kms_backends  # pyright: ignore[reportMissingTypeStubs]

from local.aws.emulator.authorization.asks import Ask

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from local.aws.emulator.authorization.requests import Place, Rpc

_KMS: Any = kms_backends
KEY = frozenset(
    {
        "Decrypt",
        "DescribeKey",
        "Encrypt",
        "GenerateDataKey",
        "GenerateDataKeyWithoutPlaintext",
    }
)
"""Operations on a key, with the operation's name."""
OPERATIONS = KEY | {"GenerateRandom", "ListAliases", "ListKeys"}
_ID_LENGTH = 36  # moto's ciphertext begins with the key's id


def asks(call: Rpc, place: Place) -> Iterator[Ask]:
    """Give what a call asks for; a key that does not exist goes by the name it was asked for."""
    action = f"kms:{call.operation}"
    if call.operation not in KEY:
        yield Ask(action=action, resource="*")
        return
    given = str(call.parameters.get("KeyId") or _key_of(call.parameters))
    account = given.split(":")[4] if given.startswith("arn:") else place.account
    key = _find(account, place.region, given)
    if key is None:
        yield Ask(action=action, resource=given if given.startswith("arn:") else place.arn("kms", f"key/{given}"))
        return
    context: dict[str, Any] = {"kms:CallerAccount": place.account}
    encryption: Mapping[str, str] = call.parameters.get("EncryptionContext") or {}
    context |= {f"kms:EncryptionContext:{name}": value for name, value in encryption.items()}
    if encryption:
        context["kms:EncryptionContextKeys"] = list(encryption)
    policy: dict[str, Any] = json.loads(key.policy)
    yield Ask(action=action, resource=key.arn, context=context, owner=account, policy=policy, policy_rules=True)


def _key_of(parameters: Mapping[str, Any]) -> str:
    """The key that made a ciphertext."""
    content = base64.b64decode(parameters.get("CiphertextBlob", ""))
    return content[:_ID_LENGTH].decode("ascii", "replace")


def _find(account: str, region: str, given: str) -> Any | None:
    if account not in list(_KMS):
        return None
    backend: Any = _KMS[account][region]
    if "alias/" in given:
        given = backend.get_key_id_from_alias(backend.get_alias_name(given)) or ""
    return backend.keys.get(backend.get_key_id(given))
