"""The embedded cloud's API as the provider uses it: clients, service models, errors in one form."""

from __future__ import annotations

import functools
import threading
from typing import TYPE_CHECKING, Any

import botocore.session
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError, ParamValidationError
from botocore.exceptions import ConnectionError as BotoConnectionError
from botocore.parsers import ResponseParserError

from local.aws.providers.aws.failures import ApiError, ProviderError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.aws.providers.aws.configuration import Configuration

_CONFIG = Config(
    retries={"mode": "adaptive", "total_max_attempts": 5},
    max_pool_connections=64,
    connect_timeout=5,
    read_timeout=120,
    proxies={},  # loopback: a proxy of the environment must not see it
    s3={"addressing_style": "path"},
)


class Models:
    """The AWS SDK's service models; they need no connection."""

    def __init__(self) -> None:
        self._session: Any = botocore.session.Session()
        self._services: dict[str, Any] = {}
        self._lock = threading.Lock()

    def _service(self, service: str) -> Any:
        with self._lock:
            if service not in self._services:
                self._services[service] = self._session.get_service_model(service)
            return self._services[service]

    def input(self, service: str, operation: str) -> Any:
        """Give the shape of an operation's input."""
        return self._service(service).operation_model(operation).input_shape

    def output(self, service: str, operation: str) -> Any:
        """Give the shape of an operation's output."""
        return self._service(service).operation_model(operation).output_shape


class Cloud:
    """The services of the embedded cloud, for one configured provider."""

    def __init__(self, configuration: Configuration) -> None:
        self.configuration = configuration
        self.cancelled = threading.Event()
        """Ends waits, not calls: what became of the work so far must still be read, or its result would be lost."""
        self._clients: dict[tuple[str, str], Any] = {}
        self._lock = threading.Lock()
        self._session = _session(configuration)

    def call(
        self,
        service: str,
        operation: str,
        request: Mapping[str, Any],
        *,
        region: str | None = None,
        paged: bool = False,
    ) -> dict[str, Any]:
        """Call an operation; raise `ApiError` for AWS's errors, `ProviderError` for a request that cannot be sent."""
        client = self._client(service, region or self.configuration.region)
        method = xform_name(operation)
        try:
            if paged and client.can_paginate(method):
                return client.get_paginator(method).paginate(**request).build_full_result()
            answer = getattr(client, method)(**request)
        except ClientError as error:
            reply: Any = error.response.get("Error", {})
            raise ApiError(operation, reply.get("Code", "Unknown"), reply.get("Message", str(error))) from error
        except ParamValidationError as error:
            raise ApiError(operation, "ParamValidation", str(error)) from error
        except (BotoConnectionError, HTTPClientError) as error:
            address = self.configuration.endpoint(service)
            raise ProviderError(f"the embedded cloud does not answer at {address}: {error}") from error
        except ResponseParserError as error:
            reason = "the embedded cloud answered in no form of AWS; its log says why"
            raise ApiError(operation, "UnreadableAnswer", reason) from error
        except BotoCoreError as error:
            raise ProviderError(f"{operation} cannot be sent: {error}") from error
        answer.pop("ResponseMetadata", None)
        return answer

    def _client(self, service: str, region: str) -> Any:
        with self._lock:  # a session makes one client at a time
            key = (service, region)
            if key not in self._clients:
                self._clients[key] = self._session.create_client(
                    service,
                    region_name=region,
                    endpoint_url=self.configuration.endpoint(service),
                    config=_CONFIG,
                )
            return self._clients[key]

    @functools.cached_property
    def identity(self) -> dict[str, Any]:
        """Who calls, as sts GetCallerIdentity answers."""
        return self.call("sts", "GetCallerIdentity", {})

    @property
    def account(self) -> str:
        """The account's number."""
        return self.identity["Account"]

    def check_account(self) -> None:
        """Refuse an account that the configuration does not allow."""
        settings = self.configuration
        if not settings.allowed_accounts and not settings.forbidden_accounts:
            return
        if self.account in settings.forbidden_accounts:
            raise ProviderError(f"account {self.account} is one of forbiddenAccountIds")
        if settings.allowed_accounts and self.account not in settings.allowed_accounts:
            allowed = ", ".join(sorted(settings.allowed_accounts))
            raise ProviderError(f"account {self.account} is none of allowedAccountIds ({allowed})")


def _session(configuration: Configuration) -> Any:
    """Give a session that takes keys from the configuration, the environment or a profile, and asks no one for them."""
    session: Any = botocore.session.Session(profile=configuration.profile)
    if configuration.access_key:
        session.set_credentials(configuration.access_key, configuration.secret_key, configuration.token)
        return session
    resolver = session.get_component("credential_provider")
    for provider in list(resolver.providers):
        if provider.METHOD not in ("env", "shared-credentials-file", "config-file"):
            resolver.remove(provider.METHOD)  # these would call STS, SSO or an instance's metadata service
    return session


def partition(region: str) -> str:
    """Give the partition that a region belongs to, the second part of every ARN."""
    if region.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"
