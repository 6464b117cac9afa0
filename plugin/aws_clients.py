"""Clients of AWS services, for one configuration of the provider."""

from __future__ import annotations

import base64
import threading
from dataclasses import dataclass
from typing import Any

import boto3
import botocore.config
import botocore.credentials
import botocore.session

_RETRIES = botocore.config.Config(
    # Many operations share one token bucket per account and Region (EMR on EKS: 25 calls, then one a second):
    # the adaptive mode slows the whole process down to what AWS gives, and gives up late.
    retries={"mode": "adaptive", "total_max_attempts": 8},
    max_pool_connections=64,
)
_CLUSTER_HEADER = "x-k8s-aws-id"


@dataclass(frozen=True, kw_only=True)
class AwsConfiguration:
    """How to reach AWS; what is not given is taken from the environment, as every AWS tool does."""

    region: str | None = None
    """Region of all calls."""
    endpoint_url: str | None = None
    """Endpoint of all services instead of AWS's own."""
    profile: str | None = None
    """Profile in the shared configuration files whose credentials are used."""
    assume_role_arn: str | None = None
    """Role that is assumed with those credentials for all calls."""


class AwsClients:
    """One client a service, made when first needed, for all threads."""

    def __init__(self, configuration: AwsConfiguration) -> None:
        self._configuration = configuration
        self._clients: dict[str, Any] = {}
        self._lock = threading.RLock()
        self._made_session: Any = None

    def client(self, service: str) -> Any:
        """The client of a service, by boto3's name of it.

        Raises:
            botocore.exceptions.BotoCoreError: no region, no such profile.
        """
        with self._lock:
            if service not in self._clients:
                self._clients[service] = self._session().client(
                    service, endpoint_url=self._configuration.endpoint_url, config=_RETRIES
                )
                if service == "sts":
                    _let_name_a_cluster(self._clients[service])
            return self._clients[service]

    def kubernetes_token(self, cluster_name: str) -> str:
        """A bearer token for the cluster's API server, as `aws eks get-token` makes it.

        It is a call of sts:GetCallerIdentity, signed for this cluster and 60 seconds; EKS makes it and so learns
        who asks.
        """
        url: str = self.client("sts").generate_presigned_url(
            "get_caller_identity", Params={_CLUSTER_HEADER: cluster_name}, ExpiresIn=60, HttpMethod="GET"
        )
        return "k8s-aws-v1." + base64.urlsafe_b64encode(url.encode()).decode().rstrip("=")

    def _session(self) -> Any:
        if self._made_session is None:
            session = boto3.Session(profile_name=self._configuration.profile, region_name=self._configuration.region)
            role_arn = self._configuration.assume_role_arn
            self._made_session = self._assume(session, role_arn) if role_arn else session
        return self._made_session

    def _assume(self, source: Any, role_arn: str) -> Any:
        def sts(*_: Any, **credentials: Any) -> Any:
            return source.client("sts", endpoint_url=self._configuration.endpoint_url, **credentials)

        fetcher: Any = botocore.credentials.AssumeRoleCredentialFetcher(
            client_creator=sts,
            source_credentials=source.get_credentials(),
            role_arn=role_arn,
            extra_args={"RoleSessionName": "tenancy"},
        )
        session: Any = botocore.session.Session()
        session.set_config_variable("region", source.region_name)
        # botocore has no other way to give a session credentials that renew themselves.
        session._credentials = botocore.credentials.DeferredRefreshableCredentials(  # noqa: SLF001
            method="assume-role", refresh_using=fetcher.fetch_credentials
        )
        return boto3.Session(botocore_session=session)


def _let_name_a_cluster(sts: Any) -> None:
    def keep(params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        if _CLUSTER_HEADER in params:
            context[_CLUSTER_HEADER] = params.pop(_CLUSTER_HEADER)

    def send(request: Any, **_: Any) -> None:
        if _CLUSTER_HEADER in request.context:
            request.headers[_CLUSTER_HEADER] = request.context[_CLUSTER_HEADER]

    sts.meta.events.register("provide-client-params.sts.GetCallerIdentity", keep)
    sts.meta.events.register("before-sign.sts.GetCallerIdentity", send)
