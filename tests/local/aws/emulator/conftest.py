"""An emulator in this process, with control planes that only pretend, behind a real port."""

from __future__ import annotations

import json
import os
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
from werkzeug.serving import make_server

os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"
os.environ["MOTO_EC2_LOAD_DEFAULT_AMIS"] = "false"  # 500 images that no test needs, made anew for each

from moto.iam import models as iam_models

from local.aws.emulator.eks import addon_lifecycle, node_lifecycle, updates
from local.aws.emulator.emr_containers import job_progress, job_retries, job_states, job_trouble, virtual_clusters
from local.aws.emulator.handler import Handler
from tests.local.aws.emulator.as_user import AsUser
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
    monkeypatch.setattr(virtual_clusters, "JOB_POLL_SECONDS", 0.01)
    monkeypatch.setattr(job_progress, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(job_progress, "TICK_SECONDS", 0.01)
    monkeypatch.setattr(job_retries, "FIRST_PAUSE_SECONDS", 0.02)
    monkeypatch.setattr(job_states, "KEEP_SECONDS", 0.0)
    monkeypatch.setattr(job_trouble, "PATIENCE_SECONDS", 0.1)
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


@pytest.fixture
def virtual_cluster(open_namespace, create):
    """The id of a virtual cluster that takes jobs."""
    open_namespace(NAMESPACE)
    return create(tags={"team": "a"})["id"]


@pytest.fixture
def job(virtual_cluster):
    """The parameters of a StartJobRun that is in order."""

    def build(**options):
        usual = {
            "virtualClusterId": virtual_cluster,
            "name": "pi",
            "executionRoleArn": "arn:aws:iam::123456789012:role/job-role",
            "releaseLabel": "emr-7.9.0-latest",
            "jobDriver": {
                "sparkSubmitJobDriver": {"entryPoint": "local:///usr/lib/spark/examples/src/main/python/pi.py"}
            },
        }
        return {name: value for name, value in (usual | options).items() if value is not None}

    return build


@pytest.fixture
def start(aws, job):
    """Starts a job run and gives its id."""
    return lambda **options: aws("emr-containers").start_job_run(**job(**options))["id"]


@pytest.fixture
def described(aws, virtual_cluster):
    """Describes a job run."""
    return lambda run: aws("emr-containers").describe_job_run(id=run, virtualClusterId=virtual_cluster)["jobRun"]


@pytest.fixture
def reaches(described):
    """Waits until a job run is in a state, and describes it."""

    def wait(run, state):
        deadline = time.monotonic() + 5
        while (found := described(run))["state"] != state:
            assert time.monotonic() < deadline, found
            time.sleep(0.01)
        return found

    return wait


@pytest.fixture
def failed(reaches):
    """Waits until a run has failed, and gives its words and reason."""

    def run(identifier):
        found = reaches(identifier, "FAILED")
        assert found["finishedAt"] >= found["createdAt"]
        return found["stateDetails"], found["failureReason"]

    return run


@pytest.fixture
def as_user(aws):
    """Makes an IAM user with one policy and gives its clients."""
    return AsUser(aws)
