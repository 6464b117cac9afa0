"""Beginning the session of a role: how long it lasts, what narrows it, how STS answers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from local.aws.emulator import policies, principals
from local.aws.emulator.sts.errors import StsError, denied, invalid_parameter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from iam.evaluation import Document

_LONGEST_CHAINED = 3600  # STS API reference, AssumeRole: with role chaining, one hour at most


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a request asks for, beside who asks."""

    role: Any
    """moto's role."""
    name: str
    """RoleSessionName."""
    seconds: int
    """How long the session shall last."""
    policies: tuple[Document, ...]
    """Session policies: what the session may do at most."""
    tags: Mapping[str, str]
    """Session tags."""


def wish(parameters: Mapping[str, Any], refusal: str, *, chained: bool = False) -> Wish:
    """Read what is asked for; `refusal` is said of a role that does not exist: STS does not tell whether it does.

    Raises:
        StsError: ValidationError, MalformedPolicyDocument or AccessDenied.
    """
    arn: str = parameters["RoleArn"]
    role = _role(arn)
    if role is None:
        raise denied(refusal)
    seconds = parameters.get("DurationSeconds", _LONGEST_CHAINED)
    if chained and seconds > _LONGEST_CHAINED:
        raise invalid_parameter(
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining"
        )
    if seconds > int(role.max_session_duration or _LONGEST_CHAINED):
        raise invalid_parameter("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
    return Wish(
        role=role,
        name=parameters["RoleSessionName"],
        seconds=seconds,
        policies=tuple(_policies(parameters, role.account_id)),
        tags={tag["Key"]: tag["Value"] for tag in parameters.get("Tags", ())},
    )


def begin(asked: Wish, region: str, provider: str = "") -> principals.Session:
    """Begin the session; `provider` is the ARN of the OIDC provider behind it."""
    return principals.begin(
        asked.role.arn,
        asked.name,
        region,
        seconds=asked.seconds,
        policies=asked.policies,
        tags=asked.tags,
        provider=provider,
    )


def answer(operation: str, session: principals.Session, more: Mapping[str, str]) -> str:
    """The answer to an operation of the AssumeRole family, with members of its own."""
    caller = session.caller
    credentials = {
        "AccessKeyId": caller.access_key_id,
        "SecretAccessKey": caller.secret_access_key,
        "SessionToken": session.token,
        "Expiration": f"{session.expiration:%Y-%m-%dT%H:%M:%SZ}",
    }
    user = {"AssumedRoleId": caller.user_id, "Arn": caller.arn}
    result = f"<AssumedRoleUser>{_elements(user)}</AssumedRoleUser><Credentials>{_elements(credentials)}</Credentials>"
    return (
        f'<{operation}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/">'
        f"<{operation}Result>{result}{_elements(more)}</{operation}Result></{operation}Response>"
    )


def _elements(members: Mapping[str, str]) -> str:
    return "".join(f"<{name}>{escape(value)}</{name}>" for name, value in members.items())


def _role(arn: str) -> Any | None:
    parts = arn.split(":", 5)
    if len(parts) != 6 or parts[:4] != ["arn", principals.PARTITION, "iam", ""] or not parts[5].startswith("role/"):  # noqa: PLR2004 - an ARN has six parts
        raise invalid_parameter(f"{arn} is invalid")
    return principals.principal(arn)


def _policies(parameters: Mapping[str, Any], account: str) -> list[Document]:
    found = [_parsed(parameters["Policy"])] if "Policy" in parameters else []
    for descriptor in parameters.get("PolicyArns", ()):
        document = policies.managed(account, descriptor["arn"])
        if document is None:
            raise StsError("MalformedPolicyDocument", f"Policy {descriptor['arn']} does not exist")
        found.append(document)
    return found


def _parsed(text: str) -> Document:
    try:
        document: Any = json.loads(text)
    except ValueError as error:
        raise StsError("MalformedPolicyDocument", "Syntax errors in policy.") from error
    if not isinstance(document, dict) or "Statement" not in document:
        raise StsError("MalformedPolicyDocument", "Syntax errors in policy.")
    return document  # pyright: ignore[reportUnknownVariableType]
