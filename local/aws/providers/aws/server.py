"""The gRPC face of the provider: `pulumirpc.ResourceProvider`, as the engine calls it."""

from __future__ import annotations

import functools
import importlib.metadata
import os
from concurrent import futures
from typing import TYPE_CHECKING, Any, Final

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from local.aws.providers.aws import configuration, wire
from local.aws.providers.aws.answers import abort, diff_response
from local.aws.providers.aws.cloud import Cloud
from local.aws.providers.aws.failures import ProviderError
from local.aws.providers.aws.provider import Provider, Urn
from local.aws.providers.aws.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable

_WORKERS: Final = 64
"""Threads: a resource that waits to become ready holds one."""
_HEARTBEAT_SECONDS: Final = 1.0
_MESSAGE_BYTES: Final = 400 * 1024 * 1024
"""The engine's own limit for a message."""

proto: Any = provider_pb2
plugin: Any = plugin_pb2


def _guarded(method: Callable[..., Any]) -> Callable[..., Any]:
    """Turn what a method raises into a status that the engine understands."""

    @functools.wraps(method)
    def call(self: Servicer, request: Any, context: grpc.ServicerContext) -> Any:
        try:
            return method(self, request)
        except Exception as error:  # noqa: BLE001 - the border of the process: everything becomes a status
            abort(context, error)

    return call


class Servicer(provider_pb2_grpc.ResourceProviderServicer):
    """Decodes the engine's requests, hands them to `Provider`, encodes its answers."""

    def __init__(self) -> None:
        self.registry = Registry()
        self._provider: Provider | None = None

    @property
    def provider(self) -> Provider:
        """The configured provider."""
        if self._provider is None:
            raise ProviderError("the provider is not configured")
        return self._provider

    @_guarded
    def Handshake(self, request: Any) -> Any:  # noqa: N802 - named by the protocol, as all below
        """Agree on the protocol: secrets come marked, resources as their ids."""
        del request
        return proto.ProviderHandshakeResponse(accept_secrets=True)

    @_guarded
    def GetPluginInfo(self, request: Any) -> Any:  # noqa: N802
        """Say which version of pulumi-aws this stands for."""
        del request
        return plugin.PluginInfo(version=importlib.metadata.version("pulumi_aws"))

    @_guarded
    def GetSchema(self, request: Any) -> Any:  # noqa: N802
        """Give a schema without types: those are in the SDK."""
        del request
        return proto.GetSchemaResponse(schema='{"name": "aws"}')

    @_guarded
    def CheckConfig(self, request: Any) -> Any:  # noqa: N802
        """Refuse arguments of the provider that are not handled."""
        reason = "the embedded cloud does not handle aws:{}; add it to local/aws/providers/aws/configuration.py"
        failures = [
            proto.CheckFailure(property=name, reason=reason.format(name))
            for name in configuration.unhandled(wire.decode(request.news))
        ]
        return proto.CheckResponse(inputs=request.news, failures=failures)

    @_guarded
    def Configure(self, request: Any) -> Any:  # noqa: N802
        """Take the configuration; refuse one that would reach AWS."""
        arguments = wire.decode(request.args)
        legacy = {name.removeprefix("aws:config:"): value for name, value in request.variables.items()}
        cloud = Cloud(configuration.read({**legacy, **arguments}))
        cloud.check_account()
        self._provider = Provider(self.registry, cloud)
        return proto.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    @_guarded
    def Invoke(self, request: Any) -> Any:  # noqa: N802
        """Answer a function."""
        from local.aws.providers.aws import invokes  # noqa: PLC0415 - only some programs need it

        answer = invokes.invoke(self.provider.cloud, self.registry.models, request.tok, wire.decode(request.args))
        response = proto.InvokeResponse()
        getattr(response, "return").CopyFrom(wire.encode(answer))
        return response

    @_guarded
    def Check(self, request: Any) -> Any:  # noqa: N802
        """Complete and check inputs."""
        inputs, problems = self.provider.check(
            Urn.parse(request.urn),
            wire.decode(request.olds),
            wire.decode(request.news),
            request.randomSeed,
        )
        failures = [proto.CheckFailure(property=each.property, reason=each.reason) for each in problems]
        return proto.CheckResponse(inputs=wire.encode(inputs), failures=failures)

    @_guarded
    def Diff(self, request: Any) -> Any:  # noqa: N802
        """Compare state and inputs."""
        found = self.provider.diff(
            Urn.parse(request.urn),
            olds=wire.decode(request.olds),
            old_inputs=wire.decode(request.old_inputs),
            news=wire.decode(request.news),
            ignored=request.ignoreChanges,
        )
        return diff_response(found)

    @_guarded
    def Create(self, request: Any) -> Any:  # noqa: N802
        """Create, or say in a preview what would be."""
        urn, inputs = Urn.parse(request.urn), wire.decode(request.properties)
        if request.preview:
            return proto.CreateResponse(properties=wire.encode(self.provider.preview_create(urn, inputs)))
        id_, outputs = self.provider.create(urn, inputs, request.timeout)
        return proto.CreateResponse(id=id_, properties=wire.encode(outputs))

    @_guarded
    def Read(self, request: Any) -> Any:  # noqa: N802
        """Read for a refresh, or for an import when there is no state."""
        state = wire.decode(request.properties)
        inputs = wire.decode(request.inputs) if request.HasField("inputs") and request.inputs.fields else None
        found = self.provider.read(Urn.parse(request.urn), request.id, state, inputs)
        if found is None:
            return proto.ReadResponse()
        return proto.ReadResponse(id=request.id, inputs=wire.encode(found[0]), properties=wire.encode(found[1]))

    @_guarded
    def Update(self, request: Any) -> Any:  # noqa: N802
        """Update, or say in a preview what would be."""
        urn, olds, news = Urn.parse(request.urn), wire.decode(request.olds), wire.decode(request.news)
        change: dict[str, Any] = {
            "olds": olds,
            "old_inputs": wire.decode(request.old_inputs),
            "news": news,
            "ignored": tuple(request.ignoreChanges),
        }
        if request.preview:
            outputs = self.provider.preview_update(urn, **change)
        else:
            outputs = self.provider.update(urn, request.id, **change, timeout=request.timeout)
        return proto.UpdateResponse(properties=wire.encode(outputs))

    @_guarded
    def Delete(self, request: Any) -> Any:  # noqa: N802
        """Delete."""
        state = wire.decode(request.properties)
        self.provider.delete(Urn.parse(request.urn), request.id, state, request.timeout)
        return empty_pb2.Empty()

    @_guarded
    def Cancel(self, request: Any) -> Any:  # noqa: N802
        """End all waiting."""
        del request
        if self._provider is not None:
            self._provider.cloud.cancelled.set()
        return empty_pb2.Empty()


def serve() -> None:
    """Serve on a free loopback port, say which on standard output, and stay as long as the engine lives."""
    options = [("grpc.max_receive_message_length", _MESSAGE_BYTES), ("grpc.max_send_message_length", _MESSAGE_BYTES)]
    server = grpc.server(futures.ThreadPoolExecutor(_WORKERS), options=options)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Servicer(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    engine = os.getppid()
    # An engine that was killed ends no plugin: nobody needs this one then.
    while server.wait_for_termination(_HEARTBEAT_SECONDS) and os.getppid() == engine:
        pass
    os._exit(0)  # threads that still wait for something would keep the process
