"""What the tests of the control plane share: its arguments, callers with tokens, nodes and pods."""

from __future__ import annotations

import dataclasses
import sys
import time
from typing import TYPE_CHECKING, Any, TypeVar

from local.control_plane import Api, ApiError, ControlPlaneArgs, User, nodes
from local.control_plane.images import Image
from local.engine import ensure

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

T = TypeVar("T")

ISSUER = "https://oidc.eks.us-west-2.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF"
PROGRAMS = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok", "kubelet")
IMAGES = (
    Image(
        pattern="^python(:|$)",
        command=(sys.executable, "-I", "-S", "-c"),
        environment={"FROM_THE_IMAGE": "yes", "PYTHONPATH": "/image"},
    ),
)
"""A container of image `python` is run for real: its args are a Python program and that program's arguments."""
FIRST = nodes.Node(
    name="ip-10-0-1-23.us-west-2.compute.internal",
    nodegroup="system",
    instance_type="m6i.xlarge",
    capacity_type="ON_DEMAND",
    zone="us-west-2a",
    zone_id="usw2-az1",
    region="us-west-2",
    address="10.0.1.23",
    instance_id="i-0123456789abcdef0",
    image="ami-0123456789abcdef0",
    max_pods=58,
    cpu=4,
    memory_gib=16,
    pod_eni=18,
)
SECOND = dataclasses.replace(
    FIRST,
    name="ip-10-0-2-34.us-west-2.compute.internal",
    address="10.0.2.34",
    instance_type="t3.xlarge",
    instance_id="i-0123456789abcdef1",
    pod_eni=0,
)


class Callers:
    """The mapping of tokens to users and the access policies, as a test sets them."""

    def __init__(self) -> None:
        self.users: dict[str, User] = {}
        self.allowed: set[tuple[str, str]] = set()

    def authenticate(self, token: str) -> User | None:
        if token == "broken":
            raise RuntimeError("the mapping cannot be read")
        return self.users.get(token)

    def authorize(self, spec: dict[str, Any]) -> bool:
        return (spec["user"], spec.get("resourceAttributes", {}).get("namespace", "")) in self.allowed


def arguments(folder: Path, callers: Callers) -> ControlPlaneArgs:
    engine = ensure()
    return ControlPlaneArgs(
        name="test",
        folder=folder,
        programs=engine.programs,
        definitions=engine.definitions,
        issuer=ISSUER,
        region="us-west-2",
        service_cidr="172.20.0.0/16",
        aws_endpoint="http://127.0.0.1:1",
        images=IMAGES,
        authenticate=callers.authenticate,
        authorize=callers.authorize,
    )


def eventually(attempt: Callable[[], T], seconds: float = 20) -> T:
    """Return the first answer that is true; the object asked for may not be there yet."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            if answer := attempt():
                return answer
        except ApiError as error:
            if error.reason != "NotFound":
                raise
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.05)


def pod(name: str, **container: Any) -> dict[str, Any]:
    spec = {"containers": [{"name": "main", "image": "pause", **container}]}
    return {"metadata": {"name": name}, "spec": spec}


def pods(namespace: str) -> str:
    return f"/api/v1/namespaces/{namespace}/pods"


def ready_condition(api: Api, node: nodes.Node) -> dict[str, Any]:
    conditions = api.get(f"/api/v1/nodes/{node.name}")["status"]["conditions"]
    return next(condition for condition in conditions if condition["type"] == "Ready")


def run(api: Api, path: str) -> dict[str, Any]:
    """Wait until the pod at `path` runs."""

    def running() -> dict[str, Any]:
        found = api.get(path)
        return found if found["status"]["phase"] == "Running" else {}

    return eventually(running)
