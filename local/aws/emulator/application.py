"""The one web application behind the endpoint: our services, moto for the others, and a few local questions."""

from __future__ import annotations

import json
import logging
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from moto.moto_server.werkzeug_app import (  # pyright: ignore[reportMissingTypeStubs]
    DomainDispatcherApplication,
    create_backend_app,
)

from local.aws.emulator import faults, prices, principals
from local.aws.emulator.authorization import gate, inside, ways
from local.aws.emulator.authorization.services import rest_json
from local.aws.emulator.calls import Calls, form_of, operation_of
from local.aws.emulator.eks_auth.agent import PATH
from local.aws.emulator.rest_json.errors import ServiceError
from local.aws.emulator.rest_json.routes import HttpRequest
from local.aws.emulator.rest_json.service import Call, Service
from local.aws.emulator.scope import Scope
from local.aws.emulator.sts import service as sts_service

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from local.aws.emulator.authorization.ways import Endpoint
    from local.aws.emulator.eks.state import Cluster, ClusterKey
    from local.aws.emulator.eks_auth.agent import Agent
    from local.aws.emulator.principals import Caller
    from local.aws.emulator.sts.service import Sts

LOG = logging.getLogger(__name__)
_MOTO: Any = DomainDispatcherApplication
_UNKNOWN = "The security token included in the request is invalid."


