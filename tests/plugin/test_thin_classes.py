"""What the classes that programs use send to the engine, and what they give back."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

from components.aws_auth_entry import AwsAuthEntry, AwsAuthEntryArgs
from components.provider import Provider, ProviderArgs
from components.service_linked_role import ServiceLinkedRole, ServiceLinkedRoleArgs
from components.virtual_cluster import SchedulerConfiguration, VirtualCluster, VirtualClusterArgs
from plugin import aws_auth_entry, service_linked_role, virtual_cluster
from plugin.property_values import decode, encode

ROLE = "arn:aws:iam::123456789012:role/r"


class Recorder(pulumi.runtime.Mocks):
    def __init__(self) -> None:
        self.registered: dict[str, tuple[str, dict[str, Any]]] = {}

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        self.registered[args.name] = (args.typ, args.inputs)
        computed = {"virtualClusterId": "vc0", "arn": "arn:x", "state": "RUNNING"}
        if args.typ.endswith("ServiceLinkedRole"):
            computed = {"arn": "arn:x", "name": "Role"}
        return "vc0", args.inputs | computed

    def call(self, args: pulumi.runtime.MockCallArgs) -> dict[str, Any]:
        return args.args


@pytest.fixture
def recorder():
    recorder = Recorder()
    pulumi.runtime.set_mocks(recorder)
    return recorder


def registered(recorder: Recorder, kind: Any, name: str) -> dict[str, Any]:
    typ, sent = recorder.registered[name]
    assert typ == kind.type_name
    inputs = decode(encode(sent)).values
    assert inputs.keys() <= kind.inputs
    assert kind().check(inputs)[1] == []
    return inputs


def test_a_virtual_cluster_sends_what_the_plugin_knows_and_gives_its_id(recorder):
    @pulumi.runtime.test
    def program() -> pulumi.Output[None]:
        made = VirtualCluster(
            "v",
            VirtualClusterArgs(
                name="a",
                cluster_name=pulumi.Output.from_input("prod"),
                namespace="team-a",
                tags={"cost_centre": "8"},
                scheduler_configuration=SchedulerConfiguration(max_concurrent_job_runs=5),
                drain_on_delete=True,
            ),
        )
        found = pulumi.Output.all(made.id, made.virtual_cluster_id, made.arn, made.state)
        return found.apply(check)

    def check(outputs: list[str]) -> None:
        assert outputs == ["vc0", "vc0", "arn:x", "RUNNING"]

    program()
    assert registered(recorder, virtual_cluster.VirtualCluster, "v") == {
        "name": "a",
        "clusterName": "prod",
        "namespace": "team-a",
        "tags": {"cost_centre": "8"},
        "schedulerConfiguration": {"maxConcurrentJobRuns": 5},
        "drainOnDelete": True,
    }


def test_what_is_not_given_is_not_sent(recorder):
    @pulumi.runtime.test
    def program() -> None:
        VirtualCluster("v", VirtualClusterArgs(name="a", cluster_name="c", namespace="n"))
        Provider("p")

    program()
    inputs = registered(recorder, virtual_cluster.VirtualCluster, "v")
    assert inputs == {"name": "a", "clusterName": "c", "namespace": "n", "tags": {}, "drainOnDelete": False}
    assert recorder.registered["p"] == ("pulumi:providers:tenancy", {})


def test_the_role_the_entry_and_the_provider_send_what_the_plugin_knows(recorder):
    @pulumi.runtime.test
    def program() -> pulumi.Output[None]:
        args = ProviderArgs(region="r", endpoint_url="u", profile="p", assume_role_arn="a")
        options = pulumi.ResourceOptions(provider=Provider("p", args))
        role = ServiceLinkedRole("s", ServiceLinkedRoleArgs(aws_service_name="emr-containers.amazonaws.com"), options)
        entry = AwsAuthEntry(
            "e", AwsAuthEntryArgs(cluster_name="prod", role_arn=ROLE, username="u", groups=["g"]), options
        )
        return pulumi.Output.all(role.arn, role.role_name, entry.username).apply(check)

    def check(outputs: list[str]) -> None:
        assert outputs == ["arn:x", "Role", "u"]

    program()
    assert recorder.registered["p"][1] == {"region": "r", "endpointUrl": "u", "profile": "p", "assumeRoleArn": "a"}
    registered(recorder, service_linked_role.ServiceLinkedRole, "s")
    inputs = registered(recorder, aws_auth_entry.AwsAuthEntry, "e")
    assert inputs == {"clusterName": "prod", "roleArn": ROLE, "username": "u", "groups": ["g"]}
