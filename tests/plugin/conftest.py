"""What the plugin talks to, as fixtures."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from plugin.custom_resource import Call
from tests.plugin.fake_api_server import FakeApiServer
from tests.plugin.fake_emr import FakeEmr

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


class FakeClients:
    """Stands in for AwsClients."""

    def __init__(self, **services: Any) -> None:
        self._services = services

    def client(self, service: str) -> Any:
        return self._services[service.replace("-", "_")]

    def kubernetes_token(self, cluster_name: str) -> str:
        return f"token-of-{cluster_name}"


@pytest.fixture
def told() -> list[str]:
    """The warnings shown to the user."""
    return []


@pytest.fixture
def call(told: list[str]) -> Callable[..., Call]:
    """Makes an operation of the engine over faked services."""

    def make(urn: str = "urn:pulumi:s::p::t::n", timeout: float = 0, **services: Any) -> Call:
        return Call(
            urn=urn,
            timeout=timeout,
            aws=FakeClients(**services),  # type: ignore[arg-type]
            cancelled=threading.Event(),
            tell=told.append,
        )

    return make


@pytest.fixture
def emr() -> FakeEmr:
    return FakeEmr()


@pytest.fixture
def api_server(tmp_path: Path) -> Iterator[FakeApiServer]:
    server = FakeApiServer(tmp_path)
    yield server
    server.close()
