"""The plugin's process: one gRPC server on a loopback port, for one engine."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import importlib.metadata
import sys

import grpc
import grpc.aio
from pulumi.provider import Provider
from pulumi.runtime.proto import provider_pb2_grpc

from plugin.aws_auth_entry import AwsAuthEntry
from plugin.engine_log import EngineLog
from plugin.job_template import JobTemplate
from plugin.service_linked_role import ServiceLinkedRole
from plugin.servicer import Servicer
from plugin.virtual_cluster import VirtualCluster

_MESSAGE_SIZE = 400 * 1024 * 1024
"""Bytes; what the engine and the SDKs allow themselves."""


def serve(arguments: list[str]) -> None:
    """Serve until the engine ends the process. The first line of output is the port (Pulumi's plugin protocol).

    Args:
        arguments: The engine's address; flags before it are for other kinds of plugins.
    """
    parser = argparse.ArgumentParser(prog="plugin", description="Pulumi's plugin `tenancy`")
    parser.add_argument("engine", help="address of the engine")
    engine = parser.parse_known_args(arguments)[0].engine
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(engine))


async def _serve(engine: str) -> None:
    server = grpc.aio.server(options=[("grpc.max_receive_message_length", _MESSAGE_SIZE)])
    servicer = Servicer(
        Provider(version=importlib.metadata.version("tenancy")),
        engine,
        [VirtualCluster(), JobTemplate(), ServiceLinkedRole(), AwsAuthEntry()],
        EngineLog(engine),
    )
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    await server.wait_for_termination()
