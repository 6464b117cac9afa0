"""Who calls: IAM users and role sessions as moto's IAM and STS know them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from moto.iam.models import iam_backends as _iam_backends  # pyright: ignore[reportMissingTypeStubs]
from moto.sts.models import sts_backends as _sts_backends  # pyright: ignore[reportMissingTypeStubs]

from iam.evaluation import Document, Principal, Request, evaluate_resource_policy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_IAM: Any = _iam_backends
_STS: Any = _sts_backends
PARTITION = "aws"
"""The embedded cloud lives in the partition of the commercial regions."""


@dataclass(frozen=True, kw_only=True)
class Caller:
    """The identity behind an access key, as GetCallerIdentity tells it."""

    account: str
    """Twelve digits."""
    arn: str
    """ARN of the user, or of the role session (`arn:aws:sts::...:assumed-role/ROLE/SESSION`)."""
    user_id: str
    """`AIDA...` of a user, `AROA...:SESSION` of a role session."""
    principal_arn: str
    """The IAM ARN, with path: of the user, or of the role behind the session."""
    access_key_id: str
    """The access key the call was signed with."""
    secret_access_key: str
    """Its secret."""
    session_policies: tuple[Document, ...] = ()
    """The policies that narrow the session, together."""
    session_tags: Mapping[str, str] = field(default_factory=dict[str, str])
    """The tags it was begun with."""
    provider: str = ""
    """ARN of the OIDC provider whose token began the session; empty for other sessions."""
    way: Mapping[str, str] = field(default_factory=dict[str, str])
    """Condition keys that tell the way its call takes; empty for one that goes through no VPC endpoint."""

    @property
    def is_role(self) -> bool:
        """Whether this is a session of a role."""
        return ":role/" in self.principal_arn

    @property
    def name(self) -> str:
        """Name of the user or role, without path."""
        return self.principal_arn.rsplit("/", 1)[1]

    @property
    def principal_id(self) -> str:
        """The unique id of the user or role: a role made again under its old name has another."""
        return self.user_id.split(":")[0]

    @property
    def session_name(self) -> str:
        """Name of the role session; empty for a user."""
        return self.user_id.partition(":")[2]


def iam(account: str) -> Any:
    """Moto's IAM of an account."""
    return _IAM[account][PARTITION]


def sts(account: str) -> Any:
    """Moto's STS of an account."""
    return _STS[account][PARTITION]


def find(access_key_id: str) -> Caller | None:
    """Find whom an access key belongs to; None for an unknown, inactive or expired one."""
    for account in list(_IAM):
        user = iam(account).get_user_from_access_key_id(access_key_id)
        if user is not None:
            key = next(k for k in user.access_keys if k.access_key_id == access_key_id)
            return _user(user, key) if key.status == "Active" else None
    for account in list(_STS):
        session = sts(account).get_assumed_role_from_access_key(access_key_id)
        if session is not None and session.expiration.replace(tzinfo=UTC) > datetime.now(UTC):
            return _session(session)
    return None


def _user(user: Any, key: Any) -> Caller:
    return Caller(
        account=user.account_id,
        arn=user.arn,
        user_id=user.id,
        principal_arn=user.arn,
        access_key_id=key.access_key_id,
        secret_access_key=key.secret_access_key,
    )


def _session(session: Any) -> Caller:
    # Sessions that moto itself began (AssumeRoleWithSAML) have nothing of ours.
    own: dict[str, Any] = getattr(session, "own", {})
    return Caller(
        account=session.account_id,
        arn=session.arn,
        user_id=session.user_id,
        principal_arn=session.role_arn,
        access_key_id=session.access_key_id,
        secret_access_key=session.secret_access_key,
        session_policies=own.get("policies", ()),
        session_tags=own.get("tags", {}),
        provider=own.get("provider", ""),
    )


@dataclass(frozen=True, kw_only=True)
class Session:
    """A session of a role that has just begun."""

    caller: Caller
    """Whose calls it makes."""
    token: str
    """The session token that belongs to the access key."""
    expiration: datetime
    """When it ends, in UTC."""


def begin_session(role_arn: str, session_name: str, region: str) -> Caller:
    """Begin a session of a role, as AWS does for a service that acts with its service-linked role."""
    return begin(role_arn, session_name, region).caller


def begin(
    role_arn: str,
    session_name: str,
    region: str,
    *,
    seconds: int = 3600,
    policies: Sequence[Document] = (),
    tags: Mapping[str, str] | None = None,
    provider: str = "",
) -> Session:
    """Begin a session of a role whose trust in the caller is settled."""
    account = role_arn.split(":")[4]
    _forget_expired(account)
    session: Any = sts(account).assume_role(region, session_name, role_arn, None, seconds, None)
    session.own = {"policies": tuple(policies), "tags": dict(tags or {}), "provider": provider}
    return Session(
        caller=_session(session), token=session.session_token, expiration=session.expiration.replace(tzinfo=UTC)
    )


def _forget_expired(account: str) -> None:
    backend, keys = sts(account), iam(account).access_keys
    now = datetime.now(UTC)
    expired = [s for s in backend.assumed_roles if s.expiration.replace(tzinfo=UTC) <= now]
    backend.assumed_roles = [s for s in backend.assumed_roles if s not in expired]
    for session in expired:
        keys.pop(session.access_key_id, None)


def principal(arn: str) -> Any | None:
    """Find the IAM user or role of an ARN; None if there is none."""
    account = arn.split(":")[4]
    if account not in list(_IAM):
        return None
    backend = iam(account)
    known = [*backend.roles.values(), *backend.users.values()]
    return next((entity for entity in known if entity.arn == arn), None)


def role_by_name(account: str, name: str) -> Any | None:
    """Find a role by its name, which is unique in an account whatever the path."""
    return next((role for role in iam(account).roles.values() if role.name == name), None)


def trusts_service(role: Any, service: str) -> bool:
    """Say whether a role's trust policy lets an AWS service assume it."""
    return evaluate_resource_policy(
        json.loads(role.assume_role_policy_document),
        Principal(kind="Service", names=(service,)),
        Request(action="sts:AssumeRole", context={"aws:SourceAccount": role.account_id}),
    ).allowed
