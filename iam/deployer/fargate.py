"""What a deployer does for tenants whose pods run on Fargate.

Sources: Service Authorization Reference of EKS; EKS User Guide, "Amazon EKS Pod execution IAM role", "Using roles for
Amazon EKS Fargate profiles" (the service-linked role).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam import names, trust
from iam.deployer.scope import Scope, allow

if TYPE_CHECKING:
    from iam.documents import Statement

POLICY = "AmazonEKSFargatePodExecutionRolePolicy"
"""The managed policy of AWS that a role of a Fargate profile gets: it pulls images."""

_LINKED = "eks-fargate.amazonaws.com"
_PROFILES = ("DeleteFargateProfile", "DescribeFargateProfile", "TagResource", "UntagResource")


def statements(scope: Scope) -> list[Statement]:
    """The statements about Fargate profiles and the roles that pull their pods' images."""
    roles = scope.iam_arn(f"role/{names.fargate_role(scope.platform, '*')}")
    profiles = scope.arn("eks", f"fargateprofile/{scope.cluster}/{names.fargate_profile(scope.platform, '*')}/*")
    policy = {"ArnEquals": {"iam:PolicyARN": f"arn:{scope.partition}:iam::aws:policy/{POLICY}"}}
    to_fargate = {"StringEquals": {"iam:PassedToService": ["eks.amazonaws.com", trust.FARGATE]}}
    linked = {"StringEquals": {"iam:AWSServiceName": _LINKED}}
    return [
        allow("MakeFargateProfiles", "eks", ["CreateFargateProfile"], scope.cluster_arn),
        allow("FargateProfiles", "eks", _PROFILES, profiles),
        allow("FargatePolicy", "iam", ["AttachRolePolicy", "DetachRolePolicy"], roles, policy),
        allow("PassFargateRoles", "iam", ["PassRole"], roles, to_fargate),
        allow(
            "FargateLinkedRole",
            "iam",
            ["CreateServiceLinkedRole"],
            scope.iam_arn(f"role/aws-service-role/{_LINKED}/*"),
            linked,
        ),
    ]
