"""Messages that the engine shows beside a resource."""

from __future__ import annotations

import contextlib
from typing import Any

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc


class EngineLog:
    """The engine's log.

    Args:
        address: The engine's address.
    """

    def __init__(self, address: str) -> None:
        self._engine: Any = engine_pb2_grpc.EngineStub(grpc.insecure_channel(address))

    def warn(self, urn: str, message: str) -> None:
        """Show a warning; that nobody can be told is no reason to fail."""
        severity: Any = engine_pb2.WARNING
        with contextlib.suppress(grpc.RpcError):
            self._engine.Log(engine_pb2.LogRequest(severity=severity, message=message, urn=urn))
