"""The policies that a caller of AWS holds, and the tags of its role, as moto's IAM keeps them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from local.aws.emulator import principals

if TYPE_CHECKING:
    from iam.evaluation import Document
    from local.aws.emulator.principals import Caller


def identity(caller: Caller) -> dict[str, Document]:
    """The identity policies of a caller by name: inline and managed ones, a user's groups included."""
    backend = principals.iam(caller.account)
    if caller.is_role:
        role = principals.role_by_name(caller.account, caller.name)
        return documents(role) if role is not None else {}
    found = documents(backend.get_user(caller.name))
    for group in backend.get_groups_for_user(caller.name):
        found |= {f"{name} of group {group.name}": document for name, document in documents(group).items()}
    return found


def boundary(caller: Caller) -> dict[str, Document]:
    """The permissions boundary of a caller's role by its ARN; empty without one."""
    role = principals.role_by_name(caller.account, caller.name) if caller.is_role else None
    arn: str | None = role.permissions_boundary_arn if role is not None else None
    return {arn: managed(caller.account, arn) or {}} if arn else {}


def managed(account: str, arn: str) -> Document | None:
    """The default version of a managed policy; None if there is no such policy."""
    policy: Any = principals.iam(account).managed_policies.get(arn)
    return _default_version(policy) if policy is not None else None


def role_tags(caller: Caller) -> dict[str, str]:
    """The tags of a caller's role."""
    role = principals.role_by_name(caller.account, caller.name) if caller.is_role else None
    tags: Any = (role.tags or ()) if role is not None else ()
    return {tag["Key"]: tag["Value"] for tag in tags}


def documents(holder: Any) -> dict[str, Document]:
    """The inline and managed policies of a user, group or role, by what they are called."""
    inline: dict[str, Document] = {name: json.loads(text) for name, text in holder.policies.items()}
    return inline | {arn: _default_version(policy) for arn, policy in holder.managed_policies.items()}


def _default_version(policy: Any) -> Document:
    version = next(v for v in policy.versions if v.version_id == policy.default_version_id)
    document: Document = json.loads(version.document)
    return document
