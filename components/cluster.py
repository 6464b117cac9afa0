"""The EKS cluster of a platform, with EMR let in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws
import pulumi_eks as eks

from components import cluster_access, cluster_addons, versions
from components.aws_auth_mapping import AwsAuthMapping, AwsAuthMappingArgs
from components.key import Key, KeyArgs
from components.service_account_role import ServiceAccountRole, ServiceAccountRoleArgs
from components.service_role import ServiceRole, ServiceRoleArgs
from components.system_nodes import SystemNodes, SystemNodesArgs
from iam import keys, names, trust
from iam.documents import render
from spec.foundation import ClusterSpec
from spec.place import Place

_LOG_TYPES = ("api", "audit", "authenticator", "controllerManager", "scheduler")
# Security groups for pods need the second policy, which pulumi-eks would leave out of a role of its own.
_POLICIES = ("AmazonEKSClusterPolicy", "AmazonEKSVPCResourceController")


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
    pod_subnet_ids: Mapping[str, pulumi.Input[str]]
    """Subnets of pods by the letter of their zone."""
    service_cidr: str
    """IPv4 range of Services; EKS cannot change it later."""
    logs_key_arn: pulumi.Input[str]
    """ARN of the KMS key that encrypts the control plane's logs."""
    allow_data_loss: bool
    """Whether destroying the stack takes cluster, key and logs with it."""


