"""What the add-ons of a cluster are told, and what they may do in AWS."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi

from spec.place import Place

AFTER_NODES = ("coredns", "aws-ebs-csi-driver", "metrics-server", "aws-secrets-store-csi-driver-provider")
"""Those whose pods run on nodes of the system; all others are there before any node."""

_ZONE_LABEL = "topology.kubernetes.io/zone"


@dataclass(frozen=True, kw_only=True)
class AccountOfAddon:
    """As whom an add-on calls AWS."""

    purpose: str
    """Last part of the name of its role."""
    service_account: str
    """Its service account: namespace, colon, name."""
    policy: str
    """The managed policy of AWS for it."""


ACCOUNTS: Mapping[str, AccountOfAddon] = {
    "vpc-cni": AccountOfAddon(purpose="cni", service_account="kube-system:aws-node", policy="AmazonEKS_CNI_Policy"),
    "aws-ebs-csi-driver": AccountOfAddon(
        purpose="ebs",
        service_account="kube-system:ebs-csi-controller-sa",
        policy="service-role/AmazonEBSCSIDriverPolicy",
    ),
}
"""The add-ons that call AWS, by their names."""


def network_plugin(
    place: Place, pod_subnets: Mapping[str, pulumi.Input[str]], security_group_id: pulumi.Input[str]
) -> pulumi.Output[dict[str, Any]]:
    """Configuration of vpc-cni: policies, interfaces for pods, addresses from the pods' own subnets.

    Traffic that leaves the VPC keeps a pod's address up to the NAT gateway: otherwise it would leave by the node's
    interface, where the pod's own security groups do not count. The zone's label chooses a node's ENIConfig, which is
    named after the zone; EKS makes them with the add-on, before the first node. Nodes keep what they began with.

    Source: amazon-vpc-cni-k8s, README, "CNI Configuration Variables", and charts/aws-vpc-cni (values `eniConfig`).
    """
    settings = {
        "AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG": "true",
        "AWS_VPC_K8S_CNI_EXTERNALSNAT": "true",
        "ENABLE_POD_ENI": "true",
        "ENI_CONFIG_LABEL_DEF": _ZONE_LABEL,
        "NETWORK_POLICY_ENFORCING_MODE": "standard",
        "POD_SECURITY_GROUP_ENFORCING_MODE": "standard",
    }

    def configured(known: Any) -> dict[str, Any]:
        group, *subnets = known
        return {
            "enableNetworkPolicy": "true",
            "env": settings,
            "eniConfig": {
                "create": True,
                "region": place.region,
                "subnets": {
                    f"{place.region}{zone}": {"id": subnet, "securityGroups": [group]}
                    for zone, subnet in zip(pod_subnets, subnets, strict=True)
                },
            },
        }

    return pulumi.Output.all(security_group_id, *pod_subnets.values()).apply(configured)


SECRETS: Mapping[str, Any] = {"secrets-store-csi-driver": {"enableSecretRotation": True}}
"""Configuration of the secrets driver: a secret that is rotated in AWS is also rotated in running pods."""
