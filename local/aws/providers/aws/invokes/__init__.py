"""The provider's functions, those that programs call without making a resource."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from local.aws.providers.aws.failures import ApiError, ProviderError
from local.aws.providers.aws.wire import plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.aws.providers.aws.cloud import Cloud, Models


@dataclass(frozen=True)
class Call:
    """A function's call: its arguments, the cloud, the API's shapes."""

    cloud: Cloud
    models: Models
    arguments: dict[str, Any]

    @property
    def region(self) -> str:
        """The region that the call is about."""
        return self.arguments.get("region") or self.cloud.configuration.region

    def api(self, service: str, operation: str, **request: Any) -> dict[str, Any]:
        """Call an operation in that region; all pages of the answer."""
        return self.cloud.call(service, operation, request, region=self.region, paged=True)


@dataclass(frozen=True)
class _Function:
    module: str
    name: str
    arguments: frozenset[str]


def _function(place: str, *arguments: str) -> _Function:
    module, name = place.split(".")
    return _Function(module, name, frozenset({*arguments, "id"}))


FUNCTIONS: Final = {
    "aws:index/getCallerIdentity:getCallerIdentity": _function("identity.caller_identity"),
    "aws:index/getDefaultTags:getDefaultTags": _function("identity.default_tags"),
    "aws:index/getPartition:getPartition": _function("identity.partition"),
    "aws:index/getRegion:getRegion": _function("identity.region", "region", "name"),
    "aws:index/getAvailabilityZones:getAvailabilityZones": _function(
        "network.availability_zones",
        "allAvailabilityZones",
        "excludeNames",
        "excludeZoneIds",
        "filters",
        "region",
        "state",
    ),
    "aws:ec2/getVpc:getVpc": _function(
        "network.vpc",
        "cidrBlock",
        "default",
        "dhcpOptionsId",
        "filters",
        "region",
        "state",
        "tags",
    ),
    "aws:ec2/getSubnet:getSubnet": _function(
        "network.subnet",
        "availabilityZone",
        "availabilityZoneId",
        "cidrBlock",
        "defaultForAz",
        "filters",
        "region",
        "state",
        "tags",
        "vpcId",
    ),
    "aws:ec2/getSubnets:getSubnets": _function("network.subnets", "filters", "region", "tags"),
    "aws:ec2/getPrefixList:getPrefixList": _function(
        "network.prefix_list",
        "filters",
        "name",
        "prefixListId",
        "region",
    ),
    "aws:ec2/getManagedPrefixList:getManagedPrefixList": _function(
        "network.managed_prefix_list",
        "filters",
        "name",
        "region",
        "tags",
    ),
    "aws:eks/getAddonVersion:getAddonVersion": _function(
        "clusters.addon_version",
        "addonName",
        "kubernetesVersion",
        "mostRecent",
        "region",
    ),
    "aws:eks/getCluster:getCluster": _function("clusters.cluster", "name", "region", "tags"),
    "aws:iam/getPolicyDocument:getPolicyDocument": _function(
        "policy_document.policy_document",
        "overridePolicyDocuments",
        "policyId",
        "sourcePolicyDocuments",
        "statements",
        "version",
    ),
}


def invoke(cloud: Cloud, models: Models, token: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Answer a function; raise `ProviderError` for one that is not handled and for arguments that are not."""
    function = FUNCTIONS.get(token)
    if function is None:
        raise ProviderError(
            f"the embedded cloud does not handle the function {token}; add it to local/aws/providers/aws/invokes/",
        )
    given = {name: plain(value) for name, value in arguments.items()}
    strange = sorted(given.keys() - function.arguments)
    if strange:
        named = ", ".join(f"{token}.{name}" for name in strange)
        raise ProviderError(
            f"the embedded cloud does not handle {named}; add it to "
            f"local/aws/providers/aws/invokes/{function.module}.py",
        )
    module = importlib.import_module(f"local.aws.providers.aws.invokes.{function.module}")
    run: Callable[[Call], dict[str, Any]] = getattr(module, function.name)
    try:
        answer = run(Call(cloud, models, given))
    except ApiError as error:
        raise ProviderError(f"{error.operation} {token}: {error.message}", error.status) from error
    return {**given, **answer}
