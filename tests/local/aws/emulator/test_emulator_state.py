from __future__ import annotations

import json
import threading
import time
from collections import defaultdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.aws.emulator import moto_state, pickling
from local.aws.emulator.emulator import Emulator
from local.aws.emulator.generation import GenerationError
from tests.local.aws.emulator.world import CURRENT, World, forget_moto

STATEMENTS = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}


@pytest.fixture
def restart(world, tmp_path):
    """Stops the emulator, forgets everything, and begins again from the saved state."""

    def run() -> World:
        content = world.emulator.end()
        assert content is not None
        forget_moto()
        again = World(tmp_path, world.clients)
        again.emulator.restore(content)
        CURRENT["application"] = again.emulator.application
        again.emulator.resume()
        return again

    return run


@pytest.mark.usefixtures("world", "cluster")
def test_clusters_and_virtual_clusters_survive_a_restart(aws, plane, restart):
    before = aws("eks").describe_cluster(name="emr")["cluster"]
    aws("eks").create_access_entry(clusterName="emr", principalArn="arn:aws:iam::123456789012:role/node")
    again = restart()
    assert plane.life == ["started", "stopped"]
    assert again.planes["emr"].life == ["started"]
    assert aws("eks").describe_cluster(name="emr")["cluster"] == before
    assert len(aws("eks").list_access_entries(clusterName="emr")["accessEntries"]) == 2


def test_what_was_under_way_is_taken_up_again(world, aws, network, restart):
    eks = aws("eks")
    eks.create_cluster(
        name="half", roleArn=network["cluster_role"], resourcesVpcConfig={"subnetIds": network["subnets"]}
    )
    world.settle()
    cluster = next(iter(world.emulator.eks.clusters.values()))
    cluster.document["status"] = "CREATING"
    again = restart()
    again.settle()
    assert eks.describe_cluster(name="half")["cluster"]["status"] == "ACTIVE"
    cluster = next(iter(again.emulator.eks.clusters.values()))
    cluster.document["status"] = "DELETING"
    content = again.emulator.end()
    forget_moto()
    last = World(again.emulator.eks.control_planes._folder, again.clients)
    last.emulator.restore(content)
    last.emulator.resume()
    last.settle()
    assert last.emulator.eks.clusters == {}


@pytest.mark.parametrize("content", [pickling.dump({}), b"clocal.aws.emulator.gone\nGone\n."])
def test_a_state_of_another_version_is_refused_with_the_way_out(world, content):
    with pytest.raises(GenerationError, match=r"another version of the embedded cloud.*`make clean`"):
        world.emulator.restore(content)


@pytest.mark.usefixtures("cluster")
def test_a_cluster_that_does_not_come_back_stops_the_start(world, tmp_path):
    content = world.emulator.end()
    forget_moto()
    again = World(tmp_path, world.clients)
    again.next_failure = RuntimeError("port taken")
    with pytest.raises(RuntimeError, match="port taken"):
        again.emulator.restore(content)


