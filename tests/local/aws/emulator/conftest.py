"""An emulator in this process, with control planes that only pretend, behind a real port."""

from __future__ import annotations

import json
import os
import threading
from typing import TYPE_CHECKING, Any

import pytest
from werkzeug.serving import make_server

os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"
os.environ["MOTO_EC2_LOAD_DEFAULT_AMIS"] = "false"  # 500 images that no test needs, made anew for each

from moto.iam import models as iam_models

from local.aws.emulator.eks import addon_lifecycle, node_lifecycle, updates
from local.aws.emulator.emr_containers import virtual_clusters
from local.aws.emulator.handler import Handler
from tests.local.aws.emulator.emr_role import AWS_AUTH, MAPPING, NAMESPACE, ROLE
from tests.local.aws.emulator.world import CURRENT, REGION, Clients, World, current_application, forget_moto, trust

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.local.aws.emulator.fake_control_plane import FakeControlPlane

MODELS: Any = iam_models


@pytest.fixture(scope="session", autouse=True)
def few_managed_policies() -> None:
    """Of AWS's 1,500 managed policies moto shall know the few that tests attach: they take a second a test."""
    known = json.loads(MODELS.aws_managed_policies_data)
    names = ("AdministratorAccess", "AmazonEKSClusterPolicy", "ReadOnlyAccess")
    MODELS.aws_managed_policies_data = json.dumps({name: known[name] for name in names})


@pytest.fixture(scope="session")
def port() -> Iterator[int]:
    server = make_server("127.0.0.1", 0, current_application, threaded=True, request_handler=Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def clients(port: int) -> Clients:
    return Clients(port)


@pytest.fixture
def aws(world: World) -> Clients:
    return world.clients


@pytest.fixture
def world(clients: Clients, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setattr(addon_lifecycle, "PATIENCE_SECONDS", 0.0)
    monkeypatch.setattr(node_lifecycle, "READY_SECONDS", 0.3)
    monkeypatch.setattr(node_lifecycle, "_POLL_SECONDS", 0.01)
    monkeypatch.setattr(updates, "UPDATE_SECONDS", 0.05)
    monkeypatch.setattr(virtual_clusters, "TERMINATION_SECONDS", 0.05)
    forget_moto()
    world = World(tmp_path, clients)
    world.emulator.begin()
    CURRENT["application"] = world.emulator.application
    yield world
    world.emulator.background.stop(5)


@pytest.fixture
def network(aws: Clients) -> dict[str, Any]:
    """A VPC with three subnets, and roles for a cluster and its nodes."""
    ec2, iam = aws("ec2"), aws("iam")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{n}.0/24", AvailabilityZone=f"{REGION}{zone}")["Subnet"][
            "SubnetId"
        ]
        for n, zone in enumerate("abc")
    ]
    return {
        "vpc": vpc,
        "subnets": subnets,
        "cluster_role": iam.create_role(RoleName="cluster", AssumeRolePolicyDocument=trust("eks.amazonaws.com"))[
            "Role"
        ]["Arn"],
        "node_role": iam.create_role(RoleName="node", AssumeRolePolicyDocument=trust("ec2.amazonaws.com"))["Role"][
            "Arn"
        ],
    }


@pytest.fixture
def new_cluster(world: World, aws: Clients, network: dict[str, Any]) -> Any:
    """Makes a cluster named `emr` and waits until it is active."""

    def make(**options: Any) -> dict[str, Any]:
        parameters = {
            "name": "emr",
            "roleArn": network["cluster_role"],
            "resourcesVpcConfig": {"subnetIds": network["subnets"]},
            "accessConfig": {"authenticationMode": "API_AND_CONFIG_MAP"},
            "bootstrapSelfManagedAddons": False,
        }
        aws("eks").create_cluster(**(parameters | options))
        world.settle()
        return aws("eks").describe_cluster(name=(parameters | options)["name"])["cluster"]

    return make


@pytest.fixture
def cluster(new_cluster: Any) -> dict[str, Any]:
    return new_cluster()


@pytest.fixture
def plane(world: World, cluster: dict[str, Any]) -> FakeControlPlane:
    return world.planes[cluster["name"]]


@pytest.fixture
def refused() -> Any:
    """Calls, expects a refusal, and gives its code and message."""

    def call(operation: Any, **parameters: Any) -> tuple[str, str]:
        with pytest.raises(Exception, match="An error occurred") as caught:
            operation(**parameters)
        error = caught.value.response["Error"]  # type: ignore[attr-defined]
        return error["Code"], error["Message"]

    return call


@pytest.fixture
def open_namespace(plane):
    """Lets EMR into namespaces by Role and aws-auth."""

    def run(*namespaces, rules=ROLE):
        for namespace in namespaces:
            plane.api.documents[f"/api/v1/namespaces/{namespace}"] = {"metadata": {"name": namespace}}
            plane.grants["emr-containers", namespace] = rules
        plane.api.documents[AWS_AUTH] = {"data": {"mapRoles": json.dumps([MAPPING])}}

    return run


@pytest.fixture
def parameters():
    def build(namespace=NAMESPACE, **options):
        provider = {"type": "EKS", "id": "emr", "info": {"eksInfo": {"namespace": namespace}}}
        return {"name": namespace, "containerProvider": provider} | options

    return build


@pytest.fixture
def create(aws, parameters):
    return lambda namespace=NAMESPACE, **options: aws("emr-containers").create_virtual_cluster(
        **parameters(namespace, **options)
    )
