from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spec.tenant import JobRoleSpec, TenantSpec
from spec.tenant_network import (
    GROUP_RULES,
    NOT_PUBLIC,
    DestinationSpec,
    Ports,
    Ranges,
    TenantNetworkSpec,
    known_ports,
    network_policy,
    peerings,
    ports,
    security_group_policy,
)
from spec.tenant_network_checks import check_own_ranges, check_peers, check_tenant_network, outgoing_rules

RANGES = Ranges(
    private=("10.0.0.0/18", "10.0.64.0/18", "10.0.128.0/18"), pods=("100.64.0.0/16",), services="172.20.0.0/16"
)
TENANT = TenantSpec(name="analytics", owner="x", cost_centre="1", stack="local")
DATABASE = DestinationSpec(cidr="10.80.0.0/24", ports=("5432",), why="Orders")
INTERNET = DestinationSpec(cidr="0.0.0.0/0", ports=("443",), internet=True)


def tenant(name: str = "analytics", **network: Any) -> TenantSpec:
    return replace(TENANT, name=name, network=TenantNetworkSpec(**network))


def leads_to(policy: dict, address: str, port: int, protocol: str = "TCP") -> bool:
    """Whether an egress rule by address admits a packet, read as Kubernetes documents it."""
    target = IPv4Address(address)
    for rule in policy["egress"]:
        open_port = "ports" not in rule or any(
            each["protocol"] == protocol and each["port"] <= port <= each.get("endPort", each["port"])
            for each in rule["ports"]
        )
        for peer in rule["to"]:
            block = peer.get("ipBlock")
            inside = block and target in IPv4Network(block["cidr"])
            if inside and open_port and not any(target in IPv4Network(each) for each in block.get("except", ())):
                return True
    return False


@pytest.mark.covers("NW-01", "NW-02")
def test_a_tenant_that_says_nothing_talks_to_itself_dns_the_api_server_and_aws_only() -> None:
    assert network_policy(TENANT, RANGES) == {
        "podSelector": {},
        "policyTypes": ["Ingress", "Egress"],
        "ingress": [{"from": [{"podSelector": {}}]}],
        "egress": [
            {"to": [{"podSelector": {}}]},
            {
                "to": [
                    {
                        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}},
                        "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
                    }
                ],
                "ports": [{"protocol": "UDP", "port": 53}, {"protocol": "TCP", "port": 53}],
            },
            {
                "to": [{"ipBlock": {"cidr": cidr}} for cidr in ("172.20.0.1/32", *RANGES.private)],
                "ports": [{"protocol": "TCP", "port": 443}],
            },
            {
                "to": [{"ipBlock": {"cidr": "0.0.0.0/0", "except": list(NOT_PUBLIC)}}],
                "ports": [{"protocol": "TCP", "port": 443}],
            },
        ],
    }


@pytest.mark.parametrize(("credentials", "reached"), [("irsa", False), ("podIdentity", True), ("both", True)])
def test_the_agent_of_pod_identity_is_reached_by_those_who_use_it(credentials: Any, *, reached: bool) -> None:
    spec = replace(TENANT, roles=(JobRoleSpec(name="a"), JobRoleSpec(name="b", credentials=credentials)))
    policy = network_policy(spec, RANGES)
    assert leads_to(policy, "169.254.170.23", 80) is reached
    assert not leads_to(policy, "169.254.170.23", 443)


@pytest.mark.parametrize("port", [80, 443])
@pytest.mark.parametrize("destinations", [(), (DATABASE,), (INTERNET,)])
def test_the_metadata_address_is_never_reached(port: int, destinations: tuple[DestinationSpec, ...]) -> None:
    roles = (JobRoleSpec(name="a", credentials="both"),)
    policy = network_policy(replace(tenant(destinations=destinations), roles=roles), RANGES)
    assert not leads_to(policy, "169.254.169.254", port)


def test_a_range_of_pods_that_is_neither_private_nor_shared_is_left_out_of_the_public_addresses() -> None:
    policy = network_policy(TENANT, replace(RANGES, pods=("11.0.0.0/16",)))
    assert not leads_to(policy, "11.0.5.5", 443)
    assert leads_to(policy, "11.1.5.5", 443)


def test_all_public_addresses_never_include_what_is_private_or_the_platforms_own() -> None:
    policy = network_policy(tenant(destinations=(replace(INTERNET, ports=("8080",)),)), RANGES)
    assert leads_to(policy, "52.1.2.3", 8080)
    for address in ("10.0.5.5", "10.99.0.1", "100.64.3.3", "172.20.0.10", "192.168.0.1", "169.254.170.23"):
        assert not leads_to(policy, address, 8080)


