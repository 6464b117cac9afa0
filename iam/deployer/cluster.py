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
    from collections.abc import Mapping, Sequence

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

NAMESPACE_ADMIN_POLICY = "AmazonEKSAdminPolicy"
"""EKS's access policy of an administrator of namespaces (same page)."""

_LINKED = ("eks.amazonaws.com", "eks-nodegroup.amazonaws.com", SERVICE_PRINCIPAL, "spot.amazonaws.com")
_PASSED = {
    "cluster": ("eks.amazonaws.com",),
    "node": ("ec2.amazonaws.com", "eks.amazonaws.com"),
    "flows": ("vpc-flow-logs.amazonaws.com",),
    "audit": ("cloudtrail.amazonaws.com",),
    "cni": ("eks.amazonaws.com", "pods.eks.amazonaws.com"),
    "ebs": ("eks.amazonaws.com", "pods.eks.amazonaws.com"),
}
PURPOSES = tuple(_PASSED)
"""What the platform's own roles are for, those of its nodes for jobs and of Karpenter apart."""

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
    """The statements about a cluster that the stack makes."""
    parts = ("addon", "nodegroup")
    cluster = [scope.cluster_arn, *(scope.arn("eks", f"{part}/{scope.cluster}/*") for part in parts)]
    return [
        allow("Cluster", "eks", _EKS, cluster),
        # What versions of add-ons there are belongs to no cluster.
        allow("AddonVersions", "eks", ["DescribeAddonConfiguration", "DescribeAddonVersions"], "*"),
        allow("OidcProvider", "iam", _OIDC, scope.iam_arn("oidc-provider/oidc*eks*")),
    ]


def of_others(scope: Scope) -> list[Statement]:
    """The statements about a cluster that is there already: node groups come to it, and nothing else changes it."""
    parts = [scope.cluster_arn, scope.arn("eks", f"nodegroup/{scope.cluster}/*")]
    operations = ["DescribeCluster", "TagResource", "UntagResource", *(each for each in _EKS if "Nodegroup" in each)]
    return [allow("Cluster", "eks", operations, parts)]


def identities(scope: Scope) -> list[Statement]:
    """The statements about virtual clusters, and about the roles of the platform and its tenants."""
    policies = [f"arn:{scope.partition}:iam::aws:policy/{policy}" for policy in MANAGED_POLICIES]
    linked = scope.iam_arn("role/aws-service-role/*")
    ours = {"ArnEquals": {"iam:PolicyARN": policies}}
    services = {"StringEquals": {"iam:AWSServiceName": list(_LINKED)}}
    return [
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
    ]


def entries(
    scope: Scope, admins: Sequence[str], of_namespaces: Mapping[str, Sequence[str]], nodes: Sequence[str] = ()
) -> list[Statement]:
    """The statements about access entries of administrators, and only of those.

    Args:
        scope: the platform.
        admins: ARNs of the roles that administer the cluster.
        of_namespaces: the namespaces that other roles administer, by the ARNs of the roles.
        nodes: ARNs of roles of nodes, whose entries take no policy.
    """
    principals = [*admins, *of_namespaces, *nodes]
    if not principals:
        return []
    policies = f"arn:{scope.partition}:eks::aws:cluster-access-policy"
    linking = ["AssociateAccessPolicy", "DisassociateAccessPolicy"]
    of_entries = [_entry(scope, principal) for principal in principals]
    named = {"ArnEquals": {"eks:principalArn": principals}}
    admin = {"StringEquals": {"eks:policyArn": f"{policies}/{ADMIN_POLICY}", "eks:accessScope": "cluster"}}
    found = [
        allow("MakeEntries", "eks", ["CreateAccessEntry"], scope.cluster_arn, named),
        allow("Entries", "eks", [*_ENTRIES, "TagResource", "UntagResource"], of_entries),
    ]
    if admins:
        found.append(allow("Admins", "eks", linking, of_entries[: len(admins)], admin))
    for number, (role, namespaces) in enumerate(of_namespaces.items(), start=1):
        limited = {
            "StringEquals": {"eks:policyArn": f"{policies}/{NAMESPACE_ADMIN_POLICY}", "eks:accessScope": "namespace"},
            "ForAllValues:StringEquals": {"eks:namespaces": sorted(namespaces)},
        }
        found.append(allow(f"NamespaceAdmin{number}", "eks", linking, _entry(scope, role), limited))
    return found


def entry_of_emr(scope: Scope, namespaces: Sequence[str]) -> list[Statement]:
    """The rights with which EMR makes its own access entry, for the namespaces of tenants and no others."""
    entry = _entry(scope, _role_of_emr(scope))
    tenants = {
        "StringEquals": {"eks:accessScope": "namespace"},
        "ForAllValues:StringEquals": {"eks:namespaces": sorted(namespaces)},
    }
    emr = {"ArnEquals": {"eks:principalArn": _role_of_emr(scope)}}
    reading = ["DeleteAccessEntry", "DescribeAccessEntry", "ListAssociatedAccessPolicies"]
    return [
        allow("MakeEntryOfEmr", "eks", ["CreateAccessEntry"], scope.cluster_arn, emr),
        allow("EntryOfEmr", "eks", reading, entry),
        allow("TenantsOfEmr", "eks", ["AssociateAccessPolicy", "DisassociateAccessPolicy"], entry, tenants),
    ]


def no_entry_of_emr(scope: Scope) -> Statement:
    """The denial that keeps EMR to aws-auth: an entry of its own would take precedence over it."""
    return {
        "Sid": "EmrComesInByAwsAuth",
        "Effect": "Deny",
        "Action": "eks:CreateAccessEntry",
        "Resource": scope.cluster_arn,
        "Condition": {"ArnEquals": {"eks:principalArn": _role_of_emr(scope)}},
    }


def _entry(scope: Scope, principal: str) -> str:
    """Pattern of the ARN of a principal's access entry; the last part is EKS's own."""
    account, resource = principal.split(":")[4:6]
    kind, name = resource.split("/")[0], resource.rsplit("/", 1)[-1]
    return scope.arn("eks", f"access-entry/{scope.cluster}/{kind}/{account}/{name}/*")


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
