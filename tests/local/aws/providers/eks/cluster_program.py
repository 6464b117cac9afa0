"""A program that declares one `eks.Cluster` as this project does."""

from __future__ import annotations

from typing import Any

import pulumi
import pulumi_aws as aws

EKS = "aws:eks/cluster:Cluster c-eksCluster"
PROVIDER = "pulumi:providers:kubernetes c-eks-k8s"
CONFIG_MAP = "kubernetes:core/v1:ConfigMap c-nodeAccess"


def options(**changes: Any) -> dict[str, Any]:
    given = {
        "name": "prod",
        "vpcId": "vpc-1",
        "privateSubnetIds": ["b", "c"],
        "publicSubnetIds": ["a"],
        "serviceRole": aws.iam.Role("service", assume_role_policy="{}"),
        "authenticationMode": "API_AND_CONFIG_MAP",
        "skipDefaultNodeGroup": True,
        "skipDefaultSecurityGroups": True,
        "createOidcProvider": False,
        "endpointPrivateAccess": True,
        "endpointPublicAccess": False,
        "enabledClusterLogTypes": ["api", "audit"],
        "encryptionConfigKeyArn": "arn:key",
        "instanceRoles": [aws.iam.Role("nodes", assume_role_policy="{}")],
        "roleMappings": [{"roleArn": "arn:r", "username": "u", "groups": []}],
        "useDefaultVpcCni": True,
        "bootstrapSelfManagedAddons": False,
        "corednsAddonOptions": {"enabled": False},
        "kubeProxyAddonOptions": {"enabled": False},
        "enableConfigMapMutable": True,
        "deletionProtection": True,
        "version": "1.35",
        "tags": {"team": "x"},
    }
    return {name: value for name, value in (given | changes).items() if value is not None}


def construct(engine: Any, **changes: Any) -> None:
    def program(provider: Any) -> Any:
        opts = pulumi.ResourceOptions(providers={"aws": aws.Provider("aws")})
        made = provider.construct("c", "eks:index:Cluster", options(**changes), opts)
        return pulumi.Output.from_input(made.urn)

    engine.run(program)
