"""The add-ons of EKS that the embedded cloud has: versions, and the schemas of their configuration.

Versions are some of those that EKS publishes for Kubernetes 1.35; the last is the newest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from local.aws.emulator.eks import versions
from local.aws.emulator.eks.core import INVALID
from local.aws.emulator.rest_json.errors import ServiceError

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_ANY_OBJECT: Schema = {"type": "object"}
_ANY_LIST: Schema = {"type": "array"}
_PLACEMENT: Schema = {
    "affinity": _ANY_OBJECT,
    "nodeSelector": _ANY_OBJECT,
    "podAnnotations": _ANY_OBJECT,
    "podLabels": _ANY_OBJECT,
    "resources": _ANY_OBJECT,
    "tolerations": _ANY_LIST,
}


def _object(properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "additionalProperties": False}


# Environment variables of aws-node (amazon-vpc-cni-k8s, README, "CNI Configuration Variables").
_CNI_VARIABLES = (
    "ADDITIONAL_ENI_TAGS",
    "ANNOTATE_POD_IP",
    "AWS_EC2_ENDPOINT",
    "AWS_EXTERNAL_SERVICE_CIDRS",
    "AWS_MANAGE_ENIS_NON_SCHEDULABLE",
    "AWS_VPC_CNI_NODE_PORT_SUPPORT",
    "AWS_VPC_ENI_MTU",
    "AWS_VPC_K8S_CNI_CONFIGURE_RPFILTER",
    "AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG",
    "AWS_VPC_K8S_CNI_EXCLUDE_SNAT_CIDRS",
    "AWS_VPC_K8S_CNI_EXTERNALSNAT",
    "AWS_VPC_K8S_CNI_LOGLEVEL",
    "AWS_VPC_K8S_CNI_LOG_FILE",
    "AWS_VPC_K8S_CNI_RANDOMIZESNAT",
    "AWS_VPC_K8S_CNI_VETHPREFIX",
    "AWS_VPC_K8S_PLUGIN_LOG_FILE",
    "AWS_VPC_K8S_PLUGIN_LOG_LEVEL",
    "CLUSTER_ENDPOINT",
    "DISABLE_INTROSPECTION",
    "DISABLE_LEAKED_ENI_CLEANUP",
    "DISABLE_METRICS",
    "DISABLE_NETWORK_RESOURCE_PROVISIONING",
    "DISABLE_POD_V6",
    "ENABLE_BANDWIDTH_PLUGIN",
    "ENABLE_IMDS_ONLY_MODE",
    "ENABLE_MULTI_NIC",
    "ENABLE_POD_ENI",
    "ENABLE_PREFIX_DELEGATION",
    "ENABLE_SUBNET_DISCOVERY",
    "ENABLE_V6_EGRESS",
    "ENI_CONFIG_ANNOTATION_DEF",
    "ENI_CONFIG_LABEL_DEF",
    "INTROSPECTION_BIND_ADDRESS",
    "IP_COOLDOWN_PERIOD",
    "MAX_ENI",
    "MINIMUM_IP_TARGET",
    "NETWORK_POLICY_ENFORCING_MODE",
    "POD_SECURITY_GROUP_ENFORCING_MODE",
    "WARM_ENI_TARGET",
    "WARM_IP_TARGET",
    "WARM_PREFIX_TARGET",
)


# Values `eniConfig` of the chart aws-vpc-cni: by the name of the zone, where pods of its nodes get addresses.
_ENI_CONFIG: Schema = _object(
    {
        "create": {"type": "boolean"},
        "region": _TEXT,
        "subnets": {
            "type": "object",
            "additionalProperties": {
                **_object({"id": _TEXT, "securityGroups": {"type": "array", "items": _TEXT}}),
                "required": ["id"],
            },
        },
    }
)


@dataclass(frozen=True, kw_only=True)
class Addon:
    """One add-on."""

    versions: tuple[str, ...]
    """Versions on offer, oldest first."""
    kind: str
    """What EKS calls its type."""
    schema: Schema
    """JSON schema of the configuration values."""

    @property
    def default(self) -> str:
        """The version that is installed when none is named."""
        return self.versions[-1]


CATALOGUE: dict[str, Addon] = {
    "vpc-cni": Addon(
        versions=("v1.20.4-eksbuild.2", "v1.23.1-eksbuild.1"),
        kind="networking",
        schema=_object(
            {
                **_PLACEMENT,
                "enableNetworkPolicy": {**_TEXT, "enum": ["true", "false"]},
                "enableWindowsIpam": _TEXT,
                "enableWindowsPrefixDelegation": _TEXT,
                "eniConfig": _ENI_CONFIG,
                "env": _object(dict.fromkeys(_CNI_VARIABLES, _TEXT)),
                "init": _object(
                    {
                        "env": _object({"DISABLE_TCP_EARLY_DEMUX": _TEXT, "ENABLE_V6_EGRESS": _TEXT}),
                        "resources": _ANY_OBJECT,
                    }
                ),
                "livenessProbeTimeoutSeconds": {"type": "integer"},
                "nodeAgent": _ANY_OBJECT,
                "readinessProbeTimeoutSeconds": {"type": "integer"},
            }
        ),
    ),
    "coredns": Addon(
        versions=("v1.12.4-eksbuild.1", "v1.14.3-eksbuild.22"),
        kind="networking",
        schema=_object(
            {
                **_PLACEMENT,
                "autoScaling": _ANY_OBJECT,
                "computeType": _TEXT,
                "corefile": _TEXT,
                "podDisruptionBudget": _ANY_OBJECT,
                "replicaCount": {"type": "integer", "minimum": 1},
                "topologySpreadConstraints": _ANY_LIST,
            }
        ),
    ),
    "kube-proxy": Addon(
        versions=("v1.35.0-eksbuild.2", "v1.35.3-eksbuild.29"),
        kind="networking",
        schema=_object({**_PLACEMENT, "ipvs": _ANY_OBJECT, "mode": {**_TEXT, "enum": ["iptables", "ipvs"]}}),
    ),
    "eks-pod-identity-agent": Addon(
        versions=("v1.3.10-eksbuild.1", "v1.4.0-eksbuild.2"),
        kind="security",
        schema=_object({**_PLACEMENT, "agent": _ANY_OBJECT}),
    ),
    "aws-ebs-csi-driver": Addon(
        versions=("v1.53.0-eksbuild.1", "v1.55.0-eksbuild.1"),
        kind="storage",
        schema=_object(
            {
                "controller": _ANY_OBJECT,
                "defaultStorageClass": _object({"enabled": {"type": "boolean"}}),
                "node": _ANY_OBJECT,
                "sidecars": _ANY_OBJECT,
            }
        ),
    ),
    "metrics-server": Addon(
        versions=("v0.8.0-eksbuild.2", "v0.8.0-eksbuild.5"),
        kind="observability",
        schema=_object({**_PLACEMENT, "replicas": {"type": "integer", "minimum": 1}}),
    ),
    "aws-secrets-store-csi-driver-provider": Addon(
        versions=("v2.1.0-eksbuild.1", "v2.1.1-eksbuild.1"),
        kind="security",
        schema=_object({**_PLACEMENT, "secrets-store-csi-driver": _ANY_OBJECT, "syncSecret": _ANY_OBJECT}),
    ),
}


def find(name: str, cluster_version: str, **fields: str) -> Addon:
    """Find an add-on.

    Raises:
        ServiceError: InvalidParameterException, in EKS's words, for one it does not have.
    """
    addon = CATALOGUE.get(name)
    if addon is None:
        message = f"Addon {name} specified is not supported in {cluster_version} kubernetes version"
        raise ServiceError(INVALID, message, **fields)
    return addon


def check_version(addon: Addon, version: str, **fields: str) -> None:
    """Refuse a version of an add-on that is not on offer, in EKS's words."""
    if version not in addon.versions:
        raise ServiceError(INVALID, "Addon version specified is not supported", **fields)


def describe(name: str, addon: Addon) -> dict[str, Any]:
    """The API's AddonInfo."""
    return {
        "addonName": name,
        "type": addon.kind,
        "publisher": "eks",
        "owner": "aws",
        "defaultNamespace": "kube-system",
        "addonVersions": [
            {
                "addonVersion": version,
                "architecture": ["amd64", "arm64"],
                "computeTypes": ["ec2"],
                "compatibilities": [
                    {"clusterVersion": v, "platformVersions": ["*"], "defaultVersion": version == addon.default}
                    for v in versions.VERSIONS
                ],
                "requiresConfiguration": False,
                "requiresIamPermissions": False,
            }
            for version in reversed(addon.versions)
        ],
    }