class Cluster(pulumi.ComponentResource):
    """A private, encrypted, logging EKS cluster whose add-ons and system nodes come up in their order."""

    name: pulumi.Output[str]
    """Name of the cluster, known once EMR may act in it."""
    kubeconfig: pulumi.Output[str]
    """How to reach the API server, as JSON; credentials come from `aws eks get-token`."""
    security_group_id: pulumi.Output[str]
    """The security group that EKS made for control plane and nodes, known once add-ons and system nodes are there."""
    log_group: pulumi.Output[str]
    """Name of the log group of the control plane, its audit log among it."""
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
        made = cluster.urn.apply(lambda _: args.place.platform)
        cluster_access.admit(name, args.spec, args.place, made, self._child)
        self.oidc_issuer = cluster.oidc_issuer
        provider = aws.iam.OpenIdConnectProvider(
            f"{name}-oidc",
            url=self.oidc_issuer.apply(lambda issuer: f"https://{issuer}"),
            client_id_lists=[trust.AUDIENCE],
            opts=self._child,
        )
        self.name = pulumi.Output.all(*entered).apply(lambda _: args.place.platform)
        self.kubeconfig = cluster.kubeconfig_json
        self.oidc_provider_arn = provider.arn
        carried = self._nodes(cluster)
        self.security_group_id = pulumi.Output.all(cluster.cluster_security_group_id, *carried).apply(
            lambda known: known[0]
        )
        self.register_outputs(
            {
                "name": self.name,
                "kubeconfig": self.kubeconfig,
                "securityGroupId": self.security_group_id,
                "logGroup": self.log_group,
                "oidcIssuer": self.oidc_issuer,
                "oidcProviderArn": self.oidc_provider_arn,
            }
        )

    def _control_plane(self) -> eks.Cluster:
        name, args, place = self._name, self._args, self._args.place
        key = self._secrets_key()
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
            name=names.cluster_log_group(place.platform),
            retention_in_days=args.spec.log_retention_days,
            kms_key_id=args.logs_key_arn,
            opts=pulumi.ResourceOptions(parent=self, retain_on_delete=not args.allow_data_loss),
        )
        self.log_group = logs.name
        return eks.Cluster(
            f"{name}-eks",
            name=place.platform,
            version=args.spec.kubernetes_version,
            upgrade_policy=aws.eks.ClusterUpgradePolicyArgs(support_type=args.spec.support_type),
            vpc_id=args.vpc_id,
            private_subnet_ids=args.private_subnet_ids,
            kubernetes_service_ip_address_range=args.service_cidr,
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
                parent=self,
                depends_on=[role, logs],
                transforms=[_leave_aws_auth_to_its_entries],
                # EKS's own protection would stop a destroy only when the cluster's turn comes, after tenants and nodes.
                protect=not args.allow_data_loss,
            ),
        )

    def _secrets_key(self) -> Key:
        place = self._args.place
        return Key(
            f"{self._name}-secrets",
            KeyArgs(
                alias=f"{place.platform}-secrets",
                description=f"Kubernetes secrets of cluster {place.platform}",
                policy=keys.secrets_key(partition=place.partition, account=place.account),
                retain=not self._args.allow_data_loss,
            ),
            # What runs was made under this type; its children inherit the alias.
            pulumi.ResourceOptions(parent=self, aliases=[pulumi.Alias(type_="tenancy:index:SecretsKey")]),
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

    def _nodes(self, cluster: eks.Cluster) -> list[pulumi.Output[str]]:
        """Bring up add-ons and nodes: a node is ready only with its network, DNS only with nodes.

        What is returned is known once all of them are there.
        """
        args = self._args
        chosen = [*versions.NEEDED, *args.spec.addons]
        network = cluster_addons.network_plugin(args.place, args.pod_subnet_ids, cluster.cluster_security_group_id)
        told: dict[str, pulumi.Input[Mapping[str, Any]]] = {
            "vpc-cni": network,
            "aws-secrets-store-csi-driver-provider": cluster_addons.SECRETS,
        }
        later = cluster_addons.AFTER_NODES
        before = [self._addon(cluster, addon, told.get(addon)) for addon in chosen if addon not in later]
        nodes = SystemNodes(
            f"{self._name}-system",
            SystemNodesArgs(
                spec=args.spec.system_nodes,
                kubernetes_version=args.spec.kubernetes_version,
                place=args.place,
                cluster=cluster,
                subnet_ids=args.private_subnet_ids,
                network=before,
            ),
            self._child,
        )
        after = [self._addon(cluster, addon, told.get(addon), after=[nodes]) for addon in chosen if addon in later]
        return [nodes.ready, *(addon.urn for addon in (*before, *after))]

    def _addon(
        self,
        cluster: eks.Cluster,
        addon: str,
        configuration: pulumi.Input[Mapping[str, Any]] | None = None,
        after: Sequence[pulumi.Resource] = (),
    ) -> eks.Addon:
        return eks.Addon(
            f"{self._name}-{addon}",
            cluster=cluster,
            addon_name=addon,
            addon_version=versions.RELEASES[self._args.spec.kubernetes_version].addons[addon],
            configuration_values=configuration,
            service_account_role_arn=self._role_of(addon),
            resolve_conflicts_on_create="OVERWRITE",
            resolve_conflicts_on_update="OVERWRITE",
            opts=pulumi.ResourceOptions(parent=self, depends_on=list(after)),
        )

    def _role_of(self, addon: str) -> pulumi.Output[str] | None:
        """Make the role of an add-on that calls AWS, so that nodes need not hold its rights for every pod."""
        account, place = cluster_addons.ACCOUNTS.get(addon), self._args.place
        if account is None:
            return None
        role = ServiceAccountRole(
            f"{self._name}-{account.purpose}",
            ServiceAccountRoleArgs(
                role_name=names.platform_role(place.platform, account.purpose),
                oidc_provider_arn=self.oidc_provider_arn,
                oidc_issuer=self.oidc_issuer,
                service_account=account.service_account,
                managed_policy_arn=f"arn:{place.partition}:iam::aws:policy/{account.policy}",
            ),
            self._child,
        )
        return role.arn


def _leave_aws_auth_to_its_entries(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
    """Pulumi-eks owns the text of ConfigMap aws-auth: an update would take out what others have added to it."""
    if args.type_ != "kubernetes:core/v1:ConfigMap":
        return None
    ignored = pulumi.ResourceOptions(ignore_changes=["data"])
    return pulumi.ResourceTransformResult(args.props, pulumi.ResourceOptions.merge(args.opts, ignored))