def test_a_destination_is_open_on_its_ports_and_no_other() -> None:
    policy = network_policy(tenant(destinations=(replace(DATABASE, ports=("5432", "9000-9010", "514/udp")),)), RANGES)
    assert leads_to(policy, "10.80.0.7", 5432)
    assert leads_to(policy, "10.80.0.7", 9005)
    assert leads_to(policy, "10.80.0.7", 514, "UDP")
    assert not leads_to(policy, "10.80.0.7", 514)
    assert not leads_to(policy, "10.80.0.7", 9011)
    assert not leads_to(policy, "10.80.1.7", 5432)


def test_every_pod_of_a_namespace_has_the_same_groups() -> None:
    assert security_group_policy(["sg-own", "sg-shared"]) == {
        "podSelector": {},
        "securityGroups": {"groupIds": ["sg-own", "sg-shared"]},
    }


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("1", Ports(protocol="tcp", first=1, last=1)),
        ("65535/tcp", Ports(protocol="tcp", first=65535, last=65535)),
        ("7000-7010/udp", Ports(protocol="udp", first=7000, last=7010)),
        *(
            (text, None)
            for text in ("0", "65536", "20-10", "a", "", "5432/icmp", "1-", "-1", "1-2-3", "٣", " 1", "1\n")
        ),
    ],
)
def test_ports_are_read_as_written_or_not_at_all(text: str, meant: Ports | None) -> None:
    assert ports(text) == meant


REFUSED = [
    (replace(DATABASE, cidr="10.80.0.1/24"), "destinations[0].cidr", "10.80.0.0/24"),
    (replace(DATABASE, cidr="10.80.0.1"), "destinations[0].cidr", "10.80.0.1/32"),
    (replace(DATABASE, cidr="a database"), "destinations[0].cidr", "10.20.0.0/24"),
    (replace(DATABASE, cidr="fd00::/64"), "destinations[0].cidr", "10.20.0.0/24"),
    (replace(DATABASE, cidr="169.254.169.254/32"), "destinations[0].cidr", "10.20.0.0/24"),
    (replace(DATABASE, cidr="128.0.0.0/1"), "destinations[0].cidr", "10.20.0.0/24"),
    (replace(DATABASE, cidr="127.0.0.0/8"), "destinations[0].cidr", "10.20.0.0/24"),
    (replace(DATABASE, cidr="239.0.0.0/8"), "destinations[0].cidr", "10.20.0.0/24"),
    (replace(DATABASE, cidr="64.0.0.0/4"), "destinations[0].cidr", "10.20.0.0/24"),
    (replace(DATABASE, cidr="0.0.0.0/0"), "destinations[0].cidr", "internet: true"),
    (replace(DATABASE, internet=True), "destinations[0].cidr", "internet: true"),
    (replace(DATABASE, ports=()), "destinations[0].ports", "5432"),
    (replace(DATABASE, ports=("5432", "70000")), "destinations[0].ports[1]", "5432"),
    (replace(DATABASE, why="é"), "destinations[0].why", "database"),
    (replace(DATABASE, why="a" * 256), "destinations[0].why", "database"),
]


@pytest.mark.parametrize(("destination", "where", "write"), REFUSED)
def test_a_destination_that_cannot_be_is_refused_with_what_to_write(
    destination: DestinationSpec, where: str, write: str
) -> None:
    (fault,) = check_tenant_network(TenantNetworkSpec(destinations=(destination,)))
    assert fault.where == where
    assert write in fault.write


@pytest.mark.parametrize("destination", [DATABASE, INTERNET, replace(DATABASE, cidr="52.0.0.0/8")])
def test_a_destination_that_can_be_is_not_refused(destination: DestinationSpec) -> None:
    assert check_tenant_network(TenantNetworkSpec(destinations=(destination,))) == []


@pytest.mark.parametrize(
    ("cidr", "touched"),
    [
        ("10.0.9.0/24", "the VPC"),
        ("10.0.0.0/8", "the VPC"),
        ("100.64.1.0/24", "pods"),
        ("10.1.0.0/16", None),
        ("0.0.0.0/0", None),
        ("unreadable", None),
    ],
)
def test_a_destination_inside_the_platforms_network_is_refused(cidr: str, touched: str | None) -> None:
    network = TenantNetworkSpec(destinations=(DATABASE, replace(DATABASE, cidr=cidr)))
    faults = check_own_ranges(network, {"the VPC": "10.0.0.0/16", "pods": "100.64.0.0/16", "none": "x"})
    assert [fault.where for fault in faults] == (["destinations[1].cidr"] if touched else [])
    assert all(f"touches {touched}," in fault.why for fault in faults)


