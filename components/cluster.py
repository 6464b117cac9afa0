"""The EKS cluster of a platform, with EMR let in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws
import pulumi_eks as eks

from components import versions
from components.aws_auth_mapping import AwsAuthMapping, AwsAuthMappingArgs
from components.secrets_key import SecretsKey, SecretsKeyArgs
from components.service_role import ServiceRole, ServiceRoleArgs
from components.system_nodes import SystemNodes, SystemNodesArgs
from iam import keys, names, trust
from iam.documents import render
from spec.foundation import ClusterSpec
from spec.place import Place

_LOG_TYPES = ("api", "audit", "authenticator", "controllerManager", "scheduler")
# Security groups for pods need the second policy, which pulumi-eks would leave out of a role of its own.
_POLICIES = ("AmazonEKSClusterPolicy", "AmazonEKSVPCResourceController")
_VPC_CNI: dict[str, Any] = {
    "enableNetworkPolicy": "true",
    "env": {
        "ENABLE_POD_ENI": "true",
        "NETWORK_POLICY_ENFORCING_MODE": "standard",
        "POD_SECURITY_GROUP_ENFORCING_MODE": "standard",
    },
}


@dataclass(frozen=True, kw_only=True)
class ClusterArgs:
    """What the cluster is like, and where it lives."""

    spec: ClusterSpec
    """Access, nodes and logs."""
    place: Place
    """Platform, account and Region; the cluster has the platform's name."""
    vpc_id: pulumi.Input[str]
    """VPC of the control plane's interfaces and of the nodes."""
    private_subnet_ids: Sequence[pulumi.Input[str]]
    """Private subnets, one a zone."""
    allow_data_loss: bool
    """Whether destroying the stack takes cluster, key and logs with it."""


