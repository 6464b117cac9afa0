"""An IAM role that one Kubernetes service account assumes (IRSA)."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from iam import trust
from iam.documents import render


@dataclass(frozen=True, kw_only=True)
class ServiceAccountRoleArgs:
    """Who assumes the role, and what it may do."""

    role_name: str
    """Name of the role in the account."""
    oidc_provider_arn: pulumi.Input[str]
    """ARN of the IAM OIDC provider of the cluster."""
    oidc_issuer: pulumi.Input[str]
    """OIDC issuer of the cluster, host and path without `https://`."""
    service_account: str
    """The one service account: namespace, colon, name."""
    managed_policy_arn: str
    """ARN of the one managed policy."""


class ServiceAccountRole(pulumi.ComponentResource):
    """A role together with its policy: whatever uses `arn` gets it complete."""

    arn: pulumi.Output[str]
    """ARN of the role, known once it has its policy."""

    def __init__(self, name: str, args: ServiceAccountRoleArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenancy:index:ServiceAccountRole", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        subject = f"system:serviceaccount:{args.service_account}"
        document = pulumi.Output.all(args.oidc_provider_arn, args.oidc_issuer).apply(
            lambda known: render(trust.web_identity(provider_arn=known[0], issuer=known[1], subject=subject))
        )
        role = aws.iam.Role(f"{name}-role", name=args.role_name, assume_role_policy=document, opts=child)
        attached = aws.iam.RolePolicyAttachment(
            f"{name}-{args.managed_policy_arn.rpartition('/')[2]}",
            role=role.name,
            policy_arn=args.managed_policy_arn,
            opts=child,
        )
        self.arn = pulumi.Output.all(role.arn, attached.id).apply(lambda known: known[0])
        self.register_outputs({"arn": self.arn})
