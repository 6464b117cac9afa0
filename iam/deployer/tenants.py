"""What a deployer does for tenants beyond their roles and virtual clusters: policies of people, and Pod Identity.

Sources: Service Authorization Reference of IAM and EKS; EKS User Guide, "Grant a user permissions to pass a role".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam import names, trust
from iam.deployer.scope import Scope, allow

if TYPE_CHECKING:
    from iam.documents import Statement

_POLICIES = (
    "CreatePolicy",
    "CreatePolicyVersion",
    "DeletePolicy",
    "DeletePolicyVersion",
    "GetPolicy",
    "GetPolicyVersion",
    "ListPolicyVersions",
    "TagPolicy",
    "UntagPolicy",
)
_ASSOCIATIONS = (
    "DeletePodIdentityAssociation",
    "DescribePodIdentityAssociation",
    "TagResource",
    "UntagResource",
    "UpdatePodIdentityAssociation",
)


def statements(scope: Scope) -> list[Statement]:
    """The statements about the policies of tenants' people, and about associations of Pod Identity."""
    any_access = names.access_policy(scope.platform, "*", "*")
    job_roles = scope.iam_arn(f"role/{names.job_role(scope.platform, '*', '*')}")
    to_pods = {"StringEquals": {"iam:PassedToService": trust.POD_IDENTITY}}
    cluster = scope.arn("eks", f"cluster/{scope.platform}")
    associations = scope.arn("eks", f"podidentityassociation/{scope.platform}/*")
    return [
        allow("AccessPolicies", "iam", _POLICIES, scope.iam_arn(f"policy/{any_access}")),
        allow("MakeAssociations", "eks", ["CreatePodIdentityAssociation"], cluster),
        allow("Associations", "eks", _ASSOCIATIONS, associations),
        allow("PassJobRoles", "iam", ["PassRole"], job_roles, to_pods),
        allow("BoundRoles", "iam", ["PutRolePermissionsBoundary"], scope.roles),
    ]
