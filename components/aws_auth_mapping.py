"""EMR's way into a cluster: its service-linked role, mapped to Kubernetes user `emr-containers`."""

from dataclasses import dataclass

import pulumi

from components.aws_auth_entry import AwsAuthEntry, AwsAuthEntryArgs
from components.service_linked_role import ServiceLinkedRole, ServiceLinkedRoleArgs
from emr.cluster_role import SERVICE_LINKED_ROLE, SERVICE_PRINCIPAL, USER
from spec.place import Place


@dataclass(frozen=True, kw_only=True)
class AwsAuthMappingArgs:
    """Into which cluster EMR is let."""

    place: Place
    """Platform, account and Region."""
    cluster_name: pulumi.Input[str]
    """An EKS cluster of that account and Region which reads ConfigMap aws-auth: ours or another."""


class AwsAuthMapping(pulumi.ComponentResource):
    """One entry of ConfigMap aws-auth; all others are left as they are.

    The service-linked role is the account's: it is made if absent, and stays when the stack goes. EMR would make an
    access entry of its own if whoever makes virtual clusters may; that entry would take precedence over this one.
    """

    username: pulumi.Output[str]
    """The Kubernetes user as which EMR acts, known once it may."""

    def __init__(self, name: str, args: AwsAuthMappingArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenancy:index:AwsAuthMapping", name, None, opts)
        role = ServiceLinkedRole(
            f"{name}-service-linked-role",
            ServiceLinkedRoleArgs(aws_service_name=SERVICE_PRINCIPAL),
            pulumi.ResourceOptions(parent=self),
        )
        entry = AwsAuthEntry(
            f"{name}-entry",
            AwsAuthEntryArgs(
                cluster_name=args.cluster_name,
                role_arn=f"arn:{args.place.partition}:iam::{args.place.account}:role/{SERVICE_LINKED_ROLE}",
                username=USER,
            ),
            pulumi.ResourceOptions(parent=self, depends_on=[role]),
        )
        self.username = entry.username
        self.register_outputs({"username": self.username})
