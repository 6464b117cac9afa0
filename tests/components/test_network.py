from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from components.network import Network, NetworkArgs
from spec.foundation import NetworkSpec
from spec.place import Place

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Recording

PLACE = Place(platform="emr", account="123456789012", region="us-west-2")
GATEWAY = "aws:ec2/natGateway:NatGateway"
SUBNET = "aws:ec2/subnet:Subnet"
ROUTE = "aws:ec2/route:Route"


@pytest.fixture
def network(record: Callable[..., Recording]) -> Callable[[NetworkSpec], Recording]:
    return lambda spec: record(lambda: Network("network", NetworkArgs(spec=spec, place=PLACE)))


def test_every_part_is_a_child_of_the_network(network: Callable[[NetworkSpec], Recording]) -> None:
    recording = network(NetworkSpec())
    component = recording.one("tenancy:index:Network", "network")
    others = [each for each in recording.resources if each != component]
    assert {each.parent for each in others} == {component.urn}


def test_three_zones_have_a_private_and_a_public_subnet_each(network: Callable[[NetworkSpec], Recording]) -> None:
    recording = network(NetworkSpec(zones=("a", "c", "d")))
    subnets = {each.name: each.inputs for each in recording.of(SUBNET)}
    assert {(name, subnet["availabilityZone"], subnet["cidrBlock"]) for name, subnet in subnets.items()} == {
        ("network-private-a", "us-west-2a", "10.0.0.0/18"),
        ("network-private-c", "us-west-2c", "10.0.64.0/18"),
        ("network-private-d", "us-west-2d", "10.0.128.0/18"),
        ("network-public-a", "us-west-2a", "10.0.192.0/20"),
        ("network-public-c", "us-west-2c", "10.0.208.0/20"),
        ("network-public-d", "us-west-2d", "10.0.224.0/20"),
    }
    assert all("mapPublicIpOnLaunch" not in subnet for subnet in subnets.values())


def test_load_balancers_find_their_subnets_by_tag(network: Callable[[NetworkSpec], Recording]) -> None:
    for subnet in network(NetworkSpec()).of(SUBNET):
        role = "internal-elb" if "private" in subnet.name else "elb"
        assert subnet.inputs["tags"][f"kubernetes.io/role/{role}"] == "1"


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
    assert {each.name for each in recording.of(SUBNET)} == {f"network-private-{zone}" for zone in "abc"}


def test_a_gateway_waits_for_its_way_to_the_internet(network: Callable[[NetworkSpec], Recording]) -> None:
    recording = network(NetworkSpec(nat="single"))
    assert recording.waits_for(recording.one(GATEWAY), recording.one(ROUTE, "network-public-route"))


def test_whoever_uses_a_private_subnet_waits_for_its_way_out(local_stack: Recording) -> None:
    nodes = local_stack.one("eks:index:ManagedNodeGroup")
    for zone in "abc":
        assert local_stack.waits_for(nodes, local_stack.one(ROUTE, f"network-private-{zone}-route"))


def test_names_ranges_and_zones_are_known_at_the_first_preview(record: Callable[..., Recording]) -> None:
    recording = record(lambda: Network("network", NetworkArgs(spec=NetworkSpec(), place=PLACE)), preview=True)
    for subnet in recording.of(SUBNET):
        assert {"cidrBlock", "availabilityZone", "tags"} <= subnet.inputs.keys()
        assert "04da6b54-80e4-46f7-96ec-b56ff0331ba9" not in str(subnet.inputs["tags"])
