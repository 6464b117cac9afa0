"""Whom the pods of a tenant talk to: its NetworkPolicy, and the rules of its security group.

All is refused but what is named here. Two fences say so: the policy, which the network plugin enforces on each node,
and security groups, which EC2 enforces on a pod's own network interface. A connection needs the leave of both.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from spec.tenant import TenantSpec

Document = dict[str, Any]

ANYWHERE = "0.0.0.0/0"
"""As a destination: every address that is neither private nor the platform's own."""
NOT_PUBLIC = ("10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16")
"""Private and shared addresses, and those of a node's own services, the instance metadata among them."""
METADATA = "169.254.169.254/32"
"""Where EC2 tells a node its credentials; no rule ever leads there."""
POLICY_NAME = "tenant-network"
"""Name of the tenant's NetworkPolicy and SecurityGroupPolicy."""
GROUP_RULES = 60
"""Rules of a security group in one direction (Amazon VPC quotas, "Inbound or outbound rules per security group")."""

_PORT = re.compile(r"([0-9]{1,5})(?:-([0-9]{1,5}))?(?:/(tcp|udp))?")
_HIGHEST_PORT = 65535
_HTTPS, _DNS = 443, 53
# EKS User Guide, "Understand how EKS Pod Identity works".
_POD_IDENTITY_AGENT, _POD_IDENTITY_PORT = "169.254.170.23/32", 80
# EKS's own labels of its CoreDNS; the first is Kubernetes' own on every namespace, and cannot be changed.
_NAMESPACE_NAME = "kubernetes.io/metadata.name"
_DNS_PODS = {"k8s-app": "kube-dns"}


@dataclass(frozen=True, kw_only=True)
class DestinationSpec:
    """Hosts outside the platform's VPC that a tenant's jobs call, such as a database."""

    cidr: str
    """Their IPv4 range, /8 to /32, such as 10.20.0.0/24; 0.0.0.0/0 stands for all public addresses."""
    ports: tuple[str, ...]
    """Their ports: "5432", a range "9000-9010", or with /udp where it is not TCP, such as "514/udp"."""
    why: str = ""
    """What they are; shown by EC2 with the rules."""
    internet: bool = False
    """Said with 0.0.0.0/0: that all public addresses are meant."""


@dataclass(frozen=True, kw_only=True)
class TenantNetworkSpec:
    """Whom a tenant's pods talk to beside themselves, DNS, the API server and AWS; by default nobody."""

    peers: tuple[str, ...] = ()
    """Tenants of the same stack with whom pods may talk, both ways; each must name the other."""
    destinations: tuple[DestinationSpec, ...] = ()
    """Hosts outside the platform's VPC that jobs may call."""


@dataclass(frozen=True, kw_only=True)
class Ranges:
    """The IPv4 ranges of the network that a tenant comes to."""

    private: tuple[str, ...]
    """Subnets of the control plane's interfaces and of the VPC's endpoints."""
    pods: tuple[str, ...]
    """Ranges of pods."""
    services: str
    """The range of the cluster's Services, whose first address is the API server's."""


@dataclass(frozen=True, order=True, kw_only=True)
class Ports:
    """A range of ports of one protocol."""

    protocol: Literal["tcp", "udp"]
    first: int
    last: int


def ports(text: str) -> Ports | None:
    """The ports that a text of a tenant's file means; None for a text that means none."""
    found = _PORT.fullmatch(text)
    if found is None:
        return None
    first = int(found[1])
    last = int(found[2] or first)
    if not 1 <= first <= last <= _HIGHEST_PORT:
        return None
    return Ports(protocol="udp" if found[3] == "udp" else "tcp", first=first, last=last)


def known_ports(destination: DestinationSpec) -> list[Ports]:
    """The ports of a destination, each once and in order; texts that mean none are left out."""
    return sorted({known for text in destination.ports if (known := ports(text))})


