"""What is checked about a tenant's network before anything is made."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from ipaddress import IPv4Network
from typing import TYPE_CHECKING

from emr.fault import Fault
from spec.tenant_network import ANYWHERE, GROUP_RULES, METADATA, NOT_PUBLIC, Ports, known_ports, ports

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from spec.tenant import TenantSpec
    from spec.tenant_network import DestinationSpec, TenantNetworkSpec

PLUGIN_PORTS = 24
"""Combinations of port and protocol for one range, over all policies (EKS User Guide, "Limit pod traffic with
Kubernetes network policies", considerations)."""

_WIDEST = 8
_SAMPLE = "10.20.0.0/24"
_NODES_OWN = IPv4Network("169.254.0.0/16")
# This network, loopback, multicast and reserved (RFC 6890).
_NO_HOSTS = tuple(map(IPv4Network, ("0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/4", "240.0.0.0/4")))
# EC2 API reference, IpRange, Description.
_DESCRIPTION = re.compile(r"[a-zA-Z0-9. _\-:/()#,@\[\]+=&;{}!$*]{0,255}")


def check_tenant_network(network: TenantNetworkSpec) -> list[Fault]:
    """What is wrong with a tenant's network as such, each fault under its key."""
    faults = [
        fault.within(f"destinations[{index}]")
        for index, destination in enumerate(network.destinations)
        for fault in _check_destination(destination)
    ]
    for peer, count in Counter(network.peers).items():
        if count > 1:
            given, why = f"{peer!r} {count} times", "once is enough, and the rules of its group would be there twice"
            fault = Fault(where="peers", given=given, allowed="each tenant once", why=why, write=f"peers: [{peer}]")
            faults.append(fault)
    return faults or [*_check_plugin_ports(network), *_check_group(network)]


def check_own_ranges(network: TenantNetworkSpec, own: Mapping[str, str]) -> list[Fault]:
    """Destinations inside the platform's own network.

    Args:
        network: a tenant's network.
        own: IPv4 ranges of the VPC and the cluster, by what they are in words; other texts are left out.
    """
    faults: list[Fault] = []
    for index, destination in enumerate(network.destinations):
        asked = _read(destination.cidr)
        if asked is None or destination.cidr == ANYWHERE:
            continue
        known = {what: _read(cidr) for what, cidr in own.items()}
        touched = [what for what, cidr in known.items() if cidr and asked.overlaps(cidr)]
        if touched:
            fault = Fault(
                given=repr(destination.cidr),
                allowed="hosts outside the platform's VPC",
                why=f"it touches {' and '.join(touched)}, where nodes, the API server and other tenants' pods are",
                write="the range of the hosts that are meant, in a VPC of their own; another tenant is a peer",
            )
            faults.append(fault.within(f"destinations[{index}].cidr"))
    return faults


def check_peers(tenants: Iterable[tuple[str, TenantSpec]]) -> list[Fault]:
    """Peers that are not there, or do not say so too; each tenant comes with its file."""
    listed = list(tenants)
    known = {tenant.name: tenant for _, tenant in listed}
    return [
        fault.within(f"network.peers[{index}]").of_file(file)
        for file, tenant in listed
        for index, peer in enumerate(tenant.network.peers)
        for fault in _check_peer(tenant, peer, known)
    ]


def _check_peer(tenant: TenantSpec, name: str, known: Mapping[str, TenantSpec]) -> list[Fault]:
    peer = known.get(name)
    others = sorted(set(known) - {tenant.name})
    allowed = f"another tenant of stack {tenant.stack}"
    if name == tenant.name:
        return [Fault(given=repr(name), allowed=allowed, why="its own pods talk anyway", write="nothing: take it out")]
    if peer is None:
        near = difflib.get_close_matches(name, others, n=1, cutoff=0.4)
        why = "no file describes it, and a namespace that comes later under its name would be let in"
        write = near[0] if near else "nothing: take it out"
        return [Fault(given=repr(name), allowed=", ".join(others) or "no peer: there is none", why=why, write=write)]
    if peer.stack != tenant.stack:
        why = f"it is in stack {peer.stack}, and the rules between two security groups belong to one stack"
        write = "nothing: take it out, or move one of the two"
        return [Fault(given=repr(name), allowed=allowed, why=why, write=write)]
    if tenant.name not in peer.network.peers:
        why = "a tenant is opened only by its own file, and that one does not name this tenant"
        write = f"peers: [{tenant.name}] under network in {name}'s file, with the leave of its owner, {peer.owner}"
        return [Fault(given=repr(name), allowed="a tenant whose file names this one too", why=why, write=write)]
    return []


def _check_destination(destination: DestinationSpec) -> list[Fault]:
    faults = [fault.within("cidr") for fault in _check_cidr(destination)]
    if not destination.ports:
        why = "a destination without ports would be every port of its hosts"
        faults.append(Fault(where="ports", given="no port", allowed="one or more", why=why, write='["5432"]'))
    for index, text in enumerate(destination.ports):
        if ports(text) is None:
            fault = Fault(
                given=repr(text),
                allowed="a port from 1 to 65535, or two with a hyphen, lower one first; /udp after it for UDP",
                why="policies and security groups name ports by their numbers",
                write='"5432", "9000-9010" or "514/udp"',
            )
            faults.append(fault.within(f"ports[{index}]"))
    if not _DESCRIPTION.fullmatch(destination.why):
        allowed = "up to 255 letters, digits, spaces and . _ - : / ( ) # , @ [ ] + = & ; { } ! $ *"
        why = "EC2 takes nothing else as the description of a rule"
        faults.append(
            Fault(where="why", given=repr(destination.why), allowed=allowed, why=why, write="the orders database")
        )
    return faults


def _check_cidr(destination: DestinationSpec) -> list[Fault]:
    asked = _read(destination.cidr)
    given, why, write = repr(destination.cidr), "", _SAMPLE
    if asked is None:
        why, write = "policies and security groups take ranges whose host part is zero", _mended(destination.cidr)
    elif (destination.cidr == ANYWHERE) != destination.internet:
        given = f"{given}, with internet: {str(destination.internet).lower()}"
        why = "all public addresses are opened only where that is said twice, and nothing else is said that way"
        write = "internet: true beside it, or the range of the hosts that are meant"
    elif destination.cidr != ANYWHERE:
        why = _why_no_host(asked)
    if not why:
        return []
    allowed = f"an IPv4 range of hosts, /{_WIDEST} to /32, or {ANYWHERE} together with internet: true"
    return [Fault(given=given, allowed=allowed, why=why, write=write)]


def _why_no_host(asked: IPv4Network) -> str:
    """Say why a range is not one of hosts that a job may call; empty if it is."""
    if asked.overlaps(_NODES_OWN):
        metadata, _, _ = METADATA.partition("/")
        return f"{_NODES_OWN} are services of the node's own, and at {metadata} are the node's credentials"
    if any(asked.overlaps(each) for each in _NO_HOSTS):
        return "these addresses are no host's"
    return "so much at once is nobody's network" if asked.prefixlen < _WIDEST else ""


def _check_plugin_ports(network: TenantNetworkSpec) -> list[Fault]:
    """Count what the plugin keeps for a range: the ports of that range and of every range around it."""
    ranges = [(IPv4Network(each.cidr), each) for each in network.destinations]
    https = {Ports(protocol="tcp", first=443, last=443)}
    for index, (inner, destination) in enumerate(ranges):
        public = not any(inner.subnet_of(IPv4Network(cidr)) for cidr in NOT_PUBLIC)
        kept = {port for outer, each in ranges if inner.subnet_of(outer) for port in known_ports(each)}
        count = len(kept | https if public else kept)
        if count > PLUGIN_PORTS:
            fault = Fault(
                given=f"{count} ports and ranges of ports for {destination.cidr}",
                allowed=f"at most {PLUGIN_PORTS}, with those of wider destinations and, for public addresses, S3's 443",
                why="the network plugin keeps no more for one range, and would pass over the rest",
                write='ranges of ports, such as "9000-9010"',
            )
            return [fault.within(f"destinations[{index}].ports")]
    return []


def _check_group(network: TenantNetworkSpec) -> list[Fault]:
    rules = outgoing_rules(network)
    if rules <= GROUP_RULES:
        return []
    return [
        Fault(
            given=f"{len(network.peers)} peers and {len(network.destinations)} destinations, which are {rules} rules",
            allowed=f"at most {GROUP_RULES}: one for the tenant itself, one a peer, one a port of each destination",
            why="a security group takes no more in one direction",
            write="wider ranges of addresses or ports, or fewer of them",
        )
    ]


def outgoing_rules(network: TenantNetworkSpec) -> int:
    """Number of egress rules of a tenant's own security group; it never has more ingress rules than these."""
    return 1 + len(network.peers) + sum(len(known_ports(each)) for each in network.destinations)


def _read(cidr: str) -> IPv4Network | None:
    try:
        return IPv4Network(cidr) if "/" in cidr else None
    except ValueError:
        return None


def _mended(cidr: str) -> str:
    try:
        return str(IPv4Network(cidr, strict=False))
    except ValueError:
        return _SAMPLE
