"""Who calls: IAM users and role sessions as moto's IAM and STS know them, and the policies they hold."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from moto.iam.models import iam_backends as _iam_backends  # pyright: ignore[reportMissingTypeStubs]
from moto.sts.models import sts_backends as _sts_backends  # pyright: ignore[reportMissingTypeStubs]

from iam.evaluation import Document, Principal, Request, evaluate_resource_policy

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
    session_policy: str | None = None
    """The policy that AssumeRole narrowed the session with, as JSON text."""

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
    return Caller(
        account=session.account_id,
        arn=session.arn,
        user_id=session.user_id,
        principal_arn=session.role_arn,
        access_key_id=session.access_key_id,
        secret_access_key=session.secret_access_key,
        session_policy=session.policy,
    )


def begin_session(role_arn: str, session_name: str, region: str) -> Caller:
    """Begin a session of a role, as AWS does for a service that acts with its service-linked role."""
    account = role_arn.split(":")[4]
    _forget_expired(account)
    session: Any = sts(account).assume_role(region, session_name, role_arn, None, 3600, None)
    return _session(session)


def _forget_expired(account: str) -> None:
    backend, keys = sts(account), iam(account).access_keys
    now = datetime.now(UTC)
    expired = [s for s in backend.assumed_roles if s.expiration.replace(tzinfo=UTC) <= now]
    backend.assumed_roles = [s for s in backend.assumed_roles if s not in expired]
    for session in expired:
        keys.pop(session.access_key_id, None)


def principal(arn: str) -> Any | None:
    """Find the IAM user or role of an ARN; None if there is none."""
    backend = iam(arn.split(":")[4])
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


def policies(caller: Caller) -> list[Document]:
    """The identity policies of a caller: inline and managed ones, a user's groups included."""
    backend = iam(caller.account)
    if caller.is_role:
        role = role_by_name(caller.account, caller.name)
        return _documents(role) if role is not None else []
    user = backend.get_user(caller.name)
    return [d for holder in (user, *backend.get_groups_for_user(caller.name)) for d in _documents(holder)]


def limits(caller: Caller) -> list[Document]:
    """What bounds a caller's policies: the permissions boundary of its role, the policy of its session."""
    found: list[Document] = []
    role = role_by_name(caller.account, caller.name) if caller.is_role else None
    if role is not None and role.permissions_boundary_arn:
        found.append(_default_version(iam(caller.account).get_policy(role.permissions_boundary_arn)))
    if caller.session_policy:
        found.append(json.loads(caller.session_policy))
    return found


def _documents(holder: Any) -> list[Document]:
    inline = [json.loads(text) for text in holder.policies.values()]
    return [*inline, *(_default_version(policy) for policy in holder.managed_policies.values())]


def _default_version(policy: Any) -> Document:
    version = next(v for v in policy.versions if v.version_id == policy.default_version_id)
    document: Document = json.loads(version.document)
    return document
