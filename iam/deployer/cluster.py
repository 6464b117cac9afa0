"""What a deployer does with EKS, EMR on EKS and the roles of a platform.

Sources: Service Authorization Reference of EKS, IAM and EMR on EKS; EMR on EKS guide, "Enable cluster access" (what
EMR needs of its caller to make its own access entry, and the conditions on it); EKS User Guide, "Using service-linked
roles" and "Grant a user permissions to pass a role".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from emr.cluster_role import SERVICE_LINKED_ROLE, SERVICE_PRINCIPAL
from iam import names
from iam.deployer.scope import Scope, allow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iam.documents import Statement

MANAGED_POLICIES = (
    "AmazonEC2ContainerRegistryPullOnly",
    "AmazonEKSClusterPolicy",
    "AmazonEKSVPCResourceController",
    "AmazonEKSWorkerNodePolicy",
    "AmazonEKS_CNI_Policy",
    "service-role/AmazonEBSCSIDriverPolicy",
)
"""The managed policies of AWS that a role of the platform may get; no other one."""

ADMIN_POLICY = "AmazonEKSClusterAdminPolicy"
"""EKS's access policy of an administrator (EKS User Guide, "Review access policy permissions")."""

_LINKED = ("eks.amazonaws.com", "eks-nodegroup.amazonaws.com", SERVICE_PRINCIPAL)
_PASSED = {
    "cluster": ("eks.amazonaws.com",),
    "node": ("ec2.amazonaws.com", "eks.amazonaws.com"),
    "flows": ("vpc-flow-logs.amazonaws.com",),
    "audit": ("cloudtrail.amazonaws.com",),
    "cni": ("eks.amazonaws.com", "pods.eks.amazonaws.com"),
    "ebs": ("eks.amazonaws.com", "pods.eks.amazonaws.com"),
}
_EKS = (
    "CreateAddon",
    "CreateCluster",
    "CreateNodegroup",
    "DeleteAddon",
    "DeleteCluster",
    "DeleteNodegroup",
    "DescribeAddon",
    "DescribeCluster",
    "DescribeNodegroup",
    "DescribeUpdate",
    "ListUpdates",
    "TagResource",
    "UntagResource",
    "UpdateAddon",
    "UpdateClusterConfig",
    "UpdateClusterVersion",
    "UpdateNodegroupConfig",
    "UpdateNodegroupVersion",
)
_IAM = (
    "CreateRole",
    "DeleteRole",
    "DeleteRolePolicy",
    "GetRole",
    "GetRolePolicy",
    "ListAttachedRolePolicies",
    "ListInstanceProfilesForRole",
    "ListRolePolicies",
    "ListRoleTags",
    "PutRolePolicy",
    "TagRole",
    "UntagRole",
    "UpdateAssumeRolePolicy",
    "UpdateRole",
    "UpdateRoleDescription",
)
_OIDC = (
    "AddClientIDToOpenIDConnectProvider",
    "CreateOpenIDConnectProvider",
    "DeleteOpenIDConnectProvider",
    "GetOpenIDConnectProvider",
    "RemoveClientIDFromOpenIDConnectProvider",
    "TagOpenIDConnectProvider",
    "UntagOpenIDConnectProvider",
    "UpdateOpenIDConnectProviderThumbprint",
)
_VIRTUAL_CLUSTERS = (
    "DeleteVirtualCluster",
    "DescribeVirtualCluster",
    "ListJobRuns",
    "ListManagedEndpoints",
    "TagResource",
    "UntagResource",
    "UpdateVirtualCluster",
)
_ENTRIES = ("DeleteAccessEntry", "DescribeAccessEntry", "ListAssociatedAccessPolicies", "UpdateAccessEntry")


def statements(scope: Scope) -> list[Statement]:
    """The statements about the cluster, virtual clusters, and the roles of the platform."""
    parts = ("addon", "nodegroup")
    cluster = [scope.arn("eks", f"cluster/{scope.platform}")]
    cluster += [scope.arn("eks", f"{part}/{scope.platform}/*") for part in parts]
    policies = [f"arn:{scope.partition}:iam::aws:policy/{policy}" for policy in MANAGED_POLICIES]
    linked = scope.iam_arn("role/aws-service-role/*")
    ours = {"ArnEquals": {"iam:PolicyARN": policies}}
    services = {"StringEquals": {"iam:AWSServiceName": list(_LINKED)}}
    return [
        allow("Cluster", "eks", _EKS, cluster),
        # What versions of add-ons there are belongs to no cluster.
        allow("AddonVersions", "eks", ["DescribeAddonConfiguration", "DescribeAddonVersions"], "*"),
        # A virtual cluster has no ARN before EMR has made it.
        allow("MakeVirtualClusters", "emr-containers", ["CreateVirtualCluster"], "*", scope.tagging),
        allow("FindVirtualClusters", "emr-containers", ["ListVirtualClusters"], "*"),  # a list has no ARN
        allow("VirtualClusters", "emr-containers", _VIRTUAL_CLUSTERS, _of_emr(scope), scope.tagged),
        allow("Roles", "iam", _IAM, scope.roles),
        allow("PoliciesOfRoles", "iam", ["AttachRolePolicy", "DetachRolePolicy"], scope.roles, ours),
        *_passing(scope),
        allow("ServiceLinkedRoles", "iam", ["CreateServiceLinkedRole"], linked, services),
        allow("FindServiceLinkedRoles", "iam", ["GetRole"], linked),
        allow("FindRoles", "iam", ["ListRoles"], "*"),  # a list has no ARN
        allow("OidcProvider", "iam", _OIDC, scope.iam_arn("oidc-provider/oidc*eks*")),
    ]


