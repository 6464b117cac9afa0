from __future__ import annotations

from ipaddress import IPv4Network, collapse_addresses

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from spec.subnets import POD_CIDR, ZONES, check_cidr, check_pod_cidr, layout

PRIVATE = [IPv4Network("10.0.0.0/8"), IPv4Network("172.16.0.0/12"), IPv4Network("192.168.0.0/16")]
SHARED = IPv4Network("100.64.0.0/10")


@st.composite
def ranges(draw: st.DrawFn, *parents: IPv4Network) -> IPv4Network:
    parent = draw(st.sampled_from(parents or PRIVATE))
    prefix = draw(st.integers(16, 20))
    number = draw(st.integers(0, 2 ** (prefix - parent.prefixlen) - 1))
    return IPv4Network((int(parent.network_address) + number * 2 ** (32 - prefix), prefix))


@given(ranges(), ranges(SHARED))
def test_the_parts_do_not_overlap_and_make_up_the_whole(network: IPv4Network, pods: IPv4Network) -> None:
    parts = layout(str(network), str(pods))
    for whole, texts in (
        (network, (*parts.private, *parts.public, parts.free)),
        (pods, (*parts.pods, parts.free_for_pods)),
    ):
        subnets = [IPv4Network(text) for text in texts]
        assert sum(subnet.num_addresses for subnet in subnets) == whole.num_addresses
        assert list(collapse_addresses(subnets)) == [whole]


@given(ranges(), ranges(SHARED))
def test_every_zone_has_subnets_that_aws_and_eks_accept(network: IPv4Network, pods: IPv4Network) -> None:
    parts = layout(str(network), str(pods))
    assert len(parts.private) == len(parts.public) == len(parts.pods) == ZONES
    for text in (*parts.private, *parts.public, *parts.pods):
        assert 16 <= IPv4Network(text).prefixlen <= 28
    assert all(IPv4Network(text).num_addresses >= 1024 for text in (*parts.private, *parts.pods))


@given(ranges(), ranges(SHARED), ranges(SHARED))
def test_the_pods_range_has_no_say_in_where_other_subnets_lie(
    network: IPv4Network, pods: IPv4Network, others: IPv4Network
) -> None:
    one, other = layout(str(network), str(pods)), layout(str(network), str(others))
    assert (one.private, one.public, one.free) == (other.private, other.public, other.free)


@given(ranges(), ranges(SHARED))
def test_there_is_room_to_grow_in_both_ranges(network: IPv4Network, pods: IPv4Network) -> None:
    parts = layout(str(network), str(pods))
    assert IPv4Network(parts.free).num_addresses == network.num_addresses // 16
    assert IPv4Network(parts.free_for_pods).num_addresses == pods.num_addresses // 4


@given(ranges(), ranges(SHARED))
def test_what_is_laid_out_is_accepted(network: IPv4Network, pods: IPv4Network) -> None:
    assert check_cidr(str(network)) == []
    assert check_pod_cidr(str(pods), str(network)) == []


@given(ranges(), ranges(*PRIVATE, SHARED))
def test_no_accepted_pair_of_ranges_overlaps(network: IPv4Network, pods: IPv4Network) -> None:
    assume(not check_pod_cidr(str(pods), str(network)))
    assert not network.overlaps(pods)


def test_the_layout_of_a_range_never_changes() -> None:
    parts = layout("10.0.0.0/16", POD_CIDR)
    assert parts.private == ("10.0.0.0/18", "10.0.64.0/18", "10.0.128.0/18")
    assert parts.public == ("10.0.192.0/20", "10.0.208.0/20", "10.0.224.0/20")
    assert parts.free == "10.0.240.0/20"
    assert parts.pods == ("100.64.0.0/18", "100.64.64.0/18", "100.64.128.0/18")
    assert parts.free_for_pods == "100.64.192.0/18"


@pytest.mark.parametrize(
    ("cidr", "why", "write"),
    [
        ("10.0.0.1/16", "host bits set", "10.0.0.0/16"),
        ("10.0.0.0/8", "/16 to /28", "10.0.0.0/16"),
        ("10.0.0.0/24", "run out", "10.0.0.0/16"),
        ("8.8.0.0/16", "public addresses", "10.0.0.0/16"),
        ("127.0.0.0/16", "special ones", "10.0.0.0/16"),
        ("169.254.0.0/16", "special ones", "10.0.0.0/16"),
        ("10.0.0.0", "run out", "10.0.0.0/16"),
        ("ten", "Expected 4 octets", "10.0.0.0/16"),
        ("fd00::/64", "Expected 4 octets", "10.0.0.0/16"),
    ],
)
def test_a_range_that_cannot_be_divided_is_refused_with_the_reason(cidr: str, why: str, write: str) -> None:
    (fault,) = check_cidr(cidr)
    assert fault.given == repr(cidr)
    assert why in fault.why
    assert fault.write == write
    assert check_cidr(fault.write) == []


@pytest.mark.parametrize(
    ("pods", "cidr", "why"),
    [
        ("10.0.128.0/17", "10.0.0.0/16", "overlaps cidr"),
        ("10.0.0.0/16", "10.0.0.0/16", "overlaps cidr"),
        ("100.64.0.0/24", "10.0.0.0/16", "run out"),
        ("100.64.0.0/12", "10.0.0.0/16", "/16 to /28"),
        ("100.64.0.1/16", "10.0.0.0/16", "host bits"),
        ("172.16.0.0/16", "10.0.0.0/16", "EC2 adds only"),
        ("8.8.0.0/16", "10.0.0.0/16", "EC2 adds only"),
        ("198.19.0.0/16", "10.0.0.0/16", "EC2 adds only"),
        ("172.31.0.0/16", "172.20.0.0/16", "uses it itself"),
        ("10.0.0.0/17", "10.1.0.0/16", "uses it itself"),
        ("many", "10.0.0.0/16", "octets"),
    ],
)
def test_a_range_that_pods_cannot_have_is_refused_with_the_reason(pods: str, cidr: str, why: str) -> None:
    (fault,) = check_pod_cidr(pods, cidr)
    assert fault.given == repr(pods)
    assert why in fault.why
    assert check_pod_cidr(fault.write, cidr) == []


def test_a_second_range_beside_the_first_is_accepted() -> None:
    assert check_pod_cidr("10.9.0.0/16", "10.8.0.0/16") == []
    assert check_pod_cidr("172.20.0.0/16", "172.16.0.0/16") == []


def test_a_first_range_that_is_none_is_not_reported_twice() -> None:
    assert check_pod_cidr(POD_CIDR, "ten") == []
