"""The admin tier's denial of the metadata address to the pods of tenants."""

from dataclasses import dataclass

import pulumi
import pulumi_kubernetes as kubernetes

from spec.metadata_policy import metadata_policy


@dataclass(frozen=True, kw_only=True)
class MetadataPolicyArgs:
    """How the policy is called."""

    policy_name: str = "tenancy-metadata"
    """Name of the ClusterNetworkPolicy."""


class MetadataPolicy(pulumi.ComponentResource):
    """One ClusterNetworkPolicy of the tier Admin, which no NetworkPolicy of a namespace can overrule.

    Its definition comes with the VPC CNI plugin from 1.21; a cluster without it refuses the object.
    Source: EKS User Guide, "Limit Pod traffic with Kubernetes network policies", "Admin network policies".
    """

    def __init__(self, name: str, args: MetadataPolicyArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenancy:index:MetadataPolicy", name, None, opts)
        kubernetes.apiextensions.CustomResource(
            f"{name}-policy",
            api_version="networking.k8s.aws/v1alpha1",
            kind="ClusterNetworkPolicy",
            metadata=kubernetes.meta.v1.ObjectMetaArgs(name=args.policy_name),
            spec=metadata_policy(),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})