def entries(scope: Scope, principals: Sequence[str]) -> list[Statement]:
    """The statements about access entries of administrators, and only of those."""
    if not principals:
        return []
    of_cluster = scope.arn("eks", f"cluster/{scope.platform}")
    of_entries = [_entry(scope, principal) for principal in principals]
    named = {"ArnEquals": {"eks:principalArn": list(principals)}}
    cluster_admin = f"arn:{scope.partition}:eks::aws:cluster-access-policy/{ADMIN_POLICY}"
    admin = {"StringEquals": {"eks:policyArn": cluster_admin, "eks:accessScope": "cluster"}}
    return [
        allow("MakeEntries", "eks", ["CreateAccessEntry"], of_cluster, named),
        allow("Entries", "eks", [*_ENTRIES, "TagResource", "UntagResource"], of_entries),
        allow("Admins", "eks", ["AssociateAccessPolicy", "DisassociateAccessPolicy"], of_entries, admin),
    ]


def entry_of_emr(scope: Scope, namespaces: Sequence[str]) -> list[Statement]:
    """The rights with which EMR makes its own access entry, for the namespaces of tenants and no others."""
    entry = _entry(scope, _role_of_emr(scope))
    tenants = {
        "StringEquals": {"eks:accessScope": "namespace"},
        "ForAllValues:StringEquals": {"eks:namespaces": sorted(namespaces)},
    }
    emr = {"ArnEquals": {"eks:principalArn": _role_of_emr(scope)}}
    of_cluster = scope.arn("eks", f"cluster/{scope.platform}")
    reading = ["DeleteAccessEntry", "DescribeAccessEntry", "ListAssociatedAccessPolicies"]
    return [
        allow("MakeEntryOfEmr", "eks", ["CreateAccessEntry"], of_cluster, emr),
        allow("EntryOfEmr", "eks", reading, entry),
        allow("TenantsOfEmr", "eks", ["AssociateAccessPolicy", "DisassociateAccessPolicy"], entry, tenants),
    ]


def no_entry_of_emr(scope: Scope) -> Statement:
    """The denial that keeps EMR to aws-auth: an entry of its own would take precedence over it."""
    return {
        "Sid": "EmrComesInByAwsAuth",
        "Effect": "Deny",
        "Action": "eks:CreateAccessEntry",
        "Resource": scope.arn("eks", f"cluster/{scope.platform}"),
        "Condition": {"ArnEquals": {"eks:principalArn": _role_of_emr(scope)}},
    }


def _entry(scope: Scope, principal: str) -> str:
    """Pattern of the ARN of a principal's access entry; the last part is EKS's own."""
    account, resource = principal.split(":")[4:6]
    kind, name = resource.split("/")[0], resource.rsplit("/", 1)[-1]
    return scope.arn("eks", f"access-entry/{scope.platform}/{kind}/{account}/{name}/*")


def _role_of_emr(scope: Scope) -> str:
    return scope.iam_arn(f"role/aws-service-role/{SERVICE_PRINCIPAL}/{SERVICE_LINKED_ROLE}")


def _of_emr(scope: Scope) -> str:
    return scope.arn("emr-containers", "/virtualclusters/*")


def _passing(scope: Scope) -> list[Statement]:
    """Each role is handed to the services that act as it, and to no other."""
    services: dict[tuple[str, ...], list[str]] = {}
    for purpose, given in _PASSED.items():
        role = scope.iam_arn(f"role/{names.platform_role(scope.platform, purpose)}")
        services.setdefault(given, []).append(role)
    return [
        allow(f"PassRoles{number}", "iam", ["PassRole"], roles, {"StringEquals": {"iam:PassedToService": list(given)}})
        for number, (given, roles) in enumerate(services.items(), start=1)
    ]
