"""How a VPC's address range is divided, the same for the same range for ever.

The range is cut into four quarters. The first three are the private subnets of the three zones; of the last one the
first three quarters are the public subnets, and the rest stays free to grow.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from emr.fault import Fault

ZONES = 3
"""Number of availability zones of a platform."""
_WIDEST = 16
_NARROWEST = 20


@dataclass(frozen=True, kw_only=True)
class Layout:
    """CIDR ranges of a VPC's subnets, one of each kind a zone, in the order of the zones."""

    private: tuple[str, ...]
    """Subnets of nodes and endpoints."""
    public: tuple[str, ...]
    """Subnets of NAT gateways and public load balancers."""
    free: str
    """What no subnet uses."""


def layout(cidr: str) -> Layout:
    """Divide a range that `check_cidr` accepts."""
    *private, last = ipaddress.IPv4Network(cidr).subnets(prefixlen_diff=2)
    *public, free = last.subnets(prefixlen_diff=2)
    return Layout(private=tuple(map(str, private)), public=tuple(map(str, public)), free=str(free))


def check_cidr(cidr: str) -> list[Fault]:
    """What keeps a text from being the address range of a VPC that can be divided."""
    why = f"a VPC takes /16 to /28, and private subnets of less than /{_NARROWEST + 2} run out of pod addresses"
    try:
        network = ipaddress.IPv4Network(cidr)
    except ValueError as error:
        write, why = _mend(cidr), str(error)
    else:
        if network.is_private and _WIDEST <= network.prefixlen <= _NARROWEST:
            return []
        write = "10.0.0.0/16"
        if not network.is_private:
            why = "public addresses would hide the hosts on the internet that own them"
    allowed = f"a private IPv4 range from /{_WIDEST} to /{_NARROWEST}"
    return [Fault(given=repr(cidr), allowed=allowed, why=why, write=write)]


def _mend(cidr: str) -> str:
    try:
        return str(ipaddress.IPv4Network(cidr, strict=False))
    except ValueError:
        return "10.0.0.0/16"
