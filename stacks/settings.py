"""The only reader of configuration: all of it is judged, and either whole or refused with every fault at once."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi.runtime.config import CONFIG, get_config_env

from components.versions import check_addons, check_version
from emr.fault import Fault
from iam.deployer import check_policies
from spec.audit import AuditSpec, check_audit
from spec.endpoints import check_endpoints, declared_buckets
from spec.foundation import ClusterSpec, check_cluster
from spec.headroom import HeadroomSpec, check_headroom
from spec.network import NetworkSpec, check_network
from spec.place import Place, check_place
from spec.storage import StorageSpec, check_storage
from spec.subnets import service_range
from spec.tenant_network_checks import check_own_ranges
from stacks import shapes, tenant_files
from stacks.deployer import policies
from stacks.paths import shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spec.tenant import TenantSpec

FOLDER = Path(__file__).parent / "config"
"""Where stack files and, in `tenants`, tenant files lie."""

_NAMESPACE = "tenancy:"
_OF_THE_ENGINE = "pulumi:"
_SAMPLE_PLACE = {"platform": "emr", "account": "123456789012", "region": "us-west-2"}


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
    headroom: HeadroomSpec = HeadroomSpec()  # noqa: RUF009 - frozen
    """The room that is kept free for jobs."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What a stack is to hold."""

    stack: str
    """Name of the stack."""
    place: Place
    """Platform, account and Region."""
    allow_data_loss: bool
    """The stack's half of the leave to lose data."""
    network: NetworkSpec
    """The VPC."""
    cluster: ClusterSpec
    """The EKS cluster."""
    storage: StorageSpec
    """The platform's buckets."""
    audit: AuditSpec
    """The audit trail and its alarms."""
    headroom: HeadroomSpec
    """The room that is kept free for jobs."""
    tenants: tuple[TenantSpec, ...]
    """The tenants that name this stack, by name."""

    @property
    def keeps_logs(self) -> bool:
        """Whether any logs outlive the stack: then so must the key that encrypts them."""
        holders = (self.storage, self.network, self.cluster, *self.tenants)
        return not (self.allow_data_loss and all(holder.allow_data_loss for holder in holders))


class ConfigurationError(pulumi.RunError):
    """The configuration as it is cannot be built; Pulumi prints the message alone, without a traceback."""

    def __init__(self, stack: str, faults: Sequence[Fault]) -> None:
        """List the faults of a stack."""
        self.faults = tuple(faults)
        count = "one fault" if len(faults) == 1 else f"{len(faults)} faults"
        listed = "\n".join(f"\n{number}. {fault}" for number, fault in enumerate(faults, start=1))
        super().__init__(f"stack `{stack}` cannot be built: {count} in its configuration.\n{listed}\n")


def load() -> Settings:
    """The settings of the stack that is running.

    Raises:
        ConfigurationError: something in them is wrong; nothing has been made.
    """
    values: dict[str, Any] = {**get_config_env(), **CONFIG.get()}
    return judge(pulumi.get_stack(), values, FOLDER)


def judge(stack: str, values: Mapping[str, str], folder: Path) -> Settings:
    """The settings of a stack with some configuration values, and tenant files in a folder.

    Raises:
        ConfigurationError: something in them is wrong.
    """
    file = shown(folder / f"Pulumi.{stack}.yaml")
    spec, faults = _stack(values)
    place = Place(platform=spec.platform, account=spec.account, region=spec.region)
    faults += check_place(place)
    tenants, faults_of_tenants = tenant_files.read(folder, place)
    own = tuple(tenant for tenant in tenants if tenant.stack == stack)
    buckets = declared_buckets(spec.network, own)
    faults += [fault.within("network") for fault in check_network(spec.network)]
    faults += [fault.within("network") for fault in check_endpoints(spec.network, place, buckets)]
    faults_of_tenants += _own_ranges(spec.network, own, folder)
    faults += [fault.within("cluster") for fault in check_cluster(spec.cluster)]
    faults += [fault.within("cluster.kubernetesVersion") for fault in check_version(spec.cluster.kubernetes_version)]
    addons = check_addons(spec.cluster.addons, spec.cluster.kubernetes_version)
    faults += [fault.within("cluster.addons") for fault in addons]
    faults += [fault.within("storage") for fault in check_storage(spec.storage)]
    faults += [fault.within("audit") for fault in check_audit(spec.audit, place)]
    faults += [fault.within("headroom") for fault in check_headroom(spec.headroom)]
    faults = [fault.within(_NAMESPACE).of_file(file) for fault in faults] + _strangers(values, file)
    if faults or faults_of_tenants:
        raise ConfigurationError(stack, [*faults, *faults_of_tenants])
    settings = Settings(
        stack=stack,
        place=place,
        allow_data_loss=spec.allow_data_loss,
        network=spec.network,
        cluster=spec.cluster,
        storage=spec.storage,
        audit=spec.audit,
        headroom=spec.headroom,
        tenants=own,
    )
    if oversized := check_policies(policies(settings)):
        raise ConfigurationError(stack, [fault.within(f"{_NAMESPACE}cluster").of_file(file) for fault in oversized])
    return settings


def _stack(values: Mapping[str, str]) -> tuple[StackSpec, list[Fault]]:
    own = {key.removeprefix(_NAMESPACE): _value(text) for key, text in values.items() if key.startswith(_NAMESPACE)}
    return shapes.shape(StackSpec, own, _SAMPLE_PLACE)


def _own_ranges(network: NetworkSpec, tenants: Sequence[TenantSpec], folder: Path) -> list[Fault]:
    """Destinations of tenants inside the platform's own network."""
    own = {"the VPC": network.cidr, "the range of pods": network.pod_cidr}
    if not check_network(network):
        own["the range of Services"] = service_range(network.cidr)
    return [
        fault.within("network").of_file(shown(folder / "tenants" / f"{tenant.name}.yaml"))
        for tenant in tenants
        for fault in check_own_ranges(tenant.network, own)
    ]


def _value(text: str) -> Any:
    """Pulumi hands over mappings and lists as JSON, and everything else as the text that stands in the file."""
    try:
        return json.loads(text) if text[:1] in ("{", "[") else text
    except ValueError:
        return text


def _strangers(values: Mapping[str, str], file: str) -> list[Fault]:
    """Settings of other prefixes: they would be read by nobody."""
    return [
        Fault(
            file=file,
            where=key,
            given="a setting under another prefix",
            allowed=f"{_NAMESPACE} for this program, {_OF_THE_ENGINE} for Pulumi itself",
            why="the providers are explicit and read no configuration, so it would have no effect",
            write=f"{_NAMESPACE}{key.partition(':')[2]}, if there is such a setting; else take it out",
        )
        for key in values
        if not key.startswith((_NAMESPACE, _OF_THE_ENGINE))
    ]
