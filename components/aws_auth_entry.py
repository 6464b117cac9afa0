"""One entry of ConfigMap kube-system/aws-auth, as a resource among the entries of others."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi


@dataclass(frozen=True, kw_only=True)
class AwsAuthEntryArgs:
    """Who enters which cluster as whom."""

    cluster_name: pulumi.Input[str]
    """The EKS cluster; its authentication mode must read the ConfigMap. Another one is another entry."""
    role_arn: pulumi.Input[str]
    """ARN of the IAM role, without its path (aws-auth compares without). Another one is another entry."""
    username: pulumi.Input[str]
    """The Kubernetes user that the role's sessions act as."""
    groups: pulumi.Input[Sequence[pulumi.Input[str]]] = ()
    """The Kubernetes groups of that user; none by default."""


class AwsAuthEntry(pulumi.CustomResource):
    """Adds exactly one entry to `mapRoles` and removes exactly that one; every other byte stays."""

    username: pulumi.Output[str]
    """The Kubernetes user; known once the entry is there."""

    def __init__(self, name: str, args: AwsAuthEntryArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        props = {
            "clusterName": args.cluster_name,
            "roleArn": args.role_arn,
            "username": args.username,
            "groups": args.groups,
        }
        super().__init__("tenancy:index:AwsAuthEntry", name, props, opts)
        self.username = vars(self)["username"]