def test_peers_are_open_to_each_other_only_when_both_say_so() -> None:
    one, other = tenant("one", peers=("other",)), tenant("other", peers=("one",))
    assert check_peers([("one.yaml", one), ("other.yaml", other)]) == []
    assert peerings([one, other]) == [("one", "other")]
    (fault,) = check_peers([("one.yaml", one), ("other.yaml", tenant("other"))])
    assert (fault.file, fault.where) == ("one.yaml", "network.peers[0]")
    assert "peers: [one]" in fault.write
    assert peerings([one, tenant("other")]) == []


@pytest.mark.parametrize(
    ("peer", "other", "said"),
    [
        ("one", tenant("other"), "its own pods talk anyway"),
        ("othr", tenant("other"), "no file describes it"),
        ("other", replace(tenant("other", peers=("one",)), stack="elsewhere"), "in stack elsewhere"),
    ],
)
def test_a_peer_that_cannot_be_is_refused(peer: str, other: TenantSpec, said: str) -> None:
    (fault, *_) = check_peers([("one.yaml", tenant("one", peers=(peer,))), ("other.yaml", other)])
    assert fault.file == "one.yaml"
    assert said in fault.why


def test_a_misspelt_peer_gets_the_right_name() -> None:
    (fault,) = check_peers([("a.yaml", tenant("one", peers=("othr",))), ("b.yaml", tenant("other"))])
    assert fault.write == "other"


def test_a_peer_is_named_once() -> None:
    (fault,) = check_tenant_network(TenantNetworkSpec(peers=("a", "a")))
    assert fault.where == "peers"


def test_the_plugin_keeps_24_ports_for_a_range_and_those_of_wider_ranges_among_them() -> None:
    def found(cidr: str, wide: int, narrow: int) -> list[str]:
        outer = DestinationSpec(cidr=f"{cidr}.0.0.0/8", ports=tuple(str(1000 + each) for each in range(wide)))
        inner = DestinationSpec(cidr=f"{cidr}.1.0.0/16", ports=tuple(str(2000 + each) for each in range(narrow)))
        network = TenantNetworkSpec(destinations=(outer, inner))
        return [fault.where for fault in check_tenant_network(network)]

    assert found("10", 12, 12) == []
    assert found("10", 12, 13) == ["destinations[1].ports"]
    assert found("52", 12, 11) == []
    assert found("52", 12, 12) == ["destinations[1].ports"], "S3's 443 is one of them"
    assert found("10", 25, 1) == ["destinations[0].ports"]


def test_a_group_takes_sixty_rules() -> None:
    def network(count: int) -> TenantNetworkSpec:
        return TenantNetworkSpec(
            peers=("a", "b"),
            destinations=tuple(replace(DATABASE, cidr=f"10.80.{each}.0/24") for each in range(count)),
        )

    assert outgoing_rules(network(57)) == GROUP_RULES
    assert check_tenant_network(network(57)) == []
    (fault,) = check_tenant_network(network(58))
    assert "61 rules" in fault.given


names = st.sampled_from([f"t{each}" for each in range(6)])
destinations = st.builds(
    DestinationSpec,
    cidr=st.builds(
        lambda second, bits: str(IPv4Network((int(IPv4Address(f"10.{second}.0.0")), bits))),
        st.integers(1, 250),
        st.integers(16, 32),
    ),
    ports=st.lists(st.integers(1, 65535).map(str), min_size=1, max_size=30).map(tuple),
)
networks = st.builds(
    TenantNetworkSpec,
    peers=st.lists(names, max_size=4, unique=True).map(tuple),
    destinations=st.lists(destinations, max_size=8).map(tuple),
)
platforms = st.dictionaries(names, networks, min_size=1).map(
    lambda found: [replace(TENANT, name=name, network=network) for name, network in found.items()]
)


@given(platforms)
def test_no_policy_admits_another_tenant_unless_both_declare_it(tenants: list[TenantSpec]) -> None:
    faulty = {fault.file for fault in check_peers([(each.name, each) for each in tenants])}
    peers = set(peerings(tenants))
    for each in tenants:
        if each.name in faulty:
            continue
        policy = network_policy(each, RANGES)
        named = {
            peer["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"]
            for rule in policy["ingress"]
            for peer in rule["from"]
            if "namespaceSelector" in peer
        }
        assert named == {other for pair in peers for other in pair if each.name in pair} - {each.name}
        assert {key for rule in policy["ingress"] for peer in rule["from"] for key in peer} <= {
            "podSelector",
            "namespaceSelector",
        }


@given(networks)
def test_what_is_accepted_fits_a_group_and_the_plugin(network: TenantNetworkSpec) -> None:
    if check_tenant_network(network):
        return
    assert 1 + len(network.peers) + sum(len(known_ports(each)) for each in network.destinations) <= GROUP_RULES
    for each in network.destinations:
        around = {
            port
            for other in network.destinations
            if IPv4Network(each.cidr).subnet_of(IPv4Network(other.cidr))
            for port in known_ports(other)
        }
        assert len(around) <= 24
