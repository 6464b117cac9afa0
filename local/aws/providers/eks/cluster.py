"""`eks:index:Cluster`."""

from __future__ import annotations

import os
import shutil
from typing import Any

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as kubernetes

from local.aws.providers.eks import access, cluster_options
from local.aws.providers.eks.kubeconfig import kubeconfig
from local.aws.providers.eks.options import refusal


class Cluster(pulumi.ComponentResource):
    """An EKS cluster, a Kubernetes provider for it, and who may enter it."""

    def __init__(self, name: str, inputs: dict[str, Any], options: pulumi.ResourceOptions) -> None:
        cluster_options.check(name, inputs)
        _check_aws_cli()
        super().__init__("eks:index:Cluster", name, None, options)
        self._name, self._inputs = name, inputs
        self._subnet_ids = _subnet_ids(inputs)
        self._eks = self._cluster()
        mode = inputs.get("authenticationMode")
        self._kubernetes = kubernetes.Provider(
            f"{name}-eks-k8s",
            kubeconfig=pulumi.Output.json_dumps(self._kubeconfig(with_profile=True), separators=(",", ":")),
            enable_config_map_mutable=inputs.get("enableConfigMapMutable"),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self._aws_auth = self._config_map() if cluster_options.reads_config_map(mode) else None
        if cluster_options.has_access_entries(mode):
            access.access_entries(name, self._eks, inputs.get("accessEntries") or {}, self)
        self.state = self._state()
        self.register_outputs(self.state)

    def _cluster(self) -> aws.eks.Cluster:
        inputs, name = self._inputs, f"{self._name}-eksCluster"
        mode = inputs.get("authenticationMode")
        return aws.eks.Cluster(
            name,
            name=inputs.get("name"),
            version=inputs.get("version"),
            role_arn=pulumi.Output.from_input(inputs["serviceRole"]).apply(lambda role: role.arn),
            bootstrap_self_managed_addons=inputs.get("bootstrapSelfManagedAddons", True),
            vpc_config=aws.eks.ClusterVpcConfigArgs(
                subnet_ids=self._subnet_ids,
                endpoint_private_access=inputs.get("endpointPrivateAccess"),
                endpoint_public_access=inputs.get("endpointPublicAccess"),
                public_access_cidrs=inputs.get("publicAccessCidrs"),
            ),
            kubernetes_network_config=_network(inputs),
            enabled_cluster_log_types=inputs.get("enabledClusterLogTypes"),
            encryption_config=self._encryption(),
            access_config=aws.eks.ClusterAccessConfigArgs(
                authentication_mode=mode, bootstrap_cluster_creator_admin_permissions=True
            )
            if mode
            else None,
            upgrade_policy=inputs.get("upgradePolicy"),
            deletion_protection=inputs.get("deletionProtection"),
            tags=_all_tags(name, inputs),
            opts=pulumi.ResourceOptions(
                parent=self,
                ignore_changes=[
                    "accessConfig.bootstrapClusterCreatorAdminPermissions",
                    "bootstrapSelfManagedAddons",
                ],
            ),
        )

    def _encryption(self) -> Any:
        key = self._inputs.get("encryptionConfigKeyArn")
        if key is None:
            return None
        provider = aws.eks.ClusterEncryptionConfigProviderArgs(key_arn=key)
        return aws.eks.ClusterEncryptionConfigArgs(provider=provider, resources=["secrets"])

    def _kubeconfig(self, *, with_profile: bool) -> pulumi.Output[dict[str, Any]]:
        eks = self._eks
        authority = eks.certificate_authority.apply(lambda found: found.data)
        region = eks.arn.apply(lambda arn: arn.split(":")[3])
        return pulumi.Output.all(eks.name, eks.endpoint, authority, region, _credentials(self._inputs)).apply(
            lambda given: kubeconfig(
                given[0],
                given[1],
                given[2],
                given[3],
                role_arn=given[4].get("roleArn"),
                profile=given[4].get("profileName") if with_profile else None,
            )
        )

    def _config_map(self) -> kubernetes.core.v1.ConfigMap:
        inputs = self._inputs
        data: dict[str, Any] = {
            "mapRoles": pulumi.Output.all(inputs.get("roleMappings") or [], _arns(inputs)).apply(
                lambda given: access.map_roles(given[0], given[1])
            )
        }
        if users := inputs.get("userMappings"):
            data["mapUsers"] = pulumi.Output.from_input(users).apply(access.map_users)
        return kubernetes.core.v1.ConfigMap(
            f"{self._name}-nodeAccess",
            immutable=False,
            metadata={
                "name": "aws-auth",
                "namespace": "kube-system",
                "annotations": {"pulumi.com/patchForce": "true"},
            },
            data=data,
            opts=pulumi.ResourceOptions(parent=self, provider=self._kubernetes),
        )

    def _state(self) -> dict[str, Any]:
        users, eks = self._kubeconfig(with_profile=False), self._eks
        issuer = eks.identities.apply(_issuer)
        group = eks.vpc_config.apply(lambda config: config.cluster_security_group_id)
        return {
            "kubeconfig": users,
            "kubeconfigJson": pulumi.Output.json_dumps(users, separators=(",", ":")),
            "eksCluster": eks,
            "core": self._core(users),
            "instanceRoles": self._inputs.get("instanceRoles") or [],
            "clusterSecurityGroupId": group,
            "nodeSecurityGroupId": group,
            "clusterIngressRuleId": "",
            "defaultNodeGroupAsgName": "",
            "fargateProfileId": "",
            "fargateProfileStatus": "",
            "oidcProviderArn": "",
            "oidcProviderUrl": issuer,
            "oidcIssuer": issuer.apply(lambda url: url.removeprefix("https://")),
            "autoModeNodeRoleName": "",
        }

    def _core(self, users: pulumi.Output[dict[str, Any]]) -> dict[str, Any]:
        inputs = self._inputs
        entries: dict[str, Any] = inputs.get("accessEntries") or {}
        given = {name: inputs.get(name) for name in ("publicSubnetIds", "privateSubnetIds", "tags")}
        core: dict[str, Any] = {
            "cluster": self._eks,
            "vpcId": inputs["vpcId"],
            "subnetIds": self._subnet_ids,
            "endpoint": self._eks.endpoint,
            "provider": self._kubernetes,
            "kubeconfig": users,
            "instanceRoles": inputs.get("instanceRoles") or [],
            "nodeGroupOptions": {"version": inputs.get("version")},
            "clusterIamRole": inputs["serviceRole"],
            "accessEntries": [entries[key] for key in entries],
            "storageClasses": {},
            "eksNodeAccess": self._aws_auth,
            "encryptionConfig": self._encryption(),
        }
        return {name: value for name, value in (core | given).items() if value is not None}


def _check_aws_cli() -> None:
    if shutil.which("aws") is None:
        raise refusal(
            "pulumi-eks needs the AWS CLI: there is no `aws` on PATH, and the cluster's kubeconfig calls it for tokens"
        )


def _subnet_ids(inputs: dict[str, Any]) -> Any:
    if "subnetIds" in inputs:
        return inputs["subnetIds"]
    kinds: list[Any] = [inputs.get(name) or [] for name in ("publicSubnetIds", "privateSubnetIds")]
    return pulumi.Output.all(*kinds).apply(lambda both: [*both[0], *both[1]])


def _all_tags(name: str, inputs: dict[str, Any]) -> pulumi.Output[dict[str, str]]:
    given = pulumi.Output.all(inputs.get("clusterTags") or {}, inputs.get("tags") or {})
    return given.apply(lambda both: {"Name": name, **both[0], **both[1]})


def _network(inputs: dict[str, Any]) -> Any:
    family, services = inputs.get("ipFamily"), inputs.get("kubernetesServiceIpAddressRange")
    if family is None and services is None:
        return None
    return pulumi.Output.all(family or "ipv4", services).apply(
        lambda given: {"ipFamily": given[0], "serviceIpv4Cidr": given[1] if given[0] == "ipv4" else None}
    )


def _credentials(inputs: dict[str, Any]) -> Any:
    """As upstream: the option, else the profile that this process or the configuration names."""
    profile = os.environ.get("AWS_PROFILE") or pulumi.Config("aws").get("profile")
    return inputs.get("providerCredentialOpts") or ({"profileName": profile} if profile else {})


def _arns(inputs: dict[str, Any]) -> pulumi.Output[list[str]]:
    roles: pulumi.Output[list[Any]] = pulumi.Output.from_input(inputs.get("instanceRoles") or [])
    return roles.apply(lambda found: pulumi.Output.all(*[role.arn for role in found]))


def _issuer(identities: Any) -> str:
    return identities[0].oidcs[0].issuer if identities and identities[0].oidcs else ""
