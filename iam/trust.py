"""Trust policies: who may become a role.

Source: IAM User Guide, "AWS STS condition context keys"; EMR on EKS guide, "Using job execution roles". AWS CLI's
`update-role-trust-policy` writes the same statement without the audience and appends its own when it finds ours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam.documents import document

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from iam.documents import Document

    Condition = Mapping[str, Mapping[str, str]]

AUDIENCE = "sts.amazonaws.com"
"""The `aud` of the tokens that EKS projects for IAM, and the client id of a cluster's OIDC provider."""

POD_IDENTITY = "pods.eks.amazonaws.com"
"""The principal of EKS Pod Identity."""

FARGATE = "eks-fargate-pods.amazonaws.com"
"""The principal that acts as the execution role of pods on Fargate."""

LONGEST_ISSUER = "oidc-eks.ap-southeast-1.api.amazonwebservices.com.cn/id/" + "0" * 32
"""An issuer as long as any that EKS gives, for judging a document before the cluster exists."""


def web_identity(*, provider_arn: str, issuer: str, subject: str) -> Document:
    """Trust in the service accounts of one cluster that match a pattern.

    Args:
        provider_arn: ARN of the IAM OIDC provider of the cluster.
        issuer: the cluster's OIDC issuer, host and path without `https://`.
        subject: pattern of the tokens' `sub`, namespace and account name included.
    """
    return document(
        {
            "Effect": "Allow",
            "Principal": {"Federated": provider_arn},
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {
                "StringLike": {f"{issuer}:sub": subject},
                "StringEquals": {f"{issuer}:aud": AUDIENCE},
            },
        }
    )


def pod_identity(*, cluster_arn: str, namespace: str, service_accounts: Sequence[str]) -> Document:
    """Trust in EKS Pod Identity, for some service accounts of one namespace of one cluster.

    The guide's own statement names none of them, so that an association in any cluster of the account could take the
    role. The tags come with every session unless an association turns them off; such a one can not use this role.
    Source: EKS User Guide, "Create IAM role with trust policy required by EKS Pod Identity" and "Grant Pods access to
    AWS resources based on tags".
    """
    tags = {
        "eks-cluster-arn": cluster_arn,
        "kubernetes-namespace": namespace,
        "kubernetes-service-account": list(service_accounts),
    }
    return document(
        {
            "Effect": "Allow",
            "Principal": {"Service": POD_IDENTITY},
            "Action": ["sts:AssumeRole", "sts:TagSession"],
            "Condition": {"StringEquals": {f"aws:RequestTag/{key}": value for key, value in tags.items()}},
        }
    )


def either(*trusted: Document) -> Document:
    """Trust in whomever one of some policies trusts."""
    return document(*(statement for each in trusted for statement in each["Statement"]))


def service(name: str, condition: Condition | None = None) -> Document:
    """Trust in an AWS service, by its principal such as `eks.amazonaws.com`, perhaps on condition."""
    limits = {"Condition": condition} if condition else {}
    return document({"Effect": "Allow", "Principal": {"Service": name}, "Action": "sts:AssumeRole", **limits})
