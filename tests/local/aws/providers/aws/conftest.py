"""An emulated cloud for these tests, and the stand-in behind its real protocol, as the engine talks to it."""

from __future__ import annotations

import functools
import json
import subprocess
import sys
from concurrent import futures
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import grpc
import pytest
from pulumi.runtime.proto import provider_pb2_grpc

from local.aws.providers.aws.server import Servicer
from tests.local.aws.providers.aws.driver import KEYS, Engine
from tests.local.aws.providers.aws.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[5]


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    """The address of an emulated cloud."""
    program = Path(__file__).with_name("fake_cloud.py")
    with subprocess.Popen(
        [sys.executable, program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "EMBEDDED_CLOUD_NODE_SECONDS": "3"},
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.stdin.close()


@pytest.fixture(scope="session")
def aws(endpoint: str) -> Any:
    """Makes boto3 clients for the cloud, to look and change behind the provider."""
    return functools.partial(boto3.client, endpoint_url=endpoint, region_name="us-west-2", **KEYS)


@pytest.fixture(scope="session")
def unconfigured() -> Iterator[Any]:
    """Makes providers that are not configured yet."""
    servers = []

    def make() -> Engine:
        servicer = Servicer()
        server = grpc.server(futures.ThreadPoolExecutor(16))
        provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, server)
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        channel = grpc.insecure_channel(f"127.0.0.1:{port}")
        servers.append((server, channel))
        return Engine(provider_pb2_grpc.ResourceProviderStub(channel), servicer)

    yield make
    for server, channel in servers:
        channel.close()
        server.stop(None).wait()


@pytest.fixture(scope="session")
def arguments(endpoint: str) -> dict[str, str]:
    """The arguments of a provider of the cloud, as the engine hands them over."""
    services = (
        *("budgets", "cloudtrail", "cloudwatch", "ec2", "eks", "events", "iam", "kms", "logs", "s3", "sns", "sqs"),
        *("ssm", "sts"),
    )
    return {
        "region": "us-west-2",
        "accessKey": KEYS["aws_access_key_id"],
        "secretKey": KEYS["aws_secret_access_key"],
        "endpoints": json.dumps([dict.fromkeys(services, endpoint)]),
    }


@pytest.fixture(scope="session")
def engine(unconfigured: Any, arguments: dict[str, str]) -> Engine:
    """A provider of the cloud, with default tags."""
    made = unconfigured()
    made.configure(**arguments, defaultTags='{"tags": {"platform": "test"}}')
    return made


@pytest.fixture(scope="session")
def world(aws: Any) -> World:
    """What resources need to exist beside."""
    return World(aws)
