"""The provider through its protocol: handshake, configuration, refusals, secrets, tags."""

from __future__ import annotations

import importlib.metadata
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from local.aws.providers.aws import wire
from tests.local.aws.providers.aws.conftest import ROOT
from tests.local.aws.providers.aws.driver import Engine, refused
from tests.local.aws.providers.aws.world import World, trust

pytestmark = pytest.mark.cloud
proto: Any = provider_pb2

ROLE, VPC, SUBNET = "aws:iam/role:Role", "aws:ec2/vpc:Vpc", "aws:ec2/subnet:Subnet"
BUCKET, LOGS, GROUP = "aws:s3/bucket:Bucket", "aws:cloudwatch/logGroup:LogGroup", "aws:eks/nodeGroup:NodeGroup"


def test_the_process_says_its_port_and_shakes_hands() -> None:
    command = [sys.executable, "-P", "-m", "local.aws.providers.aws", "127.0.0.1:1"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    begun = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True) as process:
        try:
            assert process.stdout is not None
            port = int(process.stdout.readline())
            assert time.monotonic() - begun < 5
            with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
                stub: Any = provider_pb2_grpc.ResourceProviderStub(channel)
                assert stub.Handshake(proto.ProviderHandshakeRequest(engine_address="127.0.0.1:1")).accept_secrets
                assert stub.GetPluginInfo(empty_pb2.Empty()).version == importlib.metadata.version("pulumi_aws")
        finally:
            process.terminate()


