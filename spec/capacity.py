"""What a person says about the nodes that carry jobs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from emr.fault import Fault
from emr.instance_types import check_pod_interfaces, check_vcpus
from spec.quantities import check_quantity

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from spec.tenant import TenantSpec

_REGISTRY = "oci://"
# A `g` among the letters after the generation is AWS's own processor (EC2 User Guide, "Instance type naming
# conventions"); a1 is older than the convention.
_ARM = re.compile(r"a1|[a-z]+\d+[a-z]*g[a-z]*(-.*)?")
_MOST_REPLICAS = 5
_SMALLEST_DISK, _LARGEST_DISK = 20, 16384
_MOST_NODES = 450  # nodes of one managed node group (EKS User Guide, "View and manage service quotas")


@dataclass(frozen=True, kw_only=True)
class PoolSpec:
    """How much one pool may grow to, over all its nodes."""

    cpu: str
    """CPUs beyond which no further node is launched."""
    memory: str
    """Memory beyond which no further node is launched."""


@dataclass(frozen=True, kw_only=True)
class NodeGroupsSpec:
    """Managed node groups in place of Karpenter, one a pool and zone.

    EKS changes their size for no pod: they stay at their least, unless an autoscaler is put into the cluster.
    """

    instance_types: tuple[str, ...] = ("m6i.2xlarge", "m7i.2xlarge", "m5.2xlarge")
    """EC2 instance types of one size: an autoscaler takes them for alike."""
    min_per_zone: int = 1
    """Nodes that each zone has of each pool at least, and begins with."""
    max_per_zone: int = 10
    """Nodes that each zone has of each pool at most."""


@dataclass(frozen=True, kw_only=True)
class CapacitySpec:
    """The nodes that carry jobs: drivers on-demand, executors on spot unless said otherwise."""

    by: Literal["karpenter", "nodeGroups"] = "karpenter"
    """Who makes the nodes: Karpenter, as pods need them, or managed node groups of a given size."""
    chart: str = "oci://public.ecr.aws/karpenter"
    """Where the charts karpenter and karpenter-crd are: a registry, or a folder that holds both."""
    replicas: int = 2
    """Karpenter's pods, of which one works and the others wait."""
    instance_types: tuple[str, ...] = ("c6i", "c7i", "m6i", "m6id", "m7i", "r6i", "r6id", "r7i")
    """EC2 instance types, or families whose every size will do, from which Karpenter takes the cheapest that fit; the
    more there are, the less often spot nodes are interrupted."""
    disk_gib: int = 100
    """Size of each node's encrypted gp3 disk, in GiB; types with disks of their own keep pods' data on those."""
    drivers: PoolSpec = PoolSpec(cpu="500", memory="2000Gi")
    """Limits of the pool of drivers."""
    executors: PoolSpec = PoolSpec(cpu="4000", memory="16000Gi")
    """Limits of the pool of executors."""
    dedicated: PoolSpec = PoolSpec(cpu="2000", memory="8000Gi")
    """Limits of each pool of a tenant that has nodes of its own."""
    spot: bool = True
    """Whether executors run on spot nodes; drivers never do."""
    node_groups: NodeGroupsSpec = NodeGroupsSpec()
    """The managed node groups, where they are chosen."""

    @property
    def from_registry(self) -> bool:
        """Whether the charts are pulled by version from a registry."""
        return self.chart.startswith(_REGISTRY)


def check_capacity(capacity: CapacitySpec) -> list[Fault]:
    """What is wrong with the capacity, each fault under its key."""
    faults = [fault.within("chart") for fault in _check_chart(capacity.chart)]
    faults += [fault.within("replicas") for fault in _check_number(capacity.replicas, 1, _MOST_REPLICAS, _REPLICAS)]
    faults += _within_list("instanceTypes", capacity.instance_types, families=True)
    faults += [
        fault.within("diskGib") for fault in _check_number(capacity.disk_gib, _SMALLEST_DISK, _LARGEST_DISK, _DISK)
    ]
    for key, pool in (
        ("drivers", capacity.drivers),
        ("executors", capacity.executors),
        ("dedicated", capacity.dedicated),
    ):
        faults += [fault.within(f"{key}.cpu") for fault in check_quantity(pool.cpu, "cpu")]
        faults += [fault.within(f"{key}.memory") for fault in check_quantity(pool.memory, "memory")]
    return faults + [fault.within("nodeGroups") for fault in _check_node_groups(capacity.node_groups)]


