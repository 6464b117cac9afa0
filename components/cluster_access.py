"""Who may enter a cluster beside EMR and its nodes: access entries of named IAM roles."""

import hashlib
from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from iam.deployer import ADMIN_POLICY, NAMESPACE_ADMIN_POLICY
from spec.foundation import ClusterSpec
from spec.place import Place


def admit(
    name: str, spec: ClusterSpec, place: Place, cluster_name: pulumi.Input[str], options: pulumi.ResourceOptions
) -> None:
    """Make an access entry for each administrator, and for a deployer who does not make the cluster himself.

    Args:
        name: beginning of the entries' names.
        spec: who is let in.
        place: platform, account and Region.
        cluster_name: name of the cluster, known once it is there; EKS lets in who makes it.
        options: options of the entries.
    """
    deployer = [spec.deployer] if spec.deployer and spec.made_by == "other" else []
    every: dict[str, Sequence[str]] = dict.fromkeys((*deployer, *spec.admins), ())
    every |= {each.role: each.namespaces for each in spec.namespace_admins}
    for role, namespaces in every.items():
        logical = f"{name}-admin-{hashlib.sha256(role.encode()).hexdigest()[:8]}"
        entry = aws.eks.AccessEntry(logical, cluster_name=cluster_name, principal_arn=role, opts=options)
        _empower(logical, entry, namespaces, place, options)


def _empower(
    logical: str, entry: aws.eks.AccessEntry, namespaces: Sequence[str], place: Place, options: pulumi.ResourceOptions
) -> None:
    """Give an entry its policy on some namespaces, or on the whole cluster where none is named."""
    scope = aws.eks.AccessPolicyAssociationAccessScopeArgs(
        type="namespace" if namespaces else "cluster", namespaces=list(namespaces) or None
    )
    policy = NAMESPACE_ADMIN_POLICY if namespaces else ADMIN_POLICY
    aws.eks.AccessPolicyAssociation(
        f"{logical}-policy",
        cluster_name=entry.cluster_name,
        principal_arn=entry.principal_arn,
        policy_arn=f"arn:{place.partition}:eks::aws:cluster-access-policy/{policy}",
        access_scope=scope,
        opts=options,
    )
