"""The emulator with fake control planes, and the clients that speak to it."""

from __future__ import annotations

import json
from typing import Any

import boto3
from botocore.config import Config
from moto.core.base_backend import BackendDict

from local.aws.emulator import account
from local.aws.emulator.emulator import Emulator
from tests.local.aws.emulator.fake_control_plane import FakeControlPlane
from tests.local.aws.emulator.fake_workload import FakeSpark, FakeWorkload

REGION = "us-west-2"
CURRENT: dict[str, Any] = {}
"""`application`: the one that the server of the test session hands requests to."""


class World:
    """The emulator, its fake control planes, and clients that speak to it."""

    def __init__(self, folder: Any, clients: Clients) -> None:
        self.clients = clients
        self.planes: dict[str, FakeControlPlane] = {}
        self.workload, self.spark = FakeWorkload(), FakeSpark()
        self.emulator = Emulator(folder, self.make, workload=self.workload, spark=self.spark)
        self.next_failure: Exception | None = None

    def make(self, _eks: Any, cluster: Any, _folder: Any) -> Any:
        plane = FakeControlPlane(cluster)
        plane.failure = self.next_failure
        self.planes[cluster.key.name] = plane
        return plane

    def settle(self) -> None:
        """Wait until everything that goes on in the background is done."""
        assert self.emulator.background.wait_idle(20)


class Clients:
    """boto3 clients by service; made once, since making one is slow."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.made: dict[tuple[str, str], Any] = {}

    def __call__(self, service: str, key: str = account.ACCESS_KEY_ID, secret: str = account.SECRET_ACCESS_KEY) -> Any:
        if (service, key) not in self.made:
            make: Any = boto3.client
            self.made[service, key] = make(
                service,
                region_name=REGION,
                endpoint_url=f"http://127.0.0.1:{self.port}",
                aws_access_key_id=key,
                aws_secret_access_key=secret,
                config=Config(retries={"total_max_attempts": 1}),
            )
        return self.made[service, key]


def forget_moto() -> None:
    """Drop the state of all services; BackendDict.reset would make them anew first."""
    in_use: Any = BackendDict
    for service in list(in_use._instances):
        service.clear()
        getattr(service, "bucket_accounts", {}).clear()  # S3 remembers there whose a bucket is
    in_use._instances.clear()


def current_application(environ: dict[str, Any], start_response: Any) -> Any:
    return CURRENT["application"](environ, start_response)


def trust(service: str) -> str:
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
