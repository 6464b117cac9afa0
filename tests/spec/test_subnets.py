from __future__ import annotations

from ipaddress import IPv4Network, collapse_addresses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spec.subnets import ZONES, check_cidr, layout

PRIVATE = [IPv4Network("10.0.0.0/8"), IPv4Network("172.16.0.0/12"), IPv4Network("192.168.0.0/16")]


@st.composite
def ranges(draw: st.DrawFn) -> IPv4Network:
    parent = draw(st.sampled_from(PRIVATE))
    prefix = draw(st.integers(16, 20))
    number = draw(st.integers(0, 2 ** (prefix - parent.prefixlen) - 1))
    return IPv4Network((int(parent.network_address) + number * 2 ** (32 - prefix), prefix))


@given(ranges())
def test_the_parts_do_not_overlap_and_make_up_the_whole(network: IPv4Network) -> None:
    parts = layout(str(network))
    subnets = [IPv4Network(text) for text in (*parts.private, *parts.public, parts.free)]
    assert sum(subnet.num_addresses for subnet in subnets) == network.num_addresses
    assert list(collapse_addresses(subnets)) == [network]


@given(ranges())
def test_every_zone_has_subnets_that_aws_and_eks_accept(network: IPv4Network) -> None:
    parts = layout(str(network))
    assert len(parts.private) == len(parts.public) == ZONES
    for text in (*parts.private, *parts.public):
        assert 16 <= IPv4Network(text).prefixlen <= 28
    assert all(IPv4Network(text).num_addresses >= 1024 for text in parts.private)


@given(ranges())
def test_what_is_laid_out_is_accepted(network: IPv4Network) -> None:
    assert check_cidr(str(network)) == []


def test_the_layout_of_a_range_never_changes() -> None:
    assert layout("10.0.0.0/16").private == ("10.0.0.0/18", "10.0.64.0/18", "10.0.128.0/18")
    assert layout("10.0.0.0/16").public == ("10.0.192.0/20", "10.0.208.0/20", "10.0.224.0/20")
    assert layout("10.0.0.0/16").free == "10.0.240.0/20"


@pytest.mark.parametrize(
    ("cidr", "why", "write"),
    [
        ("10.0.0.1/16", "host bits set", "10.0.0.0/16"),
        ("10.0.0.0/8", "/16 to /28", "10.0.0.0/16"),
        ("10.0.0.0/24", "run out", "10.0.0.0/16"),
        ("8.8.0.0/16", "public addresses", "10.0.0.0/16"),
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