def check_placement(capacity: CapacitySpec, tenants: Iterable[TenantSpec]) -> list[Fault]:
    """Whether tenants want nodes of their own that nobody would make."""
    dedicated = [tenant.name for tenant in tenants if tenant.placement == "dedicated"]
    if capacity.by == "karpenter" or not dedicated:
        return []
    return [
        Fault(
            where="by",
            given=f"{capacity.by!r}, with placement: dedicated of {', '.join(dedicated)}",
            allowed="karpenter, where tenants have nodes of their own",
            why="managed node groups would stand there, and cost, for a tenant that runs nothing",
            write="karpenter here, or placement: shared in the files of these tenants",
        )
    ]


_REPLICAS = "one of them works, and a second takes over in seconds; more than five only wait"
_DISK = "the node's image and the images of EMR need 20 GiB, and a gp3 disk has at most 16 TiB"
_LEAST = "a managed node group has at most 450 nodes, and a least that is not above its most"


def _check_node_groups(groups: NodeGroupsSpec) -> list[Fault]:
    faults = _within_list("instanceTypes", groups.instance_types, families=False)
    faults += [fault.within("maxPerZone") for fault in _check_number(groups.max_per_zone, 1, _MOST_NODES, _LEAST)]
    most = max(0, min(groups.max_per_zone, _MOST_NODES))
    return faults + [fault.within("minPerZone") for fault in _check_number(groups.min_per_zone, 0, most, _LEAST)]


def _within_list(key: str, given: Sequence[str], *, families: bool) -> list[Fault]:
    if not given:
        kind = "type or family" if families else "type"
        why = "without one no node can be launched"
        return [Fault(where=key, given="none", allowed=f"one EC2 instance {kind} or more", why=why, write=_EXAMPLE)]
    faults = [
        fault.within(f"{key}[{index}]")
        for index, each in enumerate(given)
        for fault in _check_type(each, given[:index], families=families)
    ]
    return faults or _check_mixture(key, given)


def _check_mixture(key: str, given: Sequence[str]) -> list[Fault]:
    types = [each for each in given if "." in each]
    if len(types) in (0, len(given)):
        return []
    return [
        Fault(
            where=key,
            given=", ".join(given),
            allowed="either types or families",
            why="Karpenter takes what meets every requirement: only types of the list that are also of its families",
            write=", ".join(dict.fromkeys(each.partition(".")[0] for each in given)),
        )
    ]


_EXAMPLE = "[m6i.2xlarge]"


def _check_type(given: str, before: Sequence[str], *, families: bool) -> list[Fault]:
    # A family is judged by a size that every family with small sizes has.
    as_type = f"{given}.large" if families and "." not in given else given
    if faults := check_pod_interfaces(as_type):
        near = faults[0].write
        write = near.partition(".")[0] if as_type != given else near
        return [Fault(given=repr(given), allowed=faults[0].allowed, why=faults[0].why, write=write)]
    if _ARM.fullmatch(given.partition(".")[0]):
        return [
            Fault(
                given=repr(given),
                allowed="instance types with Intel or AMD processors",
                why="nodes start the image for amd64, and so do tenants' own images",
                write="m6i" if families else "m6i.2xlarge",
            )
        ]
    if not families and (small := check_vcpus(given)):
        return small
    if given in before:
        return [Fault(given=repr(given), allowed="each once", why="it is there already", write="nothing: take it out")]
    return []


def _check_chart(chart: str) -> list[Fault]:
    if chart and not chart.endswith("/") and ("://" not in chart or chart.startswith(_REGISTRY)):
        return []
    return [
        Fault(
            given=repr(chart),
            allowed="oci:// and a registry's path, or a folder; no closing slash",
            why="/karpenter and /karpenter-crd are appended, and a registry's version by Helm",
            write=CapacitySpec.chart,
        )
    ]


def _check_number(given: int, least: int, most: int, why: str) -> list[Fault]:
    if least <= given <= most:
        return []
    write = str(max(least, min(given, most)))
    return [Fault(given=str(given), allowed=f"{least} to {most}", why=why, write=write)]
