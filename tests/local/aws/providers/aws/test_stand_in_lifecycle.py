"""Resources that do not become ready, are in use, or are to be kept."""

from __future__ import annotations

import threading
import time
from typing import Any

import grpc
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2

from local.aws.providers.aws import wire
from tests.local.aws.providers.aws.driver import KEYS, Engine, refused, unfinished
from tests.local.aws.providers.aws.world import World, document, trust

pytestmark = pytest.mark.cloud
proto: Any = provider_pb2

ROLE, VPC, SUBNET = "aws:iam/role:Role", "aws:ec2/vpc:Vpc", "aws:ec2/subnet:Subnet"
BUCKET, LOGS, GROUP = "aws:s3/bucket:Bucket", "aws:cloudwatch/logGroup:LogGroup", "aws:eks/nodeGroup:NodeGroup"


def never_ready(world: World) -> dict[str, Any]:
    return {
        "clusterName": world.cluster,
        "nodeGroupName": world.name(),
        "nodeRoleArn": world.node_role,
        "subnetIds": world.cluster_subnets[:2],
        "scalingConfig": {"minSize": 1, "maxSize": 1, "desiredSize": 1},
        "labels": {"never-ready": "yes"},
    }


def test_a_resource_that_fails_to_come_up_is_kept_in_the_state_and_replaced(engine: Engine, world: World) -> None:
    inputs = engine.checked(GROUP, never_ready(world))
    id_, outputs, reasons = unfinished(engine.create, GROUP, inputs)
    assert id_ == f"{inputs['clusterName']}:{inputs['nodeGroupName']}"
    assert reasons == [
        f'Create {GROUP} "it": became CREATE_FAILED: Unhealthy nodes in the kubernetes cluster',
    ]
    assert engine.diff(GROUP, olds=outputs, old_inputs=inputs, news=inputs).replaces == ["status"]
    engine.delete(GROUP, id_, outputs)


def test_waiting_ends_at_the_timeout_of_the_program(engine: Engine, world: World) -> None:
    inputs = engine.checked(GROUP, never_ready(world))
    _, _, reasons = unfinished(engine.create, GROUP, inputs, timeout=0.5)
    assert reasons == [f'Create {GROUP} "it": is still CREATING: timed out']


def test_cancelling_ends_all_waiting_and_what_was_made_is_known(
    unconfigured: Any, arguments: dict[str, str], world: World
) -> None:
    made: Engine = unconfigured()
    made.configure(**arguments)
    inputs = made.checked(GROUP, never_ready(world))
    threading.Timer(0.5, lambda: made.stub.Cancel(empty_pb2.Empty())).start()
    begun = time.monotonic()
    _, outputs, reasons = unfinished(made.create, GROUP, inputs)
    assert time.monotonic() - begun < 2
    assert "cancelled" in reasons[0]
    assert outputs["arn"].startswith("arn:aws:eks:")


def test_deletion_waits_for_what_still_uses_a_resource(engine: Engine, world: World) -> None:
    vpc = world.ec2.create_vpc(CidrBlock="10.8.0.0/16")["Vpc"]["VpcId"]
    made = world.ec2.create_subnet(VpcId=vpc, CidrBlock="10.8.0.0/24")["Subnet"]["SubnetId"]
    threading.Timer(0.6, lambda: world.ec2.delete_subnet(SubnetId=made)).start()
    engine.delete(VPC, vpc, {})
    assert engine.read(VPC, vpc, {"cidrBlock": "10.8.0.0/16"}, None)[0] == ""


def test_a_bucket_with_content_goes_only_by_force(engine: Engine, aws: Any, world: World) -> None:
    inputs = engine.checked(BUCKET, {"bucket": world.name()})
    id_, outputs = engine.create(BUCKET, inputs)
    aws("s3").put_object(Bucket=id_, Key="k", Body=b"x")
    _, message = refused(engine.delete, BUCKET, id_, outputs)
    assert message.startswith(f'DeleteBucket {BUCKET} "it": BucketNotEmpty')
    news = {**inputs, "forceDestroy": True}
    assert engine.diff(BUCKET, olds=outputs, old_inputs=inputs, news=news).replaces == []
    outputs = engine.update(BUCKET, id_, olds=outputs, old_inputs=inputs, news=news)
    engine.delete(BUCKET, id_, outputs)
    assert engine.read(BUCKET, id_, outputs, news)[0] == ""


