"""Nodes that look like those of EKS, and the arrival of the network plugin on them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from local.control_plane.errors import RefusedError
from local.control_plane.kwok import NETWORK, NOT_READY_MESSAGE
from local.control_plane.node_resources import resources
from local.control_plane.pod_eni import RESOURCE as POD_ENI

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.control_plane.api import Api

Document = dict[str, Any]

_NODES = "/api/v1/nodes"
LEASES = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases"
"""Where kubelets show that they live."""
_BRANCHES = "local.tenancy/branch-interfaces"  # annotation: how many the instance type supports
_NOT_READY = {"type": "Ready", "status": "False", "reason": "KubeletNotReady", "message": NOT_READY_MESSAGE}
_ARCHITECTURES = {"x86_64": "amd64", "amd64": "amd64", "arm64": "arm64"}


@dataclass(frozen=True, kw_only=True)
class Node:
    """One instance of a managed node group."""

    name: str
    """The instance's private DNS name, such as `ip-10-0-1-23.us-west-2.compute.internal`."""
    nodegroup: str
    """Name of its node group."""
    instance_type: str
    """EC2's name, such as `m6i.xlarge`."""
    capacity_type: str
    """`ON_DEMAND` or `SPOT`."""
    zone: str
    """Availability zone, such as `us-west-2a`."""
    zone_id: str
    """The zone's id, the same in every account, such as `usw2-az1`."""
    region: str
    """Region, such as `us-west-2`."""
    address: str
    """Private IPv4 address."""
    instance_id: str
    """EC2 instance id."""
    image: str
    """AMI id."""
    labels: Mapping[str, str] = field(default_factory=dict[str, str])
    """Labels of the node group, beside those that EKS sets."""
    taints: tuple[Mapping[str, str], ...] = ()
    """Taints as Kubernetes writes them: key, value, effect (`NoSchedule`, not EKS's `NO_SCHEDULE`)."""
    max_pods: int
    """Most pods on the node."""
    cpu: int
    """vCPUs of the instance type."""
    memory_gib: float
    """Memory of the instance type, GiB."""
    pod_eni: int
    """Branch network interfaces that the type supports; 0 if it cannot trunk."""
    architecture: str = "x86_64"
    """`x86_64` (or `amd64`) or `arm64`."""


@dataclass(frozen=True, kw_only=True)
class Launched:
    """What EC2, kubelet and network plugin know of an instance that Karpenter has launched, and its Node lacks."""

    address: str
    """Private IPv4 address."""
    zone_id: str
    """Id of its zone, such as `usw2-az1`."""
    pod_eni: int
    """Branch network interfaces that the type supports; 0 if it cannot trunk."""
    network: bool
    """Whether the network plugin is in the cluster."""
    trunk: bool
    """Whether the plugin attaches trunk interfaces."""


def join(api: Api, node: Node) -> Document:
    """Register the node, as its kubelet does, and return it as stored.

    It is NotReady until `set_network_ready` is called (again) with it there. Raises ApiError AlreadyExists.
    """
    version: str = api.get("/version")["gitVersion"]
    return api.create(_NODES, document(node, version))


def leave(api: Api, name: str) -> None:
    """Drain the node and remove it, as EKS does before it ends the instance. No such node: nothing happens.

    Pods end at once; EKS would give them their grace period and heed disruption budgets for 15 minutes.
    """
    if name not in {node["metadata"]["name"] for node in api.list(_NODES)}:
        return
    api.patch(f"{_NODES}/{name}", {"spec": {"unschedulable": True}})
    for pod in api.list("/api/v1/pods", fieldSelector=f"spec.nodeName={name}"):
        where = pod["metadata"]
        api.delete(f"/api/v1/namespaces/{where['namespace']}/pods/{where['name']}", gracePeriodSeconds="0")
    api.delete(f"{_NODES}/{name}")
    # Left to the garbage collector it would vanish from under the next node of this name.
    api.delete(LEASES, fieldSelector=f"metadata.name={name}")


def set_network_ready(api: Api, ready: bool, pod_eni: bool) -> None:  # noqa: FBT001 (the two states of vpc-cni)
    """Tell every node whether the network plugin runs, and whether it attaches trunk interfaces.

    Ready nodes become schedulable a moment later, nodes that lose the plugin become NotReady. With `pod_eni`
    (vpc-cni's ENABLE_POD_ENI), nodes whose type can trunk offer `vpc.amazonaws.com/pod-eni`.
    """
    for node in api.list(_NODES):
        path = f"{_NODES}/{node['metadata']['name']}"
        annotations: Mapping[str, str] = node["metadata"].get("annotations", {})
        branches = annotations.get(_BRANCHES, "0")
        offered = branches if ready and pod_eni and branches != "0" else None
        amount = {POD_ENI: offered}
        api.patch(f"{path}/status", {"status": {"capacity": amount, "allocatable": amount}})
        api.patch(path, {"metadata": {"annotations": {NETWORK: "ready" if ready else None}}})