def test_the_process_ends_when_its_engine_was_killed() -> None:
    start = (
        "import subprocess, sys; "
        "plugin = subprocess.Popen([sys.executable, '-P', '-m', 'local.aws.providers.aws', 'x'],"
        " stdout=subprocess.PIPE); "
        "plugin.stdout.readline(); print(plugin.pid)"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", start], env=environment, capture_output=True, text=True, check=True)
    plugin = Path("/proc", done.stdout.strip(), "stat")
    deadline = time.monotonic() + 5
    while plugin.exists() and plugin.read_text().split()[2] != "Z" and time.monotonic() < deadline:
        time.sleep(0.1)
    assert time.monotonic() < deadline


def test_a_configuration_that_would_reach_aws_is_refused(unconfigured: Any) -> None:
    made: Engine = unconfigured()
    status, message = refused(made.configure, region="us-west-2", endpoints='[{"ec2": "https://ec2.amazonaws.com"}]')
    assert status is grpc.StatusCode.FAILED_PRECONDITION
    assert "would reach AWS" in message
    status, message = refused(made.create, VPC, {})
    assert (status, message) == (grpc.StatusCode.FAILED_PRECONDITION, "the provider is not configured")


def test_only_allowed_accounts_are_worked_on(unconfigured: Any, arguments: dict[str, str]) -> None:
    unconfigured().configure(**arguments, allowedAccountIds='["123456789012"]')
    _, message = refused(unconfigured().configure, **arguments, allowedAccountIds='["210987654321"]')
    assert message == "account 123456789012 is none of allowedAccountIds (210987654321)"
    _, message = refused(unconfigured().configure, **arguments, forbiddenAccountIds='["123456789012"]')
    assert message == "account 123456789012 is one of forbiddenAccountIds"


def test_arguments_of_the_provider_that_are_not_handled_are_refused_at_check(engine: Engine) -> None:
    request = proto.CheckRequest(urn="urn", news=wire.encode({"region": "r", "useFipsEndpoint": "true"}))
    failures = engine.stub.CheckConfig(request).failures
    assert [failure.property for failure in failures] == ["useFipsEndpoint"]


def test_a_type_that_is_not_handled_is_refused_by_name(engine: Engine) -> None:
    _, failures = engine.check("aws:lambda/function:Function", {})
    expected = "the embedded cloud does not handle the type aws:lambda/function:Function; add a row for it to "
    assert failures == [expected + "local/aws/providers/aws/tables/"]


def test_a_function_that_is_not_handled_is_refused_by_name(engine: Engine) -> None:
    _, message = refused(engine.invoke, "aws:ec2/getAmi:getAmi")
    assert "does not handle the function aws:ec2/getAmi:getAmi" in message
    token = "aws:ec2/getSubnets:getSubnets"
    _, message = refused(engine.invoke, token, misspelt=1)
    assert f"does not handle {token}.misspelt; add it to local/aws/providers/aws/invokes/network.py" in message


def test_an_error_of_aws_names_operation_type_resource_code_and_reason(engine: Engine, world: World) -> None:
    name = world.role()["RoleName"]
    inputs = engine.checked(ROLE, {"name": name, "assumeRolePolicy": trust("ec2.amazonaws.com")})
    status, message = refused(engine.create, ROLE, inputs, name="mine")
    assert status is grpc.StatusCode.ALREADY_EXISTS
    assert message == f'CreateRole {ROLE} "mine": EntityAlreadyExists: Role with name {name} already exists.'


def test_secrets_stay_secret(engine: Engine, world: World) -> None:
    inputs = engine.checked(
        ROLE,
        {
            "name": world.name(),
            "assumeRolePolicy": wire.Secret(trust("ec2.amazonaws.com")),
            "description": wire.Secret("hidden text"),
            "tags": {"open": "1", "closed": wire.Secret("hidden tag")},
        },
    )
    assert inputs["description"] == wire.Secret("hidden text")
    id_, outputs = engine.create(ROLE, inputs)
    assert outputs["description"] == wire.Secret("hidden text")
    assert outputs["tagsAll"] == {"open": "1", "closed": wire.Secret("hidden tag"), "platform": "test"}
    world.iam.update_role(RoleName=id_, Description="changed by hand")
    _, read_inputs, read_outputs = engine.read(ROLE, id_, outputs, inputs)
    assert read_inputs["description"] == read_outputs["description"] == wire.Secret("changed by hand")
    preview = engine.update(ROLE, id_, olds=outputs, news=inputs, preview=True)
    assert preview["description"] == wire.Secret("hidden text")


def test_messages_leave_secrets_out(engine: Engine, world: World) -> None:
    secret = 'a "quoted"\nsecret'
    inputs = engine.checked(ROLE, {"name": world.name(), "assumeRolePolicy": wire.Secret(secret)})
    _, message = refused(engine.create, ROLE, inputs)
    assert "quoted" not in message
    inputs = engine.checked(VPC, {"cidrBlock": wire.Secret("no-such-range")})
    _, message = refused(engine.create, VPC, inputs)
    assert "no-such-range" not in message
    assert "[secret]" in message


def test_default_tags_join_and_a_resource_overrides_them_by_key(engine: Engine, world: World) -> None:
    inputs = engine.checked(VPC, {"cidrBlock": "10.7.0.0/16", "tags": {"platform": "own", "a": "1"}})
    id_, outputs = engine.create(VPC, inputs)
    assert outputs["tagsAll"] == {"platform": "own", "a": "1"}
    news = {**inputs, "tags": {"a": "1"}}
    diff = engine.diff(VPC, olds=outputs, old_inputs=inputs, news=news)
    assert diff.detailed == {"tags.platform": "DELETE"}
    outputs = engine.update(VPC, id_, olds=outputs, old_inputs=inputs, news=news)
    assert outputs["tags"] == {"a": "1"}
    assert outputs["tagsAll"] == {"platform": "test", "a": "1"}
    live = world.ec2.describe_vpcs(VpcIds=[id_])["Vpcs"][0]["Tags"]
    assert {tag["Key"]: tag["Value"] for tag in live} == {"platform": "test", "a": "1"}


def test_a_resource_may_be_in_another_region(engine: Engine, aws: Any) -> None:
    inputs = engine.checked(LOGS, {"name": "elsewhere", "region": "eu-west-1"})
    id_, outputs = engine.create(LOGS, inputs)
    assert outputs["region"] == "eu-west-1"
    assert outputs["arn"] == "arn:aws:logs:eu-west-1:123456789012:log-group:elsewhere"
    assert aws("logs").describe_log_groups(logGroupNamePrefix="elsewhere")["logGroups"] == []
    engine.delete(LOGS, id_, outputs)


def test_a_name_may_be_made_from_a_prefix(engine: Engine) -> None:
    inputs = engine.checked(LOGS, {"namePrefix": "/given/"})
    id_, outputs = engine.create(LOGS, inputs)
    assert id_.startswith("/given/")
    assert outputs["name"] == id_
    found = engine.read(LOGS, id_, outputs, inputs)
    assert found == (id_, inputs, outputs)
    assert not engine.diff(LOGS, olds=outputs, old_inputs=inputs, news=inputs).changes
