"""Who may enter the cluster: the data of ConfigMap aws-auth, and access entries."""

from __future__ import annotations

from typing import Any

import pulumi
import pulumi_aws as aws
import yaml

_NODE_USER = "system:node:{{EC2PrivateDNSName}}"
_NODE_GROUPS = ["system:bootstrappers", "system:nodes"]


class _Dumper(yaml.SafeDumper):
    """Indents lists within mappings, as the component's YAML library does."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:  # noqa: ARG002, FBT001, FBT002 (PyYAML's signature)
        return super().increase_indent(flow, indentless=False)


def _text(entries: list[dict[str, Any]]) -> str:
    return yaml.dump(entries, Dumper=_Dumper, sort_keys=False, width=2**31, default_flow_style=False)


def map_roles(mappings: list[dict[str, Any]], node_role_arns: list[str]) -> str:
    """`mapRoles`: the given mappings, then the roles of nodes; `[]` when there are none."""
    nodes = [{"roleArn": arn, "username": _NODE_USER, "groups": _NODE_GROUPS} for arn in node_role_arns]
    return _text(
        [
            {"rolearn": one["roleArn"], "username": one["username"], "groups": list(one["groups"])}
            for one in [*mappings, *nodes]
        ]
    )


def map_users(mappings: list[dict[str, Any]]) -> str:
    """`mapUsers`, which the component writes only when asked."""
    return _text(
        [{"userarn": one["userArn"], "username": one["username"], "groups": list(one["groups"])} for one in mappings]
    )


def access_entries(
    name: str, cluster: aws.eks.Cluster, entries: dict[str, dict[str, Any]], parent: pulumi.Resource
) -> None:
    """One access entry a key, and under it its policies."""
    for key, given in entries.items():
        entry = aws.eks.AccessEntry(
            f"{name}-{key}",
            cluster_name=cluster.name,
            principal_arn=given["principalArn"],
            kubernetes_groups=given.get("kubernetesGroups"),
            tags=given.get("tags"),
            type=given.get("type"),
            user_name=given.get("username"),
            opts=pulumi.ResourceOptions(parent=parent, depends_on=[cluster]),
        )
        policies: dict[str, dict[str, Any]] = given.get("accessPolicies") or {}
        for policy, association in policies.items():
            scope = association["accessScope"]
            aws.eks.AccessPolicyAssociation(
                f"{name}-{key}-{policy}",
                cluster_name=cluster.name,
                principal_arn=given["principalArn"],
                policy_arn=association["policyArn"],
                access_scope=aws.eks.AccessPolicyAssociationAccessScopeArgs(
                    type=scope["type"], namespaces=scope.get("namespaces")
                ),
                opts=pulumi.ResourceOptions(parent=entry, depends_on=[entry]),
            )
