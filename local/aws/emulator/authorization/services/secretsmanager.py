"""Secrets Manager, as far as programs read and write the values of secrets.

Source: Service Authorization Reference, "Actions, resources, and condition keys for AWS Secrets Manager".
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from moto.secretsmanager.models import secretsmanager_backends  # pyright: ignore[reportMissingTypeStubs]

from local.aws.emulator.authorization.asks import Ask

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.aws.emulator.authorization.requests import Place, Rpc

_SECRETS: Any = secretsmanager_backends
SECRET = frozenset({"DescribeSecret", "GetSecretValue", "ListSecretVersionIds", "PutSecretValue"})
"""Operations on a secret, with the operation's name."""
OPERATIONS = SECRET | {"GetRandomPassword", "ListSecrets"}


def asks(call: Rpc, place: Place) -> Iterator[Ask]:
    """Give what a call asks for; a secret that does not exist goes by the name it was asked for."""
    action = f"secretsmanager:{call.operation}"
    if call.operation not in SECRET:
        yield Ask(action=action, resource="*")
        return
    given = str(call.parameters.get("SecretId", ""))
    account = given.split(":")[4] if given.startswith("arn:") else place.account
    secret = _SECRETS[account][place.region].secrets.get(given) if account in list(_SECRETS) else None
    arn: str = secret.arn if secret is not None else given
    tags: Any = (secret.tags or ()) if secret is not None else ()
    context: dict[str, Any] = {f"aws:ResourceTag/{tag['Key']}": tag["Value"] for tag in tags}
    context["secretsmanager:SecretId"] = arn
    for member in ("VersionId", "VersionStage"):
        if member in call.parameters:
            context[f"secretsmanager:{member}"] = call.parameters[member]
    policy: str | None = secret.policy if secret is not None else None
    yield Ask(
        action=action,
        resource=arn,
        context=context,
        owner=account,
        policy=json.loads(policy) if policy else None,
    )
