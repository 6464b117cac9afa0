"""The operations of EKS that are handled, and by what."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from local.aws.emulator.eks import (
    access_entries,
    access_policies,
    addons,
    cluster_updates,
    clusters,
    fargate_profiles,
    node_groups,
    pod_identity,
    tags,
    updates,
    versions,
)
from local.aws.emulator.rest_json.service import Operation

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.aws.emulator.eks.core import Eks
    from local.aws.emulator.rest_json.service import Call

_NOT_OF_CLUSTERS = (
    "outpostConfig",
    "remoteNetworkConfig",
    "controlPlaneScalingConfig",
    "kubeApiServerConfig",
    "kubeSchedulerConfig",
    "kubeControllerManagerConfig",
)
_LACKS: dict[str, tuple[str, ...]] = {
    "CreateCluster": _NOT_OF_CLUSTERS,
    "UpdateClusterConfig": (*_NOT_OF_CLUSTERS, "computeConfig", "storageConfig", "kubernetesNetworkConfig"),
    "CreateNodegroup": ("remoteAccess", "warmPoolConfig"),
    "UpdateNodegroupConfig": ("warmPoolConfig",),
    "UpdateClusterVersion": ("rollback",),
}
_HANDLERS: dict[str, Callable[[Eks, Call, dict[str, Any]], dict[str, Any] | None]] = {
    "CreateCluster": clusters.create,
    "DescribeCluster": clusters.describe,
    "ListClusters": clusters.list_all,
    "DeleteCluster": clusters.delete,
    "UpdateClusterConfig": cluster_updates.update_config,
    "UpdateClusterVersion": cluster_updates.update_version,
    "DescribeUpdate": updates.describe,
    "ListUpdates": updates.list_all,
    "CreateNodegroup": node_groups.create,
    "DescribeNodegroup": node_groups.describe,
    "ListNodegroups": node_groups.list_all,
    "UpdateNodegroupConfig": node_groups.update_config,
    "UpdateNodegroupVersion": node_groups.update_version,
    "DeleteNodegroup": node_groups.delete,
    "CreateAddon": addons.create,
    "DescribeAddon": addons.describe,
    "ListAddons": addons.list_all,
    "UpdateAddon": addons.update,
    "DeleteAddon": addons.delete,
    "CreateAccessEntry": access_entries.create,
    "DescribeAccessEntry": access_entries.describe,
    "ListAccessEntries": access_entries.list_all,
    "UpdateAccessEntry": access_entries.update,
    "DeleteAccessEntry": access_entries.delete,
    "AssociateAccessPolicy": access_policies.associate,
    "DisassociateAccessPolicy": access_policies.disassociate,
    "ListAssociatedAccessPolicies": access_policies.list_associated,
    "CreatePodIdentityAssociation": pod_identity.create,
    "DescribePodIdentityAssociation": pod_identity.describe,
    "ListPodIdentityAssociations": pod_identity.list_all,
    "UpdatePodIdentityAssociation": pod_identity.update,
    "DeletePodIdentityAssociation": pod_identity.delete,
    "CreateFargateProfile": fargate_profiles.create,
    "DescribeFargateProfile": fargate_profiles.describe,
    "ListFargateProfiles": fargate_profiles.list_all,
    "DeleteFargateProfile": fargate_profiles.delete,
    "TagResource": tags.tag,
    "UntagResource": tags.untag,
    "ListTagsForResource": tags.list_all,
}
_STATELESS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "DescribeAddonVersions": addons.describe_versions,
    "DescribeAddonConfiguration": addons.describe_configuration,
    "DescribeClusterVersions": versions.describe,
    "ListAccessPolicies": access_policies.list_all,
}


def operations(eks: Eks) -> dict[str, Operation]:
    """The handled operations by name."""
    return {
        **{name: Operation(run=partial(run, eks), lacks=_LACKS.get(name, ())) for name, run in _HANDLERS.items()},
        **{name: Operation(run=_stateless(run)) for name, run in _STATELESS.items()},
    }


def _stateless(
    run: Callable[[dict[str, Any]], dict[str, Any]],
) -> Callable[[Call, dict[str, Any]], dict[str, Any]]:
    return lambda _call, params: run(params)