def test_what_is_not_to_be_destroyed_stays(engine: Engine, aws: Any, world: World) -> None:
    id_, outputs = engine.create(LOGS, engine.checked(LOGS, {"name": world.name(), "skipDestroy": True}))
    engine.delete(LOGS, id_, outputs)
    assert len(aws("logs").describe_log_groups(logGroupNamePrefix=id_)["logGroups"]) == 1


def test_a_role_lets_go_of_its_policies_only_when_asked(engine: Engine, world: World) -> None:
    inputs = engine.checked(ROLE, {"name": world.name(), "assumeRolePolicy": trust("ec2.amazonaws.com")})
    id_, outputs = engine.create(ROLE, inputs)
    world.iam.attach_role_policy(RoleName=id_, PolicyArn=world.policy())
    world.iam.put_role_policy(RoleName=id_, PolicyName="p", PolicyDocument=document())
    _, message = refused(engine.delete, ROLE, id_, outputs)
    assert "DeleteConflict" in message
    engine.delete(ROLE, id_, {**outputs, "forceDetachPolicies": True})
    assert engine.read(ROLE, id_, outputs, inputs)[0] == ""


def test_a_managed_policy_can_be_changed_more_often_than_iam_keeps_versions(engine: Engine, world: World) -> None:
    token = "aws:iam/policy:Policy"
    inputs = engine.checked(token, {"name": world.name(), "policy": document("s3:Get0")})
    id_, outputs = engine.create(token, inputs)
    for number in range(1, 8):
        news = {**inputs, "policy": document(f"s3:Get{number}")}
        outputs = engine.update(token, id_, olds=outputs, old_inputs=inputs, news=news)
        inputs = news
    assert "s3:Get7" in outputs["policy"]
    engine.delete(token, id_, outputs)


def test_an_id_of_another_form_is_refused_with_the_right_one(engine: Engine) -> None:
    status, message = refused(engine.read, GROUP, "nonsense", {}, None)
    assert "should have the form {clusterName}:{nodeGroupName}" in message
    assert status is grpc.StatusCode.FAILED_PRECONDITION


def test_what_does_not_exist_is_gone(engine: Engine) -> None:
    assert engine.read(SUBNET, "subnet-0123456789abcdef0", {}, None)[0] == ""
    assert engine.read(GROUP, "none:none", {}, None)[0] == ""


def test_a_cloud_that_is_not_running_is_named(unconfigured: Any) -> None:
    made: Engine = unconfigured()
    made.configure(
        region="us-west-2",
        accessKey=KEYS["aws_access_key_id"],
        secretKey=KEYS["aws_secret_access_key"],
        endpoints='[{"iam": "http://127.0.0.1:9"}]',
    )
    inputs = made.checked(ROLE, {"name": "r", "assumeRolePolicy": "{}"})
    status, message = refused(made.create, ROLE, inputs)
    assert status is grpc.StatusCode.FAILED_PRECONDITION
    assert "the embedded cloud does not answer at http://127.0.0.1:9" in message


def test_a_preview_says_that_a_launch_template_gets_a_version_but_not_for_its_tags(
    engine: Engine, world: World
) -> None:
    token = "aws:ec2/launchTemplate:LaunchTemplate"
    inputs = engine.checked(token, {"name": world.name(), "imageId": "ami-1", "tags": {"a": "1"}})
    id_, outputs = engine.create(token, inputs)
    tagged = engine.update(token, id_, olds=outputs, old_inputs=inputs, news={**inputs, "tags": {}}, preview=True)
    assert tagged["latestVersion"] == 1
    changed = engine.update(
        token, id_, olds=outputs, old_inputs=inputs, news={**inputs, "imageId": "ami-2"}, preview=True
    )
    assert changed["latestVersion"] is wire.UNKNOWN
