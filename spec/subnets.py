"""How a VPC's address ranges are divided, the same for the same ranges for ever.

The first range is cut into four quarters. Three of them are the private subnets of the three zones; of the last one
the first three quarters are the public subnets, and the rest stays free to grow. The pods' range is cut into four
quarters as well: three are the pod subnets, one stays free. Neither range has a say in how the other is cut.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network

from emr.fault import Fault

ZONES = 3
"""Number of availability zones of a platform."""
POD_CIDR = "100.64.0.0/16"
"""The pods' range unless someone chooses another: shared address space, which company networks rarely route."""
_WIDEST = 16
_NARROWEST = 20
_PRIVATE = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))
_SHARED = IPv4Network("100.64.0.0/10")
# VPC User Guide, "IPv4 CIDR block association restrictions".
_NEVER_FURTHER = IPv4Network("172.31.0.0/16")
_FIRST_TEN, _FIRST_TWO_TENS = IPv4Network("10.0.0.0/16"), IPv4Network("10.0.0.0/15")


@dataclass(frozen=True, kw_only=True)
class Layout:
    """CIDR ranges of a VPC's subnets, one of each kind a zone, in the order of the zones."""

    private: tuple[str, ...]
    """Subnets of nodes and endpoints."""
    public: tuple[str, ...]
    """Subnets of NAT gateways and public load balancers."""
    free: str
    """What no subnet uses of the first range."""
    pods: tuple[str, ...]
    """Subnets of pods."""
    free_for_pods: str
    """What no subnet uses of the pods' range."""


def layout(cidr: str, pod_cidr: str) -> Layout:
    """Divide ranges that `check_cidr` and `check_pod_cidr` accept."""
    *private, last = IPv4Network(cidr).subnets(prefixlen_diff=2)
    *public, free = last.subnets(prefixlen_diff=2)
    *pods, free_for_pods = IPv4Network(pod_cidr).subnets(prefixlen_diff=2)
    return Layout(
        private=tuple(map(str, private)),
        public=tuple(map(str, public)),
        free=str(free),
        pods=tuple(map(str, pods)),
        free_for_pods=str(free_for_pods),
    )


def service_range(cidr: str) -> str:
    """The range of the cluster's Services, the one that EKS itself would choose beside a VPC's first range.

    Said to EKS, so that policies can name the API server's address before there is a cluster. Source: EKS API
    reference, KubernetesNetworkConfigRequest, `serviceIpv4Cidr`.
    """
    return "172.20.0.0/16" if IPv4Network(cidr).subnet_of(_PRIVATE[0]) else "10.100.0.0/16"


def check_cidr(cidr: str) -> list[Fault]:
    """What keeps a text from being the address range of a VPC that can be divided."""
    network, faults = _read(cidr, "10.0.0.0/16", "private subnets")
    if network is None or _home(network) is not None:
        return faults
    why = (
        "public addresses would hide the hosts on the internet that own them, and EC2 has no use for other special ones"
    )
    allowed = f"a range of 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16, from /{_WIDEST} to /{_NARROWEST}"
    return [Fault(given=repr(cidr), allowed=allowed, why=why, write="10.0.0.0/16")]


def check_pod_cidr(pod_cidr: str, cidr: str) -> list[Fault]:
    """What keeps a text from being the second range of a VPC that has a first one."""
    pods, faults = _read(pod_cidr, POD_CIDR, "pod subnets")
    if pods is None or (why := _why_not(pods, cidr)) is None:
        return faults
    allowed = f"a range of {_SHARED} from /{_WIDEST} to /{_NARROWEST}, or one beside the VPC's first range"
    return [Fault(given=repr(pod_cidr), allowed=allowed, why=why, write=POD_CIDR)]


def _why_not(pods: IPv4Network, cidr: str) -> str | None:
    """Say why a range cannot be a VPC's second one beside a first one, which may itself be no range at all."""
    try:
        first = IPv4Network(cidr)
    except ValueError:
        first = None
    if first is not None and pods.overlaps(first):
        return f"it overlaps cidr, {first}"
    if pods.subnet_of(_SHARED):
        return None
    home = _home(pods)
    if home is None or (first is not None and home != _home(first)):
        return "EC2 adds only ranges of 100.64.0.0/10, of the private block of the first range, or public ones"
    beside_first_ten = first is None or first.overlaps(_FIRST_TWO_TENS)
    if pods.overlaps(_NEVER_FURTHER) or (pods.overlaps(_FIRST_TEN) and beside_first_ten):
        return f"EC2 uses it itself in a VPC like this one ({_NEVER_FURTHER}, or {_FIRST_TEN} beside {_FIRST_TWO_TENS})"
    return None


def _home(network: IPv4Network) -> IPv4Network | None:
    return next((block for block in _PRIVATE if network.subnet_of(block)), None)


def _read(cidr: str, sample: str, what: str) -> tuple[IPv4Network | None, list[Fault]]:
    """Read a range; what no VPC can have, or is too small, becomes a fault instead."""
    try:
        network = IPv4Network(cidr)
    except ValueError as error:
        write, why = _mend(cidr, sample), str(error)
    else:
        if _WIDEST <= network.prefixlen <= _NARROWEST:
            return network, []
        write = sample
        why = f"a VPC takes /16 to /28, and {what} of less than /{_NARROWEST + 2} run out of addresses"
    allowed = f"an IPv4 range from /{_WIDEST} to /{_NARROWEST}"
    return None, [Fault(given=repr(cidr), allowed=allowed, why=why, write=write)]


def _mend(cidr: str, sample: str) -> str:
    try:
        return str(IPv4Network(cidr, strict=False))
    except ValueError:
        return sample
