"""The engine's protocol (pulumi/provider.proto) over our custom resources.

Components that the plugin serves one day come with the base class: Construct, Call, GetSchema.
"""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import botocore.exceptions
import grpc
from google.protobuf import empty_pb2
from pulumi.provider.server import ProviderServicer
from pulumi.runtime.proto import provider_pb2, status_pb2

from plugin import differences, provider_inputs
from plugin.aws_clients import AwsClients, AwsConfiguration
from plugin.custom_resource import Call, CustomResource, Failure, Refused, State, Unfinished
from plugin.property_values import UNKNOWN, Properties, decode, encode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pulumi.provider import Provider

    from plugin.engine_log import EngineLog

_WORKERS = 64
"""Operations at a time: they wait for AWS, and the engine itself starts no more than the user allows."""


class Servicer(ProviderServicer):
    """Serves one configured provider.

    Args:
        provider: The plugin's version, and its components.
        engine: The engine's address.
        resources: The types of custom resources.
        log: The engine's log.
    """

    def __init__(self, provider: Provider, engine: str, resources: Iterable[CustomResource], log: EngineLog) -> None:
        super().__init__(provider, [], engine)
        self._resources = {resource.type_name: resource for resource in resources}
        self._log = log
        self._aws = AwsClients(AwsConfiguration())
        self._cancelled = threading.Event()
        self._workers = ThreadPoolExecutor(_WORKERS)

    async def CheckConfig(self, request: Any, context: Any) -> Any:  # noqa: N802 (the protocol's name)
        """Check the provider's inputs."""
        del context
        failures = provider_inputs.check(decode(request.news).values)
        return provider_pb2.CheckResponse(inputs=request.news, failures=_failures(failures))

    async def DiffConfig(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Compare the provider's inputs."""
        del context
        olds, news = decode(request.old_inputs).values, decode(request.news).values
        changed = provider_inputs.changed(olds, news)
        return differences.answer(changed, replaces=["region"] if provider_inputs.replaces(olds, news) else [])

    async def Configure(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Take the provider's inputs."""
        del context
        self._aws = AwsClients(provider_inputs.configuration(decode(request.args).values))
        return provider_pb2.ConfigureResponse(acceptSecrets=True, supportsPreview=True, acceptResources=True)

    async def Check(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Fill in defaults and find what is wrong with the inputs."""
        resource = await self._resource(request.urn, context)
        news = decode(request.news)
        strange = [
            Failure(
                property=name,
                reason=f"{resource.type_name} has no input {name!r}; it has {', '.join(sorted(resource.inputs))}",
            )
            for name in news.values.keys() - resource.inputs
        ]
        inputs, failures = resource.check(news.values)
        return provider_pb2.CheckResponse(
            inputs=encode(inputs, news.secrets), failures=_failures([*strange, *failures])
        )

    async def Diff(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Compare the recorded inputs with the program's."""
        resource = await self._resource(request.urn, context)
        olds, news = decode(request.old_inputs).values, decode(request.news).values
        ignored = {path.partition(".")[0].partition("[")[0] for path in request.ignoreChanges}
        changed = sorted(name for name in resource.inputs - ignored if olds.get(name) != news.get(name))
        return differences.answer(
            changed,
            replaces=[name for name in changed if name in resource.replacing],
            delete_before_replace=resource.delete_before_replace,
        )

    async def Create(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Make a resource; in a preview, say what will be known of it."""
        resource, inputs = await self._resource(request.urn, context), decode(request.properties)
        if request.preview:
            planned = inputs.values | dict.fromkeys(resource.computed, UNKNOWN)
            return provider_pb2.CreateResponse(id="", properties=encode(planned, inputs.secrets))
        state: State = await self._run(
            context, inputs, lambda: resource.create(self._operation(request), inputs.values)
        )
        return provider_pb2.CreateResponse(id=state.id, properties=encode(state.outputs, inputs.secrets))

    async def Read(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Look at a resource: for refresh with its recorded inputs, for import without."""
        resource, inputs = await self._resource(request.urn, context), decode(request.inputs)
        state: State | None = await self._run(
            context, inputs, lambda: resource.read(self._operation(request), request.id, inputs.values)
        )
        if state is None:
            return provider_pb2.ReadResponse()
        seen = {name: value for name, value in state.outputs.items() if name in resource.inputs}
        return provider_pb2.ReadResponse(
            id=state.id, properties=encode(state.outputs, inputs.secrets), inputs=encode(seen, inputs.secrets)
        )

    async def Update(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Change a resource."""
        resource, inputs = await self._resource(request.urn, context), decode(request.news)
        old = State(id=request.id, outputs=decode(request.olds).values)
        if request.preview:
            kept = {name: value for name, value in old.outputs.items() if name in resource.computed}
            return provider_pb2.UpdateResponse(properties=encode(inputs.values | kept, inputs.secrets))
        state: State = await self._run(
            context, inputs, lambda: resource.update(self._operation(request), old, inputs.values)
        )
        return provider_pb2.UpdateResponse(properties=encode(state.outputs, inputs.secrets))

    async def Delete(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Remove a resource."""
        resource, properties = await self._resource(request.urn, context), decode(request.properties)
        state = State(id=request.id, outputs=properties.values)
        await self._run(context, properties, lambda: resource.delete(self._operation(request), state))
        return empty_pb2.Empty()

    async def Cancel(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Stop waiting; operations end with what they have."""
        self._cancelled.set()
        return await super().Cancel(request, context)

    def _operation(self, request: Any) -> Call:
        return Call(
            urn=request.urn,
            timeout=request.timeout,
            aws=self._aws,
            cancelled=self._cancelled,
            tell=lambda message: self._log.warn(request.urn, message),
        )

    async def _resource(self, urn: str, context: Any) -> CustomResource:
        token = urn.split("::")[2].rpartition("$")[2]
        if token not in self._resources:
            known = ", ".join(sorted(self._resources))
            await context.abort(grpc.StatusCode.UNIMPLEMENTED, f"the plugin has no resource {token}; it has {known}")
        return self._resources[token]

    async def _run(self, context: Any, inputs: Properties, operation: Callable[[], Any]) -> Any:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._workers, operation)
        except Refused as refused:
            await context.abort(refused.status, str(refused))
        except Unfinished as unfinished:
            await context.abort_with_status(_unfinished(unfinished, inputs))
        except botocore.exceptions.ClientError as error:
            await context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(error))
        except botocore.exceptions.BotoCoreError as error:
            await context.abort(grpc.StatusCode.UNAVAILABLE, f"AWS could not be asked: {error}")


class _Status(grpc.Status):
    def __init__(self, details: str, error: Any) -> None:
        self.code = grpc.StatusCode.UNKNOWN
        self.details = details
        status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=details)
        status.details.add().Pack(error)
        self.trailing_metadata = (("grpc-status-details-bin", status.SerializeToString()),)


def _unfinished(unfinished: Unfinished, inputs: Properties) -> grpc.Status:
    error = provider_pb2.ErrorResourceInitFailed(
        id=unfinished.state.id,
        properties=encode(unfinished.state.outputs, inputs.secrets),
        reasons=[str(unfinished)],
        inputs=encode(inputs.values, inputs.secrets),
    )
    return _Status(str(unfinished), error)


def _failures(failures: list[Failure]) -> list[Any]:
    return [provider_pb2.CheckFailure(property=one.property, reason=one.reason) for one in failures]