class Cluster(pulumi.ComponentResource):
    """A private, encrypted, logging EKS cluster whose add-ons and system nodes come up in their order."""

    name: pulumi.Output[str]
    """Name of the cluster, known once EMR may act in it."""
    kubeconfig: pulumi.Output[str]
    """How to reach the API server, as JSON; credentials come from `aws eks get-token`."""
    security_group_id: pulumi.Output[str]
    """The security group that EKS made for control plane and nodes."""
    oidc_issuer: pulumi.Output[str]
    """OIDC issuer, host and path without `https://`."""
    oidc_provider_arn: pulumi.Output[str]
    """ARN of the IAM OIDC provider."""

    def __init__(self, name: str, args: ClusterArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenancy:index:Cluster", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        cluster = self._control_plane()
        entered = self._let_emr_in(cluster)
        self._nodes(cluster)
        self.oidc_issuer = cluster.oidc_issuer
        provider = aws.iam.OpenIdConnectProvider(
            f"{name}-oidc",
            url=self.oidc_issuer.apply(lambda issuer: f"https://{issuer}"),
            client_id_lists=[trust.AUDIENCE],
            opts=self._child,
        )
        self.name = pulumi.Output.all(*entered).apply(lambda _: args.place.platform)
        self.kubeconfig = cluster.kubeconfig_json
        self.security_group_id = cluster.cluster_security_group_id
        self.oidc_provider_arn = provider.arn
        self.register_outputs(
            {
                "name": self.name,
                "kubeconfig": self.kubeconfig,
                "securityGroupId": self.security_group_id,
                "oidcIssuer": self.oidc_issuer,
                "oidcProviderArn": self.oidc_provider_arn,
            }
        )

    def _control_plane(self) -> eks.Cluster:
        name, args, place = self._name, self._args, self._args.place
        key = SecretsKey(f"{name}-secrets", SecretsKeyArgs(place=place, retain=not args.allow_data_loss), self._child)
        role = ServiceRole(
            f"{name}-control-plane",
            ServiceRoleArgs(
                role_name=names.platform_role(place.platform, "cluster"),
                service="eks.amazonaws.com",
                managed_policy_arns=[f"arn:{place.partition}:iam::aws:policy/{policy}" for policy in _POLICIES],
                permissions=key.arn.apply(lambda arn: render(keys.use_of_secrets_key(arn))),
            ),
            self._child,
        )
        # EKS would make the group itself, and keep its logs for ever.
        logs = aws.cloudwatch.LogGroup(
            f"{name}-logs",
            name=f"/aws/eks/{place.platform}/cluster",
            retention_in_days=args.spec.log_retention_days,
            opts=pulumi.ResourceOptions(parent=self, retain_on_delete=not args.allow_data_loss),
        )
        return eks.Cluster(
            f"{name}-eks",
            name=place.platform,
            version=versions.KUBERNETES,
            vpc_id=args.vpc_id,
            private_subnet_ids=args.private_subnet_ids,
            service_role=role.role,
            authentication_mode=eks.AuthenticationMode.API_AND_CONFIG_MAP,
            endpoint_private_access=True,
            endpoint_public_access=bool(args.spec.public_access_cidrs),
            public_access_cidrs=list(args.spec.public_access_cidrs) or None,
            enabled_cluster_log_types=list(_LOG_TYPES),
            encryption_config_key_arn=key.arn,
            deletion_protection=not args.allow_data_loss,
            bootstrap_self_managed_addons=False,
            use_default_vpc_cni=True,
            coredns_addon_options=eks.CoreDnsAddonOptionsArgs(enabled=False),
            kube_proxy_addon_options=eks.KubeProxyAddonOptionsArgs(enabled=False),
            skip_default_node_group=True,
            skip_default_security_groups=True,
            create_oidc_provider=False,
            enable_config_map_mutable=True,
            opts=pulumi.ResourceOptions(
                parent=self, depends_on=[role, logs], transforms=[_leave_aws_auth_to_its_entries]
            ),
        )

    def _let_emr_in(self, cluster: eks.Cluster) -> list[pulumi.Output[str]]:
        """Let EMR in by one way, never by both; what is returned is known once it is in."""
        name = cluster.urn.apply(lambda _: self._args.place.platform)
        if self._args.spec.emr_access == "accessEntry":
            return [name]
        mapping = AwsAuthMapping(
            f"{self._name}-emr",
            AwsAuthMappingArgs(place=self._args.place, cluster_name=name),
            self._child,
        )
        return [name, mapping.username]

    def _nodes(self, cluster: eks.Cluster) -> None:
        """Bring up add-ons and nodes: a node is ready only with its network, DNS only with nodes."""
        before = [
            self._addon(cluster, "vpc-cni", versions.VPC_CNI, _VPC_CNI),
            self._addon(cluster, "kube-proxy", versions.KUBE_PROXY),
            self._addon(cluster, "eks-pod-identity-agent", versions.POD_IDENTITY_AGENT),
        ]
        nodes = SystemNodes(
            f"{self._name}-system",
            SystemNodesArgs(
                spec=self._args.spec.system_nodes,
                place=self._args.place,
                cluster=cluster,
                subnet_ids=self._args.private_subnet_ids,
                network=before,
            ),
            self._child,
        )
        self._addon(cluster, "coredns", versions.COREDNS, after=[nodes])

    def _addon(
        self,
        cluster: eks.Cluster,
        addon: str,
        version: str,
        configuration: dict[str, Any] | None = None,
        after: Sequence[pulumi.Resource] = (),
    ) -> eks.Addon:
        return eks.Addon(
            f"{self._name}-{addon}",
            cluster=cluster,
            addon_name=addon,
            addon_version=version,
            configuration_values=configuration,
            resolve_conflicts_on_create="OVERWRITE",
            resolve_conflicts_on_update="OVERWRITE",
            opts=pulumi.ResourceOptions(parent=self, depends_on=list(after)),
        )


def _leave_aws_auth_to_its_entries(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
    """Pulumi-eks owns the text of ConfigMap aws-auth: an update would take out what others have added to it."""
    if args.type_ != "kubernetes:core/v1:ConfigMap":
        return None
    ignored = pulumi.ResourceOptions(ignore_changes=["data"])
    return pulumi.ResourceTransformResult(args.props, pulumi.ResourceOptions.merge(args.opts, ignored))
