"""The instances of a node group: chosen over its subnets, and joined to the cluster as Nodes."""

from __future__ import annotations

import secrets
from itertools import cycle
from typing import TYPE_CHECKING, Any

from local.aws.emulator.eks import addon_workloads, instance_types, network
from local.aws.emulator.eks.state import Cluster, Instance, NodeGroup
from local.control_plane.nodes import Node, join, set_network_ready

if TYPE_CHECKING:
    from local.aws.emulator.eks.state import Document

_EFFECTS = {
    "NO_SCHEDULE": "NoSchedule",
    "NO_EXECUTE": "NoExecute",
    "PREFER_NO_SCHEDULE": "PreferNoSchedule",
}


def launch(cluster: Cluster, group: NodeGroup, count: int) -> list[Instance]:
    """Choose new instances, zones with the fewest first, as an Auto Scaling group balances them."""
    subnets = {subnet.id: subnet for subnet in network.subnets(cluster.key, group.document["subnets"])}
    taken = {i.address for other in cluster.node_groups.values() for i in other.instances}
    types = cycle(types_of(group.document))
    launched: list[Instance] = []
    for _ in range(count):
        used = [i.subnet for i in (*group.instances, *launched)]
        subnet: Any = min(subnets.values(), key=lambda s: (used.count(s.id), s.availability_zone))
        address = network.free_address(subnet, taken)
        taken.add(address)
        launched.append(_instance(cluster, subnet, address, next(types)))
    return launched


def _instance(cluster: Cluster, subnet: Any, address: str, instance_type: str) -> Instance:
    domain = "ec2.internal" if cluster.key.region == "us-east-1" else f"{cluster.key.region}.compute.internal"
    return Instance(
        name=f"ip-{address.replace('.', '-')}.{domain}",
        instance_id=f"i-0{secrets.token_hex(8)}",
        address=address,
        subnet=subnet.id,
        zone=subnet.availability_zone,
        zone_id=subnet._availability_zone.zone_id,  # noqa: SLF001 - moto has no public name for it
        instance_type=instance_type,
    )


def types_of(document: Document) -> list[str]:
    """The instance types of a node group, its own or its launch template's."""
    return document["instanceTypes"] or [document["_instanceType"]]


def register(api: Any, cluster: Cluster, group: NodeGroup, instance: Instance) -> None:
    """Join an instance to the cluster; it is not Ready before the network plugin is there."""
    figures = instance_types.figures(instance.instance_type, cluster.key.name)
    document = group.document
    join(
        api,
        Node(
            name=instance.name,
            nodegroup=document["nodegroupName"],
            instance_type=instance.instance_type,
            capacity_type=document["capacityType"],
            zone=instance.zone,
            zone_id=instance.zone_id,
            region=cluster.key.region,
            address=instance.address,
            instance_id=instance.instance_id,
            image=f"ami-0{document['releaseVersion'].encode().hex()[:16]:0<16}",
            labels=document["labels"],
            taints=tuple(taint(t) for t in document["taints"] or ()),
            max_pods=figures.max_pods,
            cpu=figures.cpu,
            memory_gib=figures.memory_gib,
            pod_eni=figures.pod_eni,
            architecture=figures.architecture,
        ),
    )


def connect(api: Any, cluster: Cluster) -> None:
    """Tell all nodes whether the network plugin is in the cluster, and with it pod interfaces."""
    set_network_ready(api, *plugin(cluster))


def plugin(cluster: Cluster) -> tuple[bool, bool]:
    """Whether the network plugin is in the cluster, and whether it attaches trunk interfaces."""
    addon = cluster.addons.get("vpc-cni")
    present = cluster.self_managed or (addon is not None and addon["status"] != "DELETING")
    return present, addon is not None and addon_workloads.pod_eni(addon.get("configurationValues"))


def taint(document: Document) -> dict[str, str]:
    """A taint as Kubernetes writes it."""
    return {
        "key": document["key"],
        "value": document.get("value", ""),
        "effect": _EFFECTS[document["effect"]],
    }
