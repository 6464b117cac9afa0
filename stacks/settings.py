"""The only reader of configuration: all of it is judged, and either whole or refused with every fault at once."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi.runtime.config import CONFIG, get_config_env

from emr.fault import Fault
from iam.deployer import check_policies
from spec.place import Place, check_place
from spec.tenant_network_checks import check_own_ranges
from stacks import shapes, tenant_files
from stacks.deployer import policies
from stacks.paths import shown
from stacks.stack_spec import StackSpec, adoptable, check_stack, own_ranges

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spec.tenant import TenantSpec

FOLDER = Path(__file__).parent / "config"
"""Where stack files and, in `tenants`, tenant files lie."""

_NAMESPACE = "tenancy:"
_OF_THE_ENGINE = "pulumi:"
_SAMPLE_PLACE = {"platform": "emr", "account": "123456789012", "region": "us-west-2"}


@dataclass(frozen=True, kw_only=True)
class Settings(StackSpec):
    """What a stack is to hold: what its file says, and the tenants that name it."""

    stack: str
    """Name of the stack."""
    place: Place
    """Platform, account and Region."""
    tenants: tuple[TenantSpec, ...]
    """The tenants that name this stack, by name."""

    @property
    def keeps_logs(self) -> bool:
        """Whether any logs outlive the stack: then so must the key that encrypts them."""
        network = () if self.existing.network else (self.network,)
        holders = (self.storage, *network, self.cluster, *self.tenants)
        return not (self.allow_data_loss and all(holder.allow_data_loss for holder in holders))

    @property
    def adoptable(self) -> dict[str, str | None]:
        """Logical names of all in this stack that holds data, with what AWS calls it, where that can be known."""
        return adoptable(self, self.place, self.tenants)


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
    faults += check_stack(spec, place, own, [key.removeprefix(_NAMESPACE) for key in values])
    faults_of_tenants += _own_ranges(spec, own, folder)
    faults = [fault.within(_NAMESPACE).of_file(file) for fault in faults] + _strangers(values, file)
    if faults or faults_of_tenants:
        raise ConfigurationError(stack, [*faults, *faults_of_tenants])
    settings = Settings(**vars(spec), stack=stack, place=place, tenants=own)
    if oversized := check_policies(policies(settings)):
        raise ConfigurationError(stack, [fault.within(f"{_NAMESPACE}cluster").of_file(file) for fault in oversized])
    return settings


def _stack(values: Mapping[str, str]) -> tuple[StackSpec, list[Fault]]:
    own = {key.removeprefix(_NAMESPACE): _value(text) for key, text in values.items() if key.startswith(_NAMESPACE)}
    return shapes.shape(StackSpec, own, _SAMPLE_PLACE)


def _own_ranges(spec: StackSpec, tenants: Sequence[TenantSpec], folder: Path) -> list[Fault]:
    """Destinations of tenants inside the network of the platform, whoever made it."""
    return [
        fault.within("network").of_file(shown(folder / "tenants" / f"{tenant.name}.yaml"))
        for tenant in tenants
        for fault in check_own_ranges(tenant.network, own_ranges(spec))
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