def document(node: Node, version: str) -> Document:
    """Return the Node that an EKS node's kubelet registers; `version` is the API server's, such as `v1.35.5`."""
    capacity, allocatable = resources(cpu=node.cpu, memory_gib=node.memory_gib, max_pods=node.max_pods)
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": node.name,
            "labels": _labels(node),
            "annotations": {_BRANCHES: str(node.pod_eni)},
        },
        "spec": {
            "providerID": f"aws:///{node.zone}/{node.instance_id}",
            "taints": [dict(taint) for taint in node.taints],
        },
        "status": {
            "capacity": capacity,
            "allocatable": allocatable,
            "addresses": _addresses(node.address, node.name),
            "conditions": [_NOT_READY],
            "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}},
            "nodeInfo": _info(_ARCHITECTURES[node.architecture], node.instance_id, version),
        },
    }


def none_launched(_node: Document) -> Launched:
    """Let no instance in: what a cluster does that is part of no cloud."""
    raise RefusedError("there is no EC2 here")


def completed(node: Document, launched: Launched, version: str) -> Document:
    """Return a Node that upstream's Karpenter for kwok registers, with what a kubelet on the instance would add."""
    metadata, status = node["metadata"], node["status"]
    name, labels = metadata["name"], metadata["labels"]
    network = {NETWORK: "ready"} if launched.network else {}
    offered = {POD_ENI: str(launched.pod_eni)} if launched.network and launched.trunk and launched.pod_eni else {}
    amounts = {
        part: {resource: amount for resource, amount in status[part].items() if resource != POD_ENI} | offered
        for part in ("capacity", "allocatable")
    }
    instance = node["spec"]["providerID"].rpartition("/")[2]
    return node | {
        "metadata": metadata
        | {
            "annotations": metadata["annotations"] | {_BRANCHES: str(launched.pod_eni)} | network,
            "labels": labels | {"topology.k8s.aws/zone-id": launched.zone_id},
        },
        "status": status
        | amounts
        | {
            "addresses": _addresses(launched.address, name),
            "conditions": [_NOT_READY],
            "nodeInfo": _info(labels["kubernetes.io/arch"], instance, version),
        },
    }


def _addresses(address: str, name: str) -> list[Document]:
    return [
        {"type": "InternalIP", "address": address},
        {"type": "InternalDNS", "address": name},
        {"type": "Hostname", "address": name},
    ]


def _labels(node: Node) -> dict[str, str]:
    """Return the labels of EKS (managed node groups), the cloud provider and the kubelet (well-known labels)."""
    architecture = _ARCHITECTURES[node.architecture]
    return {
        **node.labels,
        "beta.kubernetes.io/arch": architecture,
        "beta.kubernetes.io/instance-type": node.instance_type,
        "beta.kubernetes.io/os": "linux",
        "eks.amazonaws.com/capacityType": node.capacity_type,
        "eks.amazonaws.com/nodegroup": node.nodegroup,
        "eks.amazonaws.com/nodegroup-image": node.image,
        "failure-domain.beta.kubernetes.io/region": node.region,
        "failure-domain.beta.kubernetes.io/zone": node.zone,
        "kubernetes.io/arch": architecture,
        "kubernetes.io/hostname": node.name,
        "kubernetes.io/os": "linux",
        "node.kubernetes.io/instance-type": node.instance_type,
        "topology.k8s.aws/zone-id": node.zone_id,
        "topology.kubernetes.io/region": node.region,
        "topology.kubernetes.io/zone": node.zone,
    }


def _info(architecture: str, instance_id: str, version: str) -> Document:
    """Return what a kubelet on Amazon Linux 2023 reports; the ids are derived from the instance's."""
    kubelet = f"{version.partition('+')[0]}-eks-0000000"
    identity = instance_id.removeprefix("i-")
    return {
        "architecture": architecture,
        "bootID": identity,
        "containerRuntimeVersion": "containerd://2.1.4",
        "kernelVersion": f"6.12.46-66.121.amzn2023.{'aarch64' if architecture == 'arm64' else 'x86_64'}",
        "kubeProxyVersion": "",
        "kubeletVersion": kubelet,
        "machineID": f"ec2{identity}",
        "operatingSystem": "linux",
        "osImage": "Amazon Linux 2023.9.20251014",
        "systemUUID": f"ec2{identity}",
    }
