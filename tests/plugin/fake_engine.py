"""An engine that asks a servicer over gRPC, and a resource that does as it is told."""

from __future__ import annotations

import asyncio
import threading
from typing import Any, ClassVar

import grpc
import grpc.aio
import pytest
from pulumi.provider import Provider
from pulumi.runtime.proto import provider_pb2_grpc

from plugin.custom_resource import CustomResource, Failure, State
from plugin.property_values import UNKNOWN
from plugin.servicer import Servicer


class Thing(CustomResource):
    type_name: ClassVar[str] = "tenancy:index:Thing"
    inputs: ClassVar[frozenset[str]] = frozenset({"name", "size"})
    replacing: ClassVar[frozenset[str]] = frozenset({"name"})
    delete_before_replace: ClassVar[bool] = True
    computed: ClassVar[frozenset[str]] = frozenset({"arn"})

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.absent = False
        self.waiting = threading.Event()
        self.seen: dict[str, Any] = {}

    def check(self, inputs):
        wrong = [] if inputs.get("size", 1) in (1, 2, UNKNOWN) else [Failure(property="size", reason="1 or 2")]
        return {"size": 1} | inputs, wrong

    def _done(self, call, **seen) -> State:
        self.seen = seen | {"urn": call.urn, "timeout": call.timeout}
        if self.error:
            raise self.error
        inputs = seen["inputs"]
        return State(id="t-1", outputs={"arn": "arn:t-1"} | inputs)

    def create(self, call, inputs):
        if inputs.get("name") == "slow":
            self.waiting.set()
            while True:
                call.pause(10, longest=60)
        call.tell("made")
        return self._done(call, inputs=inputs)

    def read(self, call, resource_id, inputs):
        state = self._done(call, inputs=inputs or {"name": "imported"}, id=resource_id)
        return None if self.absent else state

    def update(self, call, state, inputs):
        return self._done(call, inputs=inputs, old=state)

    def delete(self, call, state):
        self._done(call, inputs={}, old=state)


class Log:
    def __init__(self) -> None:
        self.warnings: list[tuple[str, str]] = []

    def warn(self, urn: str, message: str) -> None:
        self.warnings.append((urn, message))


class Engine:
    """Asks the servicer, from this thread."""

    def __init__(self) -> None:
        self.thing, self.log, self.loop = Thing(), Log(), asyncio.new_event_loop()
        self._ready = threading.Event()
        threading.Thread(target=self._serve, daemon=True).start()
        assert self._ready.wait(10)
        self._channel = grpc.insecure_channel(f"127.0.0.1:{self._port}")
        self.ask: Any = provider_pb2_grpc.ResourceProviderStub(self._channel)

    def _serve(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_until_complete(self._start())
        self.loop.run_forever()

    async def _start(self) -> None:
        self._server = grpc.aio.server()
        servicer = Servicer(Provider(version="1.2.3"), "127.0.0.1:1", [self.thing], self.log)  # type: ignore[arg-type]
        provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, self._server)
        self._port = self._server.add_insecure_port("127.0.0.1:0")
        await self._server.start()
        self._ready.set()

    def close(self) -> None:
        self._channel.close()
        asyncio.run_coroutine_threadsafe(self._server.stop(None), self.loop).result(10)
        self.loop.call_soon_threadsafe(self.loop.stop)

    def refused(self, operation: str, request: Any) -> grpc.RpcError:
        with pytest.raises(grpc.RpcError) as refused:
            getattr(self.ask, operation)(request)
        return refused.value
