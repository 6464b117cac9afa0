"""The provider's configuration: what is taken from its arguments and the environment, and what is refused."""

from __future__ import annotations

import ipaddress
import json
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from local.aws.providers.aws.failures import ProviderError
from local.aws.providers.aws.wire import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

_TEXTS: Final = {"accessKey", "profile", "region", "secretKey", "token", "retryMode", "stsRegion"}
_STRUCTURES: Final = {"allowedAccountIds", "defaultTags", "endpoints", "forbiddenAccountIds", "ignoreTags"}
_FLAGS: Final = {
    "maxRetries",
    "s3UsePathStyle",
    "sharedConfigFiles",
    "sharedCredentialsFiles",
    "skipCredentialsValidation",
    "skipMetadataApiCheck",
    "skipRegionValidation",
    "skipRequestingAccountId",
}
"""Accepted: they change nothing on the embedded cloud, or it always does what they ask."""
_OWN: Final = {"version", "pluginDownloadURL", "__internal", "__defaults"}
"""What the engine adds."""


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """A checked configuration."""

    region: str
    endpoints: Mapping[str, str]
    """By botocore's service name; `""` for every other service."""
    access_key: str | None = None
    secret_key: str | None = None
    token: str | None = None
    profile: str | None = None
    allowed_accounts: frozenset[str] = frozenset()
    forbidden_accounts: frozenset[str] = frozenset()
    default_tags: Mapping[str, str] = field(default_factory=dict[str, str])
    ignored_tags: frozenset[str] = frozenset()
    ignored_tag_prefixes: tuple[str, ...] = ()

    def endpoint(self, service: str) -> str:
        """Give the service's address, always a loopback one."""
        address = self.endpoints.get(service) or self.endpoints.get("")
        if address is None:
            raise ProviderError(_would_reach_aws(f"no endpoint is given for {service}"))
        return address

    def keeps(self, tag: str) -> bool:
        """Say whether a live tag is looked at: AWS's own and ignored ones are not."""
        prefixes = ("aws:", *self.ignored_tag_prefixes)
        return tag not in self.ignored_tags and not tag.startswith(prefixes)


def unhandled(arguments: Mapping[str, Any]) -> list[str]:
    """Give the names of the provider's arguments that the stand-in does not handle."""
    return sorted(set(arguments) - _TEXTS - _STRUCTURES - _FLAGS - _OWN)


def read(arguments: Mapping[str, Any], environment: Mapping[str, str] | None = None) -> Configuration:
    """Check and give the configuration; raise `ProviderError` on what is missing, unhandled or would reach AWS."""
    environment = os.environ if environment is None else environment
    strange = unhandled(arguments)
    if strange:
        raise ProviderError(
            f"the embedded cloud does not handle aws:{', aws:'.join(strange)}; "
            "add it to local/aws/providers/aws/configuration.py",
        )
    given = {name: _structured(plain(value)) for name, value in arguments.items()}
    region = given.get("region") or environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION")
    if not region:
        raise ProviderError("no region is given: set aws:region, the provider's `region` or AWS_REGION")
    default: dict[str, Any] = given.get("defaultTags") or {}
    ignored: dict[str, Any] = given.get("ignoreTags") or {}
    return Configuration(
        region=region,
        endpoints=_endpoints(given.get("endpoints") or [], environment),
        access_key=given.get("accessKey"),
        secret_key=given.get("secretKey"),
        token=given.get("token"),
        profile=given.get("profile"),
        allowed_accounts=frozenset(given.get("allowedAccountIds") or ()),
        forbidden_accounts=frozenset(given.get("forbiddenAccountIds") or ()),
        default_tags=default.get("tags") or {},
        ignored_tags=frozenset(ignored.get("keys") or ()),
        ignored_tag_prefixes=tuple(ignored.get("keyPrefixes") or ()),
    )


def _structured(value: Any) -> Any:
    """Undo the JSON in which the engine hands over arguments that are no text."""
    if isinstance(value, str) and value[:1] in "[{":
        return json.loads(value)
    return value


def _endpoints(given: list[dict[str, str]], environment: Mapping[str, str]) -> dict[str, str]:
    result: dict[str, str] = {}
    for name, address in environment.items():
        if name.startswith("AWS_ENDPOINT_URL") and address:
            service = name.removeprefix("AWS_ENDPOINT_URL").removeprefix("_").lower().replace("_", "-")
            result[service] = _loopback(address, name)
    for block in given:
        for service, address in block.items():
            result[service] = _loopback(address, f"the endpoint of {service}")
    if not result:
        raise ProviderError(_would_reach_aws("neither AWS_ENDPOINT_URL nor the provider's `endpoints` is given"))
    return result


def _loopback(address: str, name: str) -> str:
    host = urlsplit(address).hostname or ""
    try:
        local = ipaddress.ip_address(host).is_loopback
    except ValueError:
        local = host == "localhost"
    if not local:
        raise ProviderError(_would_reach_aws(f"{name} is {address}, which is not on this machine"))
    return address


def _would_reach_aws(why: str) -> str:
    return (
        f"{why}: this stand-in of pulumi-resource-aws serves the embedded cloud only and would reach AWS. "
        "Source .local/env, or use the real provider with another PULUMI_HOME."
    )
