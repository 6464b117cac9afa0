"""CreateRole and UpdateAssumeRolePolicy refuse what IAM refuses: names, trust policies and their length.

Source: IAM User Guide, "IAM and AWS STS quotas"; IAM API reference, CreateRole.
"""

from __future__ import annotations

import re
from typing import Any

from moto.core.exceptions import ServiceException  # pyright: ignore[reportMissingTypeStubs]
from moto.iam.models import IAMBackend  # pyright: ignore[reportMissingTypeStubs]
from moto.iam.policy_validation import IAMTrustPolicyDocumentValidator  # pyright: ignore[reportMissingTypeStubs]

MOST_NAME = 64
MOST_TRUST_POLICY = 2048
"""The default quota, characters without white space."""
_CREATE: Any = IAMBackend.create_role
_UPDATE: Any = IAMBackend.update_assume_role_policy
_ERROR: Any = ServiceException
_VALIDATOR: Any = IAMTrustPolicyDocumentValidator


class _LimitExceededError(_ERROR):
    code = "LimitExceeded"


class _ExistsError(_ERROR):
    code = "EntityAlreadyExists"


class _InvalidError(_ERROR):
    code = "ValidationError"


def check_trust_policy(document: str) -> None:
    """Refuse a trust policy that IAM refuses."""
    _VALIDATOR(document).validate()
    if len(re.sub(r"\s", "", document)) > MOST_TRUST_POLICY:
        raise _LimitExceededError(f"Cannot exceed quota for ACLSizePerRole: {MOST_TRUST_POLICY}")


def _create(self: Any, role_name: str, assume_role_policy_document: str, *arguments: Any, **others: Any) -> Any:
    if len(role_name) > MOST_NAME:
        raise _InvalidError(
            f"1 validation error detected: Value '{role_name}' at 'roleName' failed to satisfy constraint: Member must "
            f"have length less than or equal to {MOST_NAME}",
        )
    if any(role.name.lower() == role_name.lower() for role in self.roles.values()):
        raise _ExistsError(f"Role with name {role_name} already exists.")
    check_trust_policy(assume_role_policy_document)
    return _CREATE(self, role_name, assume_role_policy_document, *arguments, **others)


def _update(self: Any, role_name: str, policy_document: str) -> None:
    check_trust_policy(policy_document)
    _UPDATE(self, role_name, policy_document)


def install() -> None:
    """Change moto's IAM."""
    IAMBackend.create_role = _create  # pyright: ignore[reportAttributeAccessIssue]
    IAMBackend.update_assume_role_policy = _update  # pyright: ignore[reportAttributeAccessIssue]
