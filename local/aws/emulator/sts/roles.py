"""AssumeRole: a user or a role session becomes the session of a role."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from local.aws.emulator.authorization.asks import Ask
from local.aws.emulator.authorization.verdicts import judge
from local.aws.emulator.sts import sessions
from local.aws.emulator.sts.errors import StsError, denied

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.aws.emulator.principals import Caller, Session
    from local.aws.emulator.sts.sessions import Wish

OPERATION = "AssumeRole"
_LACKS = ("SerialNumber", "TokenCode", "SourceIdentity", "TransitiveTagKeys", "ProvidedContexts")


def assume(caller: Caller | None, parameters: Mapping[str, Any], region: str) -> str:
    """Answer with the credentials of the session that `begin` begins.

    Raises:
        StsError: with STS's own code and message.
    """
    if caller is None:
        raise StsError("MissingAuthenticationToken", "Request is missing Authentication Token")
    for name in _LACKS:
        if name in parameters:
            raise StsError("NotImplementedException", f"The embedded cloud has no sts:{OPERATION} with {name}.")
    return sessions.answer(OPERATION, begin(caller, parameters, region), {})


def begin(caller: Caller, parameters: Mapping[str, Any], region: str) -> Session:
    """Judge the role's trust in the caller and the caller's right to assume it; begin the session.

    Raises:
        StsError: with STS's own code and message.
    """
    asked = sessions.wish(parameters, _refusal(caller, "AssumeRole", parameters["RoleArn"]), chained=caller.is_role)
    context = _context(asked, parameters)
    for action in ("AssumeRole", "TagSession")[: 2 if asked.tags else 1]:
        if not _may(caller, asked, action, context, region):
            raise denied(_refusal(caller, action, asked.role.arn))
    return sessions.begin(asked, region)


def _may(caller: Caller, asked: Wish, action: str, context: dict[str, Any], region: str) -> bool:
    """The role must trust the caller; its account's trust, and any trust across accounts, needs the caller's policies.

    Source: IAM User Guide, "Cross-account policy evaluation logic".
    """
    trust = json.loads(asked.role.assume_role_policy_document)
    ask = Ask(
        action=f"sts:{action}",
        resource=asked.role.arn,
        context=context,
        owner=asked.role.account_id,
        policy=trust,
        policy_rules=True,
    )
    return judge(caller, ask, region).allowed


def _context(asked: Wish, parameters: Mapping[str, Any]) -> dict[str, Any]:
    keys: dict[str, Any] = {"sts:RoleSessionName": asked.name, "sts:DurationSeconds": asked.seconds}
    keys |= {f"aws:RequestTag/{name}": value for name, value in asked.tags.items()}
    if asked.tags:
        keys["aws:TagKeys"] = list(asked.tags)
    if "ExternalId" in parameters:
        keys["sts:ExternalId"] = parameters["ExternalId"]
    return keys


def _refusal(caller: Caller, action: str, role_arn: str) -> str:
    return f"User: {caller.arn} is not authorized to perform: sts:{action} on resource: {role_arn}"
