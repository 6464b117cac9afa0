"""An IAM role that an AWS service assumes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from iam import trust
from iam.documents import render


@dataclass(frozen=True, kw_only=True)
class ServiceRoleArgs:
    """Who assumes the role, and what it may do."""

    role_name: str
    """Name of the role in the account."""
    service: str
    """Principal of the service, such as `eks.amazonaws.com`."""
    managed_policy_arns: Sequence[str]
    """ARNs of managed policies; each one's last part names its attachment."""
    permissions: pulumi.Input[str] | None = None
    """A policy document of the role's own; none by default."""
    condition: Mapping[str, Mapping[str, str]] | None = None
    """On what condition the service assumes it; by default on none but the service's own checks."""


class ServiceRole(pulumi.ComponentResource):
    """A role together with its policies: whatever depends on the component gets it complete."""

    role: aws.iam.Role
    """The role itself."""

    def __init__(self, name: str, args: ServiceRoleArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenancy:index:ServiceRole", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.role = aws.iam.Role(
            f"{name}-role",
            name=args.role_name,
            assume_role_policy=render(trust.service(args.service, args.condition)),
            opts=child,
        )
        for arn in args.managed_policy_arns:
            aws.iam.RolePolicyAttachment(
                f"{name}-{arn.rpartition('/')[2]}", role=self.role.name, policy_arn=arn, opts=child
            )
        if args.permissions is not None:
            aws.iam.RolePolicy(
                f"{name}-permissions",
                name="permissions",
                role=self.role.name,
                policy=args.permissions,
                opts=child,
            )
        self.register_outputs({"roleArn": self.role.arn})
