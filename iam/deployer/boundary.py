"""What keeps whoever deploys from making job roles that no permissions boundary bounds.

Source: IAM User Guide, "Permissions boundaries for IAM entities", of delegating responsibility to others by boundaries
(the condition key `iam:PermissionsBoundary` and the actions that know it). A condition that a request's boundary is
none of some holds for a request without any, so that one is denied too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam import events, karpenter, names
from iam.deployer.cluster import PURPOSES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iam.deployer.scope import Scope
    from iam.documents import Statement

_GIVING = ("AttachRolePolicy", "CreateRole", "PutRolePermissionsBoundary", "PutRolePolicy")
_UNBINDING = ("DeleteRolePermissionsBoundary",)


def statements(scope: Scope, boundaries: Sequence[str], *, fargate: bool) -> list[Statement]:
    """The denials about every role that is not the platform's own.

    Args:
        scope: the platform.
        boundaries: ARNs of the policies, of which a job role must bear one.
        fargate: whether roles of Fargate profiles, which no job has the credentials of, are made too.
    """
    own = [names.platform_role(scope.platform, each) for each in (*PURPOSES, karpenter.PURPOSE, karpenter.WORKER)]
    own.append(events.bus_name(scope.platform))
    own += [names.fargate_role(scope.platform, "*")] if fargate else []
    others = [scope.iam_arn(f"role/{name}") for name in sorted(own)]
    unbound = {"StringNotEquals": {"iam:PermissionsBoundary": list(boundaries)}}
    return [
        {
            "Sid": "OnlyBoundRoles",
            "Effect": "Deny",
            "Action": [f"iam:{each}" for each in _GIVING],
            "NotResource": others,
            "Condition": unbound,
        },
        {
            "Sid": "BoundariesStay",
            "Effect": "Deny",
            "Action": [f"iam:{each}" for each in _UNBINDING],
            "NotResource": others,
        },
    ]
