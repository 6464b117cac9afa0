from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from components.network import Network, NetworkArgs
from iam.evaluation import Principal, Request, evaluate, evaluate_resource_policy
from spec.network import NetworkSpec
from spec.place import Place

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Recording

PLACE = Place(platform="emr", account="123456789012", region="us-west-2")
GATEWAY = "aws:ec2/natGateway:NatGateway"
SUBNET = "aws:ec2/subnet:Subnet"
ROUTE = "aws:ec2/route:Route"
ASSOCIATION = "aws:ec2/routeTableAssociation:RouteTableAssociation"


@pytest.fixture
def network(record: Callable[..., Recording]) -> Callable[[NetworkSpec], Recording]:
    return lambda spec: record(lambda: Network("network", NetworkArgs(spec=spec, place=PLACE, retain=True)))


def test_every_part_is_a_child_of_the_network(network: Callable[[NetworkSpec], Recording]) -> None:
    recording = network(NetworkSpec())
    component = recording.one("tenancy:index:Network", "network")
    logs = recording.one("tenancy:index:FlowLogs", "network-flow-logs")
    below_logs = recording.below(logs)
    others = [each for each in recording.resources if each != component and each not in below_logs]
    assert {each.parent for each in others} == {component.urn}


def test_three_zones_have_a_private_a_public_and_a_pod_subnet_each(network: Callable[[NetworkSpec], Recording]) -> None:
    recording = network(NetworkSpec(zones=("a", "c", "d")))
    subnets = {each.name: each.inputs for each in recording.of(SUBNET)}
    assert {(name, subnet["availabilityZone"], subnet["cidrBlock"]) for name, subnet in subnets.items()} == {
        ("network-private-a", "us-west-2a", "10.0.0.0/18"),
        ("network-private-c", "us-west-2c", "10.0.64.0/18"),
        ("network-private-d", "us-west-2d", "10.0.128.0/18"),
        ("network-public-a", "us-west-2a", "10.0.192.0/20"),
        ("network-public-c", "us-west-2c", "10.0.208.0/20"),
        ("network-public-d", "us-west-2d", "10.0.224.0/20"),
        ("network-pods-a", "us-west-2a", "100.64.0.0/18"),
        ("network-pods-c", "us-west-2c", "100.64.64.0/18"),
        ("network-pods-d", "us-west-2d", "100.64.128.0/18"),
    }
    assert all("mapPublicIpOnLaunch" not in subnet for subnet in subnets.values())


def test_load_balancers_find_their_subnets_by_tag(network: Callable[[NetworkSpec], Recording]) -> None:
    found = {each.name: each.inputs["tags"] for each in network(NetworkSpec()).of(SUBNET)}
    for role, kind in {"internal-elb": "private", "elb": "public"}.items():
        tagged = {name for name, tags in found.items() if tags.get(f"kubernetes.io/role/{role}") == "1"}
        assert tagged == {f"network-{kind}-{zone}" for zone in "abc"}
    shared = {name for name, tags in found.items() if tags.get("kubernetes.io/cluster/emr") == "shared"}
    assert shared == {f"network-{kind}-{zone}" for kind in ("private", "public") for zone in "abc"}


def test_karpenter_finds_the_private_subnets_and_no_others(network: Callable[[NetworkSpec], Recording]) -> None:
    for subnet in network(NetworkSpec()).of(SUBNET):
        assert (subnet.inputs["tags"].get("karpenter.sh/discovery") == "emr") == ("private" in subnet.name)


def test_pod_subnets_wait_for_their_range_and_take_the_way_out_of_their_zone(
    network: Callable[[NetworkSpec], Recording],
) -> None:
    recording = network(NetworkSpec(pod_cidr="100.80.0.0/18"))
    further = recording.one("aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation", "network-pods")
    assert further.inputs["cidrBlock"] == "100.80.0.0/18"
    for zone in "abc":
        subnet = recording.one(SUBNET, f"network-pods-{zone}")
        assert recording.waits_for(subnet, further)
        assert not recording.waits_for(recording.one(SUBNET, f"network-private-{zone}"), further)
        association = recording.one(ASSOCIATION, f"network-pods-{zone}").inputs
        assert association == {"subnetId": f"network-pods-{zone}-id", "routeTableId": f"network-private-{zone}-id"}


def test_a_cluster_comes_after_the_pods_range_of_which_it_would_else_learn_hours_later(local_stack: Recording) -> None:
    further = local_stack.one("aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation")
    assert local_stack.waits_for(local_stack.one("eks:index:Cluster"), further)


def test_whatever_names_no_security_group_gets_one_that_lets_nothing_through(
    network: Callable[[NetworkSpec], Recording],
) -> None:
    group = network(NetworkSpec()).one("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup").inputs
    assert group["vpcId"] == "network-vpc-id"
    assert group["ingress"] == group["egress"] == []