def network_policy(tenant: TenantSpec, ranges: Ranges) -> Document:
    """What is let in to and out of every pod of a tenant, as the `spec` of its one NetworkPolicy.

    The API server has two addresses: that of its Service, which has no selector and so must be written out, and those
    of its network interfaces, for a plugin that looks at a packet after the address of a Service has been replaced.
    S3's gateway has the service's public addresses: it is 443 to all that is public, and the security group narrows
    it to S3's own list. The metadata address is in no rule, for it is in every rule's exceptions.

    Sources: Kubernetes, "Network Policies"; amazon-network-policy-controller-k8s, pkg/resolvers/endpoints.go.
    """
    talkers: list[Document] = [{"podSelector": {}}, *(_namespace(peer) for peer in sorted(tenant.network.peers))]
    api_server = f"{next(IPv4Network(ranges.services).hosts())}/32"
    egress: list[Document] = [
        {"to": talkers},
        {
            "to": [{**_namespace("kube-system"), "podSelector": {"matchLabels": _DNS_PODS}}],
            "ports": [{"protocol": "UDP", "port": _DNS}, {"protocol": "TCP", "port": _DNS}],
        },
        {"to": [_block(cidr) for cidr in (api_server, *ranges.private)], "ports": [_tcp(_HTTPS)]},
        {"to": [_public(ranges)], "ports": [_tcp(_HTTPS)]},
    ]
    if any(role.by_pod_identity for role in tenant.roles):
        egress.append({"to": [_block(_POD_IDENTITY_AGENT)], "ports": [_tcp(_POD_IDENTITY_PORT)]})
    egress += [
        {
            "to": [_public(ranges) if each.cidr == ANYWHERE else _block(each.cidr)],
            "ports": [_port(known) for known in known_ports(each)],
        }
        for each in tenant.network.destinations
    ]
    return {
        "podSelector": {},
        "policyTypes": ["Ingress", "Egress"],
        "ingress": [{"from": talkers}],
        "egress": egress,
    }


def security_group_policy(groups: Sequence[Any]) -> Document:
    """The `spec` of the SecurityGroupPolicy that gives every pod of a namespace the same groups.

    All pods of a tenant need the same: on one node, pods of unlike groups do not reach each other (amazon-vpc-cni-k8s,
    README, POD_SECURITY_GROUP_ENFORCING_MODE), and a driver must reach its executors.
    """
    return {"podSelector": {}, "securityGroups": {"groupIds": list(groups)}}


def peerings(tenants: Iterable[TenantSpec]) -> list[tuple[str, str]]:
    """The pairs of tenants that both name each other, each pair once, in alphabetical order."""
    named = {tenant.name: set(tenant.network.peers) for tenant in tenants}
    return sorted(
        (one, other) for one, peers in named.items() for other in peers if one < other and one in named.get(other, ())
    )


def _namespace(name: str) -> Document:
    return {"namespaceSelector": {"matchLabels": {_NAMESPACE_NAME: name}}}


def _block(cidr: str) -> Document:
    return {"ipBlock": {"cidr": cidr}}


def _public(ranges: Ranges) -> Document:
    """All addresses but the private, the node's own and the platform's."""
    blocks = [IPv4Network(cidr) for cidr in NOT_PUBLIC]
    own = {cidr for cidr in (*ranges.private, *ranges.pods, ranges.services) if not _inside(cidr, blocks)}
    return {"ipBlock": {"cidr": ANYWHERE, "except": [*NOT_PUBLIC, *sorted(own)]}}


def _inside(cidr: str, blocks: Iterable[IPv4Network]) -> bool:
    return any(IPv4Network(cidr).subnet_of(block) for block in blocks)


def _tcp(port: int) -> Document:
    return _port(Ports(protocol="tcp", first=port, last=port))


def _port(known: Ports) -> Document:
    end = {} if known.first == known.last else {"endPort": known.last}
    return {"protocol": known.protocol.upper(), "port": known.first, **end}
