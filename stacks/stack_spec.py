"""What the file of a stack says, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from components.images import check_mirror
from components.versions import check_addons, check_version
from emr.fault import Fault
from spec.admins import check_deployer
from spec.adoption import check_adoption, of_foundation, of_tenants
from spec.audit import AuditSpec, check_audit
from spec.capacity import CapacitySpec, check_capacity, check_placement
from spec.endpoints import check_endpoints, declared_buckets
from spec.existing import ExistingSpec, check_existing
from spec.existing_network import check_existing_network
from spec.fargate import check_profiles
from spec.foundation import ClusterSpec, check_cluster, check_runner
from spec.headroom import HeadroomSpec, check_headroom
from spec.network import NetworkSpec, check_network
from spec.storage import StorageSpec, check_storage
from spec.subnets import service_range
from spec.tenant_checks import check_boundary

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from spec.place import Place
    from spec.tenant import TenantSpec

Layer = Literal["foundation", "platform", "tenants"]


@dataclass(frozen=True, kw_only=True)
class StackSpec:
    """What the file of a stack says, under the prefix `tenancy:`."""

    platform: str
    """Name of the platform, up to 8 lower-case letters and digits."""
    account: str
    """AWS account, twelve digits."""
    region: str
    """AWS Region."""
    allow_data_loss: bool = False
    """Whether destroying the stack may take data; each resource that holds data must allow it too."""
    network: NetworkSpec = NetworkSpec()  # noqa: RUF009 - frozen
    """The VPC."""
    cluster: ClusterSpec = ClusterSpec()  # noqa: RUF009 - frozen
    """The EKS cluster."""
    storage: StorageSpec = StorageSpec()  # noqa: RUF009 - frozen
    """The platform's buckets."""
    audit: AuditSpec = AuditSpec()  # noqa: RUF009 - frozen
    """The audit trail and its alarms."""
    capacity: CapacitySpec = CapacitySpec()  # noqa: RUF009 - frozen
    """The nodes that carry jobs."""
    headroom: HeadroomSpec = HeadroomSpec()  # noqa: RUF009 - frozen
    """The room that is kept free for jobs."""
    metadata_policy: bool = False
    """Whether a ClusterNetworkPolicy of the tier Admin denies tenants' pods the metadata address; the network plugin
    must bring its definition."""
    existing: ExistingSpec = ExistingSpec()  # noqa: RUF009 - frozen
    """What is there already, and is not built here."""
    up_to: Layer = "tenants"
    """The last layer that is built here; those above it are other stacks'."""
    adopt: tuple[str, ...] = ()
    """What outlived an earlier stack and is taken back: its logical name, and of a key `name=id`."""
    boundary: str | None = None
    """ARN of the policy that bounds what roles of tenants' jobs can be given, and without which none may be made; by
    default none."""
    mirror: str | None = None
    """Where images of registries beyond AWS's endpoints are copied: registry and path in ECR of the Region."""


def check_stack(
    spec: StackSpec, place: Place, tenants: Sequence[TenantSpec], described: Collection[str]
) -> list[Fault]:
    """What is wrong with a stack, each fault under its key.

    Args:
        spec: what the file says.
        place: platform, account and Region.
        tenants: the tenants that name the stack.
        described: the keys of the file.
    """
    return [
        *([] if spec.existing.foundation else _of_foundation(spec, place, tenants)),
        *(fault.within("capacity") for fault in check_capacity(spec.capacity)),
        *(fault.within("capacity") for fault in check_placement(spec.capacity, tenants)),
        *check_profiles(tenants),
        *(fault.within("boundary") for fault in check_boundary(spec.boundary, place.partition)),
        *(fault.within("headroom") for fault in check_headroom(spec.headroom)),
        *_of_layers(spec, place, tenants),
        *(fault.within("existing") for fault in check_existing(spec.existing, described, place)),
    ]


def adoptable(spec: StackSpec, place: Place, tenants: Sequence[TenantSpec]) -> dict[str, str | None]:
    """Logical names of all in a stack that holds data, with what AWS calls it, where that can be known."""
    base = {} if spec.existing.foundation else of_foundation(place, network=not spec.existing.network)
    return base | of_tenants(place, [tenant.name for tenant in tenants])


def own_ranges(spec: StackSpec) -> dict[str, str]:
    """IPv4 ranges where nodes, pods and Services are, by what they are in words; some may be no ranges at all."""
    if there := spec.existing.foundation:
        nodes, pods, services = there.private_cidrs, there.pod_cidrs, there.service_cidr
    elif network := spec.existing.network:
        nodes, pods = network.private_cidrs, network.pod_cidrs
        services = "" if check_existing_network(network) else service_range(nodes[0])
    else:
        nodes, pods = (spec.network.cidr,), (spec.network.pod_cidr,)
        services = "" if check_network(spec.network) else service_range(spec.network.cidr)
    named = {"the VPC": nodes, "the range of pods": pods, "the range of Services": (services,)}
    return {what if len(ranges) == 1 else f"{what} ({cidr})": cidr for what, ranges in named.items() for cidr in ranges}


def _of_foundation(spec: StackSpec, place: Place, tenants: Sequence[TenantSpec]) -> list[Fault]:
    """What is wrong with a foundation that is to be built."""
    cluster, buckets = spec.cluster, declared_buckets(spec.network, tenants)
    return [
        *(fault.within("network") for fault in check_network(spec.network)),
        *(fault.within("network") for fault in check_endpoints(spec.network, place, buckets)),
        *(fault.within("cluster") for fault in check_cluster(cluster)),
        *(fault.within("cluster") for fault in check_runner(cluster)),
        *(fault.within("cluster.deployer") for fault in check_deployer(cluster.deployer, cluster.made_by, place)),
        *(fault.within("cluster.kubernetesVersion") for fault in check_version(cluster.kubernetes_version)),
        *(fault.within("cluster.addons") for fault in check_addons(cluster.addons, cluster.kubernetes_version)),
        *(fault.within("storage") for fault in check_storage(spec.storage)),
        *(fault.within("audit") for fault in check_audit(spec.audit)),
    ]


def _of_layers(spec: StackSpec, place: Place, tenants: Sequence[TenantSpec]) -> list[Fault]:
    """What is wrong with what is built here of the layers, what they pull, and what they take back."""
    charts = spec.up_to != "foundation" and not spec.existing.platform and spec.capacity.by == "karpenter"
    built = not spec.existing.network and not spec.existing.foundation
    needed = charts and built and spec.network.nat == "none"
    faults = [fault.within("mirror") for fault in check_mirror(spec.mirror, place.region, needed=needed)]
    known = adoptable(spec, place, tenants)
    faults += [fault.within("adopt") for fault in check_adoption(spec.adopt, known)]
    if tenants and spec.up_to != "tenants":
        named = ", ".join(tenant.name for tenant in tenants)
        why = f"their files name this stack: {named}; they would be passed over, or removed if they are there"
        faults.append(
            Fault(
                where="upTo", given=repr(spec.up_to), allowed="tenants, while there are some", why=why, write="tenants"
            )
        )
    return faults