def test_every_service_in_use_survives(aws, network, restart):
    iam, ec2, s3, kms, logs, sqs, events = map(aws, ("iam", "ec2", "s3", "kms", "logs", "sqs", "events"))
    issuer = "https://oidc.eks.us-west-2.amazonaws.com/id/A"
    provider = iam.create_open_id_connect_provider(Url=issuer, ClientIDList=["sts.amazonaws.com"])[
        "OpenIDConnectProviderArn"
    ]
    policy = iam.create_policy(PolicyName="p", PolicyDocument=json.dumps(STATEMENTS))["Policy"]["Arn"]
    iam.attach_role_policy(RoleName="cluster", PolicyArn=policy)
    iam.attach_role_policy(RoleName="cluster", PolicyArn="arn:aws:iam::aws:policy/AmazonEKSClusterPolicy")
    iam.create_instance_profile(InstanceProfileName="ip")
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=network["vpc"])
    nat = ec2.create_nat_gateway(SubnetId=network["subnets"][0], AllocationId=address)["NatGateway"]["NatGatewayId"]
    table = ec2.create_route_table(VpcId=network["vpc"])["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", NatGatewayId=nat)
    ec2.create_vpc_endpoint(VpcId=network["vpc"], ServiceName="com.amazonaws.us-west-2.s3", RouteTableIds=[table])
    ec2.create_launch_template(
        LaunchTemplateName="template", LaunchTemplateData={"InstanceType": "m5.large", "UserData": "aGk="}
    )
    s3.create_bucket(Bucket="bucket", CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
    s3.put_object(Bucket="bucket", Key="key", Body=b"x" * 300_000)
    key = kms.create_key(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/a", TargetKeyId=key)
    signature = kms.sign(KeyId=key, Message=b"m", SigningAlgorithm="RSASSA_PKCS1_V1_5_SHA_256")["Signature"]
    logs.create_log_group(logGroupName="/group")
    logs.put_retention_policy(logGroupName="/group", retentionInDays=7)
    queue = sqs.create_queue(QueueName="queue")["QueueUrl"]
    sqs.send_message(QueueUrl=queue, MessageBody="hello")
    events.put_rule(Name="rule", EventPattern='{"source": ["aws.emr-containers"]}')
    restart()
    assert iam.get_open_id_connect_provider(OpenIDConnectProviderArn=provider)["Url"].endswith("/id/A")
    assert len(iam.list_attached_role_policies(RoleName="cluster")["AttachedPolicies"]) == 2
    assert iam.get_policy(PolicyArn="arn:aws:iam::aws:policy/AmazonEKSClusterPolicy")["Policy"]["AttachmentCount"] == 1
    routes = ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Routes"]
    assert nat in {route.get("NatGatewayId") for route in routes}
    assert ec2.create_subnet(VpcId=network["vpc"], CidrBlock="10.0.9.0/24")["Subnet"]["State"] == "available"
    assert s3.get_object(Bucket="bucket", Key="key")["Body"].read() == b"x" * 300_000
    assert kms.verify(KeyId="alias/a", Message=b"m", Signature=signature, SigningAlgorithm="RSASSA_PKCS1_V1_5_SHA_256")[
        "SignatureValid"
    ]
    assert logs.describe_log_groups()["logGroups"][0]["retentionInDays"] == 7
    assert sqs.receive_message(QueueUrl=queue)["Messages"][0]["Body"] == "hello"
    assert events.list_rules()["Rules"][0]["Name"] == "rule"


def test_a_service_that_cannot_be_saved_is_named_and_nothing_is_saved(world, aws, caplog):
    aws("sqs").create_queue(QueueName="queue")
    from moto.sqs.models import sqs_backends  # noqa: PLC0415

    backend: Any = sqs_backends["123456789012"]["us-west-2"]
    backend.unsavable = (n for n in ())  # a generator
    assert world.emulator.end() is None
    assert "services at fault: sqs: cannot pickle" in caplog.text


def test_ending_waits_for_a_request_under_way(world):
    application = world.emulator.application
    begun, answered = threading.Event(), []

    def slow(*_):
        begun.set()
        time.sleep(0.2)
        answered.append(True)
        return []

    application._answer = slow
    thread = threading.Thread(target=application, args=({}, None))
    thread.start()
    begun.wait(5)
    assert application.close(5)
    assert answered
    thread.join()


class Wanting(defaultdict):
    """A defaultdict as moto subclasses it: made with an argument of its own."""

    def __init__(self, region):
        super().__init__(list)
        self.region = region


@given(st.dictionaries(st.text(), st.lists(st.integers())))
def test_pickling_gives_back_what_it_got(content):
    wanting = Wanting("us-west-2")
    wanting.update(content)
    back = pickling.load(pickling.dump(wanting))
    assert (dict(back), back.region, back["absent key"]) == (content, "us-west-2", [])


def test_local_functions_and_locks_come_back_working():
    step = 2
    thing = {"f": lambda x: x + step, "lock": threading.Lock(), "rlock": threading.RLock()}
    back = pickling.load(pickling.dump(thing))
    assert back["f"](1) == 3
    with back["lock"], back["rlock"]:
        pass


def test_taking_the_state_finds_every_service_by_its_place(aws):
    aws("sqs").list_queues()
    assert ("moto.sqs.models", "sqs_backends") in moto_state.take()


def test_two_emulators_can_be_made_in_one_process(world, tmp_path):
    assert Emulator(tmp_path, world.make).eks.clusters == {}
