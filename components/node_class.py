"""What all nodes have in common that Karpenter launches."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_kubernetes as kubernetes

from components import versions
from spec.capacity import CapacitySpec
from spec.place import Place

_NAME = "default"


@dataclass(frozen=True, kw_only=True)
class NodeClassArgs:
    """Which image, which disk, which network."""

    spec: CapacitySpec
    """Size of the disk."""
    place: Place
    """Platform, account and Region."""
    kubernetes_version: str
    """Minor version of Kubernetes, that of the control plane; it chooses the pinned image."""
    instance_profile: pulumi.Input[str]
    """Name of the instance profile, known once nodes with it can join."""
    subnet_ids: Sequence[pulumi.Input[str]]
    """Private subnets of the nodes, one a zone; their pods get addresses of the subnets of pods."""
    security_group_id: pulumi.Input[str]
    """The security group that EKS made for control plane and nodes."""
    after: Sequence[pulumi.Resource]
    """Karpenter, and what it may not make itself; the class, and with it all nodes, goes while they are still there."""


class NodeClass(pulumi.ComponentResource):
    """The one EC2NodeClass of a platform.

    Disks are encrypted with the account's key for EBS. AWS's own, which it is unless somebody chose another, serves
    whoever may launch instances; a customer key would also need grants for Karpenter's role and for the
    service-linked role of EC2 Spot, and there is nothing on these disks but images and what running jobs spill.
    """

    node_class: pulumi.Output[str]
    """Name of the EC2NodeClass, known once Karpenter finds image, subnets and group."""

    def __init__(self, name: str, args: NodeClassArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenancy:index:NodeClass", name, None, opts)
        made = kubernetes.apiextensions.CustomResource(
            f"{name}-class",
            api_version="karpenter.k8s.aws/v1",
            kind="EC2NodeClass",
            metadata=kubernetes.meta.v1.ObjectMetaArgs(
                name=_NAME, annotations={"pulumi.com/waitFor": "condition=Ready"}
            ),
            spec=_spec(args),
            opts=pulumi.ResourceOptions(parent=self, depends_on=list(args.after)),
        )
        self.node_class = made.urn.apply(lambda _: _NAME)
        self.register_outputs({"nodeClass": self.node_class})


def _spec(args: NodeClassArgs) -> dict[str, Any]:
    platform = args.place.platform
    return {
        "amiSelectorTerms": [{"alias": f"al2023@{versions.RELEASES[args.kubernetes_version].node_image}"}],
        "instanceProfile": args.instance_profile,
        "subnetSelectorTerms": [{"id": subnet} for subnet in args.subnet_ids],
        "securityGroupSelectorTerms": [{"id": args.security_group_id}],
        # With one hop an answer dies on its way into a pod's own network: no pod gets the node's credentials.
        "metadataOptions": {
            "httpEndpoint": "enabled",
            "httpProtocolIPv6": "disabled",
            "httpPutResponseHopLimit": 1,
            "httpTokens": "required",
        },
        "blockDeviceMappings": [
            {
                "deviceName": "/dev/xvda",
                "rootVolume": True,
                "ebs": {
                    "volumeType": "gp3",
                    "volumeSize": f"{args.spec.disk_gib}Gi",
                    "encrypted": True,
                    "deleteOnTermination": True,
                },
            }
        ],
        # Where a type has disks of its own, pods' data is there: shuffle is what Spark writes most.
        "instanceStorePolicy": "RAID0",
        "detailedMonitoring": False,
        "tags": {"Name": f"{platform}-worker", "platform": platform},
    }
