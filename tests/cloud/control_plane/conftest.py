"""One control plane for all tests that leave it as they found it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pytest

from local.control_plane import ControlPlane, nodes
from tests.cloud.control_plane.world import FIRST, SECOND, Callers, arguments, eventually

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def callers() -> Callers:
    return Callers()


@pytest.fixture(scope="session")
def plane(tmp_path_factory: pytest.TempPathFactory, callers: Callers) -> Iterator[ControlPlane]:
    """One control plane for the tests that leave it as they found it."""
    plane = ControlPlane(arguments(tmp_path_factory.mktemp("plane") / "cluster", callers))
    plane.start()
    yield plane
    plane.delete()


@pytest.fixture
def namespace(plane: ControlPlane) -> Iterator[str]:
    """A namespace of the test's own, with its default service account."""
    name = f"test-{uuid.uuid4().hex[:8]}"
    plane.api.create("/api/v1/namespaces", {"metadata": {"name": name}})
    eventually(lambda: plane.api.get(f"/api/v1/namespaces/{name}/serviceaccounts/default"))
    yield name
    plane.api.delete(f"/api/v1/namespaces/{name}")


@pytest.fixture
def joined(plane: ControlPlane) -> Iterator[None]:
    """Two nodes, of which the first can trunk, without a network plugin yet."""
    for node in (FIRST, SECOND):
        nodes.join(plane.api, node)
    yield
    for node in (FIRST, SECOND):
        nodes.leave(plane.api, node.name)


@pytest.fixture
def ready(plane: ControlPlane, joined: None) -> Iterator[None]:
    """The two nodes with a network plugin."""
    del joined
    nodes.set_network_ready(plane.api, ready=True, pod_eni=False)
    yield
    nodes.set_network_ready(plane.api, ready=False, pod_eni=False)
