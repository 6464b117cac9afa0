"""A monitor that records what the stand-in registers, and answers as the engine would."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import pulumi
import pytest
from google.protobuf import json_format, struct_pb2
from pulumi.runtime.mocks import MockMonitor
from pulumi.runtime.proto import resource_pb2

with warnings.catch_warnings():  # pulumi_eks warns at import of a class that nobody here uses
    warnings.simplefilter("ignore", DeprecationWarning)
    from local.aws.providers.eks.provider import EksProvider

if TYPE_CHECKING:
    from collections.abc import Callable

ISSUER = "https://oidc.eks.us-west-2.amazonaws.com/id/ABC"
CLUSTER = {
    "arn": "arn:aws:eks:us-west-2:123456789012:cluster/prod",
    "endpoint": "https://127.0.0.1:6443",
    "certificateAuthority": {"data": "Q0E="},
    "identities": [{"oidcs": [{"issuer": ISSUER}]}],
}


class NoCalls(pulumi.runtime.Mocks):
    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        raise AssertionError(args)

    def call(self, args: pulumi.runtime.MockCallArgs) -> dict[str, Any]:
        raise AssertionError(f"asked for {args.token}")


class Monitor(MockMonitor):
    """Unlike its base it leaves references to resources as they are: hydrating them needs an engine."""

    def __init__(self) -> None:
        super().__init__(NoCalls())
        self.registered: dict[str, Any] = {}
        self.outputs: dict[str, dict[str, Any]] = {}

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802
        self.registered[f"{request.type} {request.name}"] = request
        urn, answer = self.make_urn(request.parent, request.type, request.name), struct_pb2.Struct()
        if request.custom:
            state = _state(request.type, request.name, json_format.MessageToDict(request.object))
            self.resources[urn] = MockMonitor.ResourceRegistration(urn, f"{request.name}-id", state)
            answer.update(state)
        return resource_pb2.RegisterResourceResponse(urn=urn, id=f"{request.name}-id", object=answer)

    def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: N802
        self.outputs[request.urn.rpartition("::")[2]] = json_format.MessageToDict(request.outputs)
        return super().RegisterResourceOutputs(request)


def _state(kind: str, name: str, inputs: dict[str, Any]) -> dict[str, Any]:
    if kind == "aws:eks/cluster:Cluster":
        network = inputs["vpcConfig"] | {"clusterSecurityGroupId": "sg-1", "vpcId": "vpc-1"}
        return inputs | CLUSTER | {"vpcConfig": network}
    if kind == "aws:ec2/launchTemplate:LaunchTemplate":
        return inputs | {"latestVersion": 3}
    if kind == "aws:iam/role:Role":
        return inputs | {"arn": f"arn:aws:iam::123456789012:role/{name}"}
    return inputs


class Engine:
    """Runs constructs as the engine would, and shows what they registered."""

    def __init__(self, monitor: Monitor) -> None:
        self._monitor = monitor

    @property
    def outputs(self) -> dict[str, dict[str, Any]]:
        return self._monitor.outputs

    def run(self, program: Callable[[EksProvider], Any]) -> None:
        def test() -> Any:
            result = program(EksProvider())
            return result if isinstance(result, pulumi.Output) else None

        pulumi.runtime.test(test)()

    def children(self) -> set[str]:
        return set(self._monitor.registered)

    def inputs(self, child: str) -> dict[str, Any]:
        return json_format.MessageToDict(self._monitor.registered[child].object)

    def request(self, child: str) -> Any:
        return self._monitor.registered[child]

    def parent(self, child: str) -> str:
        return self.request(child).parent.rpartition("::")[2]


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Engine:
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    monitor = Monitor()
    pulumi.runtime.set_mocks(monitor.mocks, project="p", stack="s", preview=False, monitor=monitor)
    return Engine(monitor)