def test_all_traffic_is_logged_by_a_role_that_writes_to_one_group_for_this_account_only(
    network: Callable[[NetworkSpec], Recording],
) -> None:
    recording = network(NetworkSpec(flow_log_retention_days=90))
    log = recording.one("aws:ec2/flowLog:FlowLog")
    group = recording.one("aws:cloudwatch/logGroup:LogGroup")
    assert (log.inputs["vpcId"], log.inputs["trafficType"]) == ("network-vpc-id", "ALL")
    assert log.inputs["logDestination"] == f"arn:aws:logs:us-west-2:{PLACE.account}:log-group:{group.inputs['name']}"
    assert (group.inputs["retentionInDays"], group.request.retainOnDelete) == (90, True)
    assert recording.waits_for(log, group)
    assert recording.waits_for(log, recording.one("aws:iam/rolePolicy:RolePolicy"))
    trust = json.loads(recording.one("aws:iam/role:Role").inputs["assumeRolePolicy"])
    service = Principal(kind="Service", names=("vpc-flow-logs.amazonaws.com",))
    for account, allowed in ((PLACE.account, True), ("999999999999", False)):
        source = f"arn:aws:ec2:us-west-2:{account}:vpc-flow-log/fl-1"
        context = {"aws:SourceAccount": account, "aws:SourceArn": source}
        assert evaluate_resource_policy(trust, service, Request(action="sts:AssumeRole", context=context)).allowed == (
            allowed
        )
    permissions = json.loads(recording.one("aws:iam/rolePolicy:RolePolicy").inputs["policy"])
    stream = f"{log.inputs['logDestination']}:log-stream:eni-1-all"
    assert evaluate([permissions], Request(action="logs:PutLogEvents", resource=stream)).allowed
    other = stream.replace("/emr:", "/emr2:")
    assert not evaluate([permissions], Request(action="logs:PutLogEvents", resource=other)).allowed


def test_flow_logs_are_encrypted_with_the_key_that_is_given(record: Callable[..., Recording]) -> None:
    key = "arn:aws:kms:us-west-2:123456789012:key/1"
    args = NetworkArgs(spec=NetworkSpec(), place=PLACE, retain=False, key_arn=key)
    group = record(lambda: Network("network", args)).one("aws:cloudwatch/logGroup:LogGroup")
    assert group.inputs["kmsKeyId"] == key
    assert not group.request.retainOnDelete


def test_with_nat_per_zone_losing_a_zone_leaves_the_others_their_way_out(
    network: Callable[[NetworkSpec], Recording],
) -> None:
    recording = network(NetworkSpec(nat="perZone"))
    assert {each.name: each.inputs["subnetId"] for each in recording.of(GATEWAY)} == {
        f"network-nat-{zone}": f"network-public-{zone}-id" for zone in "abc"
    }
    for zone in "abc":
        route = recording.one(ROUTE, f"network-private-{zone}-route").inputs
        assert route["natGatewayId"] == f"network-nat-{zone}-id"
        assert route["routeTableId"] == f"network-private-{zone}-id"


def test_with_a_single_nat_all_zones_go_through_the_first(network: Callable[[NetworkSpec], Recording]) -> None:
    recording = network(NetworkSpec(nat="single"))
    assert recording.one(GATEWAY).name == "network-nat-a"
    ways = {each.inputs["natGatewayId"] for each in recording.of(ROUTE) if "private" in each.name}
    assert ways == {"network-nat-a-id"}


def test_without_nat_nothing_leads_to_the_internet(network: Callable[[NetworkSpec], Recording]) -> None:
    recording = network(NetworkSpec(nat="none"))
    assert recording.of(GATEWAY) == recording.of(ROUTE) == []
    assert recording.of("aws:ec2/internetGateway:InternetGateway") == []
    assert {each.name for each in recording.of(SUBNET)} == {
        f"network-{kind}-{zone}" for kind in ("private", "pods") for zone in "abc"
    }


def test_a_gateway_waits_for_its_way_to_the_internet(network: Callable[[NetworkSpec], Recording]) -> None:
    recording = network(NetworkSpec(nat="single"))
    assert recording.waits_for(recording.one(GATEWAY), recording.one(ROUTE, "network-public-route"))


def test_whoever_uses_a_private_subnet_waits_for_its_way_out(local_stack: Recording) -> None:
    nodes = local_stack.one("eks:index:ManagedNodeGroup")
    for zone in "abc":
        assert local_stack.waits_for(nodes, local_stack.one(ROUTE, f"network-private-{zone}-route"))


def test_names_ranges_and_zones_are_known_at_the_first_preview(record: Callable[..., Recording]) -> None:
    recording = record(
        lambda: Network("network", NetworkArgs(spec=NetworkSpec(), place=PLACE, retain=True)), preview=True
    )
    for subnet in recording.of(SUBNET):
        assert {"cidrBlock", "availabilityZone", "tags"} <= subnet.inputs.keys()
        assert "04da6b54-80e4-46f7-96ec-b56ff0331ba9" not in str(subnet.inputs["tags"])
