"""The instances behind the Nodes of Karpenter's build for kwok: who lets them in, and what they are given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.iam.exceptions import NotFoundException  # pyright: ignore[reportMissingTypeStubs]

from local.aws.emulator.eks import instance_types, instances, network, node_lifecycle
from local.aws.emulator.principals import iam
from local.control_plane import ApiError, RefusedError
from local.control_plane.nodes import Launched

if TYPE_CHECKING:
    from local.aws.emulator.eks.core import Eks
    from local.aws.emulator.eks.state import Cluster

Document = dict[str, Any]

_CLAIMS = "/apis/karpenter.sh/v1/nodeclaims"
_CLASSES = "/apis/karpenter.k8s.aws/v1/ec2nodeclasses"


def launched(eks: Eks, cluster: Cluster, node: Document) -> Launched:
    """What EC2 and the network plugin give the instance behind a Node that registers.

    Raises:
        RefusedError: the cluster does not know the instance's role, so that its kubelet could not log in.
    """
    api = eks.api(cluster)
    labels = node["metadata"]["labels"]
    _check_role(api, cluster, node["spec"]["providerID"])
    zone = labels["topology.kubernetes.io/zone"]
    subnet = _subnet(cluster, zone)
    taken = {
        each["address"]
        for other in api.list("/api/v1/nodes")
        for each in other["status"].get("addresses", [])
        if each["type"] == "InternalIP"
    }
    present, trunk = instances.plugin(cluster)
    return Launched(
        address=network.free_address(subnet, taken),
        zone_id=subnet._availability_zone.zone_id,  # noqa: SLF001 - moto has no public name for it
        pod_eni=instance_types.branches(labels["node.kubernetes.io/instance-type"]),
        network=present,
        trunk=trunk,
    )


def _subnet(cluster: Cluster, zone: str) -> Any:
    """A subnet of the cluster in a zone: upstream's build says the zone of an instance, and not its subnet."""
    ids = cluster.document["resourcesVpcConfig"]["subnetIds"]
    found = next((s for s in network.subnets(cluster.key, ids) if s.availability_zone == zone), None)
    if found is None:
        raise RefusedError(f"the cluster has no subnet in {zone}")
    return found


def _check_role(api: Any, cluster: Cluster, instance: str) -> None:
    """Refuse an instance, named as Karpenter does, whose role has no access entry and no mapping in aws-auth."""
    try:
        claim = next((c for c in api.list(_CLAIMS) if c.get("status", {}).get("providerID") == instance), None)
        if claim is None:
            raise RefusedError(f"no NodeClaim is for instance {instance}")
        node_class = api.get(f"{_CLASSES}/{claim['spec']['nodeClassRef']['name']}")
        arn = _role(cluster.key.account, node_class["spec"])
    except (ApiError, NotFoundException) as error:
        raise RefusedError(f"the role of instance {instance} cannot be told: {error}") from error
    if not node_lifecycle.knows_role(api, cluster, arn):
        raise RefusedError(f"role {arn} of instance {instance} is not let into cluster {cluster.key.name}")


def _role(account: str, node_class: Document) -> str:
    """ARN of the role of an EC2NodeClass, which names it or an instance profile with it."""
    backend = iam(account)
    if "role" in node_class:
        return str(backend.get_role(node_class["role"]).arn)
    return str(backend.get_instance_profile(node_class["instanceProfile"]).roles[0].arn)