class Application:
    """A WSGI application."""

    def __init__(
        self, services: Iterable[Service], sts: Sts, clusters: Mapping[ClusterKey, Cluster], agent: Agent
    ) -> None:
        """Take our services, the part of STS that decides who becomes a role, clusters with callers, nodes' agent."""
        self._sts = sts
        self._agent = agent
        self._clusters = clusters
        self._services = {service.name: service for service in services}
        self._moto = _MOTO(create_backend_app)
        self._calls = Calls()
        self._changed = threading.Condition()
        self._active = 0
        self._open = True

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        with self._changed:
            if not self._open:
                return _send(start_response, 503, {"message": "The embedded cloud is stopping."})
            self._active += 1
        try:
            return self._answer(environ, start_response)
        finally:
            with self._changed:
                self._active -= 1
                self._changed.notify_all()

    def close(self, seconds: float) -> bool:
        """Refuse new requests and wait for those under way; says whether all ended in time."""
        deadline = time.monotonic() + seconds
        with self._changed:
            self._open = False
            while self._active and time.monotonic() < deadline:
                self._changed.wait(0.1)
            return not self._active

    def _answer(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        origin = inside.origin(environ)
        path: str = environ["PATH_INFO"]
        if path.startswith("/_local/"):
            return self._local(path, start_response)
        if path == PATH:
            return _send(start_response, *self._agent.answer(environ.get("HTTP_AUTHORIZATION", "")))
        scope = Scope.of(environ)
        if not scope.access_key_id and origin and operation_of(environ) == sts_service.UNSIGNED:
            scope = replace(scope, service="sts", region=scope.region or origin.region)
        try:
            endpoint = self._endpoint(origin, scope)
        except ways.NoWayError as error:
            LOG.warning("%s", error)
            is_json = scope.service in self._services or "HTTP_X_AMZ_TARGET" in environ
            return _fault(start_response, faults.no_way(scope.service, str(error), is_json=is_json))
        service = self._services.get(scope.service)
        if service is not None:
            return self._ours(service, scope, endpoint, environ, start_response)
        return self._others(scope, endpoint, environ, start_response)

    def _endpoint(self, origin: ClusterKey | None, scope: Scope) -> Endpoint | None:
        """The VPC endpoint that a call goes through; what does not say for which service it is, no service takes."""
        if origin is None or not scope.service:
            return None
        cluster = self._clusters.get(origin)
        if cluster is None:
            raise ways.NoWayError(f"There is no cluster {origin.name} in {origin.region} of {origin.account}.")
        return ways.through(cluster, scope.service, scope.region)

    def _others(
        self, scope: Scope, endpoint: Endpoint | None, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer for the services that moto knows, after asking who calls and whether they may."""
        is_json = "HTTP_X_AMZ_TARGET" in environ
        operation = operation_of(environ)
        if not scope.access_key_id and operation != sts_service.UNSIGNED:
            is_query = operation != environ["REQUEST_METHOD"] and not is_json
            return _fault(start_response, faults.unsigned(scope.service, is_json=is_json, is_query=is_query))
        caller = _found(scope, endpoint)
        if scope.access_key_id and caller is None:
            return _fault(start_response, faults.unknown_key(scope.service, is_json=is_json))
        self._count(scope, scope.service or "unsigned", operation)
        ruling = gate.rule(caller, scope, environ, operation, endpoint)
        if ruling is not None:
            start_response = ruling.announcing(start_response)
            if ruling.fault is not None:
                return _fault(start_response, ruling.fault)
        if scope.service in ("", "sts") and operation in sts_service.HANDLED:
            return _fault(start_response, self._sts.answer(operation, form_of(environ), caller, scope.region))
        return self._ask_moto(scope, operation, environ, start_response)

    def _ask_moto(
        self, scope: Scope, operation: str, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        if scope.service == prices.SERVICE:
            return _fault(start_response, prices.answer(operation, environ))
        try:
            return self._moto(environ, start_response)
        except NotImplementedError as error:
            LOG.warning("not handled: %s", error)
            message = f"The embedded cloud has no {scope.service}:{operation}: {error}"
            is_json = "HTTP_X_AMZ_TARGET" in environ
            return _fault(
                start_response, faults.fault(scope.service, 501, "NotImplementedException", message, is_json=is_json)
            )

    def _count(self, scope: Scope, service: str, operation: str) -> None:
        """Count what people and programs call; what goes on in a cluster calls as sessions of roles."""
        if not scope.is_session:
            self._calls.count(service, operation)

    def _local(self, path: str, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if path == "/_local/health":
            return _send(start_response, 200, {"status": "ready"})
        if path == "/_local/calls":
            return _send(start_response, 200, self._calls.document())
        return _send(start_response, 404, {"message": f"{path} is none of /_local/health, /_local/calls"})

    def _ours(
        self,
        service: Service,
        scope: Scope,
        endpoint: Endpoint | None,
        environ: dict[str, Any],
        start_response: Callable[..., Any],
    ) -> Iterable[bytes]:
        raw: str = environ.get("REQUEST_URI") or environ["PATH_INFO"]
        request = HttpRequest(
            method=environ["REQUEST_METHOD"],
            path=raw.partition("?")[0],
            query=environ.get("QUERY_STRING", ""),
            body=environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)),
        )

        def admit(call: Call, operation: str, params: dict[str, Any]) -> None:
            if endpoint is not None:
                ask = rest_json.ask(service.name, operation, params, call, particular=endpoint.names_resources)
                gate.admit(call.caller, call.region, ask, endpoint)

        answer = service.answer(
            request,
            lambda: _call(scope, endpoint),
            lambda operation: self._count(scope, service.name, operation),
            admit,
        )
        start_response(f"{answer.status} {'OK' if answer.status < 400 else 'Error'}", answer.headers)  # noqa: PLR2004 - HTTP
        return [answer.body]


def _found(scope: Scope, endpoint: Endpoint | None) -> Caller | None:
    """Whose access key it is, with the way the call takes."""
    caller = principals.find(scope.access_key_id)
    return replace(caller, way=endpoint.keys) if caller and endpoint else caller


def _call(scope: Scope, endpoint: Endpoint | None) -> Call:
    if not scope.access_key_id:
        raise ServiceError("MissingAuthenticationTokenException", "Missing Authentication Token")
    caller = _found(scope, endpoint)
    if caller is None:
        raise ServiceError("UnrecognizedClientException", _UNKNOWN)
    return Call(caller=caller, region=scope.region)


def _fault(start_response: Callable[..., Any], fault: faults.Fault) -> Iterable[bytes]:
    status = f"{fault.status} {'OK' if fault.status < 400 else 'Error'}"  # noqa: PLR2004 - HTTP
    start_response(status, [("Content-Type", fault.content_type)])
    return [fault.body]


def _send(start_response: Callable[..., Any], status: int, document: dict[str, Any]) -> Iterable[bytes]:
    start_response(f"{status} {'OK' if status < 400 else 'Error'}", [("Content-Type", "application/json")])  # noqa: PLR2004 - HTTP
    return [json.dumps(document).encode()]
