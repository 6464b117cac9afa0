"""Who may talk to whom, by the judgement of np-guard's netpol-analyzer, which knows nothing of our rules.

What it finds allowed over all tenants together must be what their files declare, no more and no less. It judges
NetworkPolicies; security groups narrow further what they leave open.
"""

from __future__ import annotations

import copy
import json
import subprocess
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING, Any

import pytest

from local.engine import provide
from local.engine.programs import ANALYSER
from spec.tenant import JobRoleSpec, TenantSpec
from spec.tenant_network import DestinationSpec, Ranges, TenantNetworkSpec, known_ports, network_policy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tests.conftest import Recording

pytestmark = pytest.mark.cloud

Policies = dict[str, dict[str, Any]]
"""The `spec` of each tenant's policy, by tenant."""
Allowed = dict[tuple[str, str], frozenset[str]]
"""Protocols and ports from a pod to a pod or an address, each by its name; what is not there is refused."""

POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
RANGES = Ranges(
    private=("10.0.0.0/18", "10.0.64.0/18", "10.0.128.0/18"), pods=("100.64.0.0/16",), services="172.20.0.0/16"
)
EVERYTHING, HTTPS, DNS = frozenset({"all"}), frozenset({"TCP 443"}), frozenset({"UDP 53", "TCP 53"})
PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16")
AGENT = "169.254.170.23/32"
METADATA = IPv4Address("169.254.169.254")
OTHERS = {"kube-system/coredns": {"k8s-app": "kube-dns"}, "kube-system/other": {"k8s-app": "other"}, "stranger/pod": {}}


def tenant(name: str, *roles: JobRoleSpec, **network: Any) -> TenantSpec:
    roles = roles or (JobRoleSpec(name="job"),)
    return TenantSpec(
        name=name, owner="x", cost_centre="1", stack="local", roles=roles, network=TenantNetworkSpec(**network)
    )


TENANTS = [
    tenant("alone"),
    tenant("one", peers=("other",)),
    tenant("other", peers=("one", "third")),
    tenant("third", peers=("other",)),
    tenant("identity", JobRoleSpec(name="job", credentials="podIdentity")),
    tenant(
        "database",
        destinations=(
            DestinationSpec(cidr="10.80.0.0/24", ports=("5432", "9000-9010")),
            DestinationSpec(cidr="52.1.0.0/16", ports=("514/udp",)),
        ),
    ),
    replace(tenant("dedicated", peers=("fargate",)), placement="dedicated"),
    replace(tenant("fargate", peers=("dedicated",)), placement="fargate", accept_fargate_network=True),
    tenant("internet", destinations=(DestinationSpec(cidr="0.0.0.0/0", ports=("80",), internet=True),)),
]


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Policies], Allowed]:
    """Ask the analyser what some policies allow."""
    program = provide([ANALYSER])["netpolicy"].path

    def judge(policies: Policies) -> Allowed:
        folder = tmp_path_factory.mktemp("manifests")
        for number, each in enumerate(manifests(policies)):  # as JSON: the analyser does not read YAML's aliases
            (folder / f"{number}.json").write_text(json.dumps(each))
        command = [program, "list", "--dirpath", folder, "-o", "json", "-q"]
        return read(json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout), policies)

    return judge


def manifests(policies: Policies) -> Iterator[dict[str, Any]]:
    """A driver and an executor for each tenant, its policy, and pods of nobody's."""
    for name in (*policies, *{pod.split("/")[0] for pod in OTHERS}):
        labels = {"kubernetes.io/metadata.name": name, "nsname": name}
        yield {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}
    for name, spec in policies.items():
        metadata = {"name": "tenant-network", "namespace": name}
        yield {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata, "spec": spec}
    pods = {f"{name}/{role}": {"spark-role": role} for name in policies for role in ("driver", "executor")}
    for pod, labels in (pods | OTHERS).items():
        namespace, name = pod.split("/")
        metadata = {"name": name, "namespace": namespace, "labels": labels}
        spec = {"containers": [{"name": "main", "image": "image"}]}
        yield {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


def read(found: list[dict[str, str]], policies: Policies) -> Allowed:
    """The analyser's answer as far as tenants' pods have part in it; addresses as their ranges, `first-last`."""
    allowed: Allowed = {}
    for each in found:
        ends = tuple(each[end].removesuffix("[Pod]") for end in ("src", "dst"))
        if any(end.split("/")[0] in policies for end in ends):
            allowed[ends[0], ends[1]] = frozenset(ports_of(each["conn"]))
    return allowed


def ports_of(connections: str) -> Iterator[str]:
    """`TCP 443,9000-9010,UDP 53` as one text for each port or range."""
    if connections == "All Connections":
        yield "all"
        return
    protocol = ""
    for part in connections.split(","):
        protocol, _, port = part.rpartition(" ") if " " in part else (protocol, "", part)
        yield f"{protocol} {port}"


def is_range(end: str) -> bool:
    return "/" not in end


def declared_between_pods(tenants: Iterable[TenantSpec]) -> Allowed:
    """Between pods: all within a tenant and with its peers, and DNS from everyone."""
    allowed: Allowed = {}
    pods = {each.name: [f"{each.name}/driver", f"{each.name}/executor"] for each in tenants}
    for each in tenants:
        for source in pods[each.name]:
            targets = [target for name in (each.name, *each.network.peers) for target in pods[name]]
            allowed |= {(source, target): EVERYTHING for target in targets if target != source}
            allowed[source, "kube-system/coredns"] = DNS
    return allowed


def declared_to(each: TenantSpec, address: IPv4Address) -> frozenset[str]:
    """What a tenant's file opens to an address outside the cluster's pods."""

    def inside(*cidrs: str) -> bool:
        return any(address in IPv4Network(cidr) for cidr in cidrs)

    found: set[str] = set()
    public = not inside(*PRIVATE)
    if public or inside("172.20.0.1/32", "10.0.0.0/18", "10.0.64.0/18", "10.0.128.0/18"):
        found.add("TCP 443")
    if inside(AGENT) and any(role.by_pod_identity for role in each.roles):
        found.add("TCP 80")
    for destination in each.network.destinations:
        if public if destination.cidr == "0.0.0.0/0" else inside(destination.cidr):
            for port in known_ports(destination):
                last = "" if port.first == port.last else f"-{port.last}"
                found.add(f"{port.protocol.upper()} {port.first}{last}")
    return frozenset(found)


def differences(tenants: list[TenantSpec], allowed: Allowed) -> list[str]:
    """Where what is allowed is not what is declared; between two neighbouring edges no address differs from another."""
    pods = {pair: ports for pair, ports in allowed.items() if not any(map(is_range, pair))}
    declared = declared_between_pods(tenants)
    said = [
        f"{source} -> {target}: {sorted(pods.get((source, target), ()))}"
        for source, target in sorted(pods.keys() | declared.keys())
        if pods.get((source, target)) != declared.get((source, target))
    ]
    said += [f"{source} -> {target}" for source, target in allowed if is_range(source)]
    cidrs = [*PRIVATE, *RANGES.private, AGENT, "172.20.0.1/32", f"{METADATA}/32"]
    cidrs += [each.cidr for one in tenants for each in one.network.destinations]
    edges = {int(end) + step for cidr in map(IPv4Network, cidrs) for end in (cidr[0], cidr[-1]) for step in (-1, 0, 1)}
    for each in tenants:
        for source in (f"{each.name}/driver", f"{each.name}/executor"):
            ranges = [
                (int(IPv4Address(target.split("-")[0])), int(IPv4Address(target.split("-")[-1])), ports)
                for (one, target), ports in allowed.items()
                if one == source and is_range(target)
            ]
            found = {end + step for first, last, _ in ranges for end in (first, last) for step in (-1, 0, 1)}
            for number in sorted(each for each in edges | found if 0 <= each < 2**32):
                ports = frozenset().union(*(found for first, last, found in ranges if first <= number <= last))
                if ports != declared_to(each, IPv4Address(number)):
                    said.append(f"{source} -> {IPv4Address(number)}: {sorted(ports)}")
    return said


@pytest.fixture(scope="module")
def policies() -> Policies:
    return {each.name: network_policy(each, RANGES) for each in TENANTS}


@pytest.mark.covers("NW-01", "NW-02")
def test_what_is_allowed_over_all_tenants_is_what_is_declared(
    judged: Callable[[Policies], Allowed], policies: Policies
) -> None:
    allowed = judged(policies)
    assert differences(TENANTS, allowed) == []
    reached = {target for (_, target) in allowed if is_range(target)}
    ends = [[IPv4Address(end) for end in (target.split("-")[0], target.split("-")[-1])] for target in reached]
    assert ends
    assert not any(first <= METADATA <= last for first, last in ends), "nobody reaches the metadata of a node"


def test_what_the_program_registers_for_its_tenants_allows_what_their_files_declare(
    judged: Callable[[Policies], Allowed], local_stack: Recording
) -> None:
    """By their files; what they declare beside the rules for all is a database of one."""
    found = {each.inputs["metadata"]["namespace"]: whole(each.inputs["spec"]) for each in local_stack.of(POLICY)}
    database = DestinationSpec(cidr="10.80.0.0/24", ports=("5432",))
    written = [tenant("analytics"), tenant("risk", destinations=(database,)), tenant("sandbox")]
    assert sorted(found) == [each.name for each in written]
    assert differences(written, judged(found)) == []


def whole(value: Any) -> Any:
    """The value with its numbers whole: the engine's protocol knows no integers."""
    if isinstance(value, dict):
        return {key: whole(each) for key, each in value.items()}
    if isinstance(value, list):
        return [whole(each) for each in value]
    return int(value) if isinstance(value, float) else value


def without_the_rule_for_dns(spec: dict[str, Any]) -> None:
    del spec["egress"][1]


def without_the_rule_for_the_api_server(spec: dict[str, Any]) -> None:
    del spec["egress"][2]


def with_all_pods_of_kube_system(spec: dict[str, Any]) -> None:
    del spec["egress"][1]["to"][0]["podSelector"]


def with_every_namespace(spec: dict[str, Any]) -> None:
    spec["ingress"][0]["from"].append({"namespaceSelector": {}})
    spec["egress"][0]["to"].append({"namespaceSelector": {}})


def with_the_metadata_address(spec: dict[str, Any]) -> None:
    spec["egress"][3]["to"][0]["ipBlock"]["except"].remove("169.254.0.0/16")


def with_one_port_more(spec: dict[str, Any]) -> None:
    spec["egress"][2]["ports"].append({"protocol": "TCP", "port": 10250})


def open_to_what_comes_in(spec: dict[str, Any]) -> None:
    spec["policyTypes"].remove("Ingress")
    del spec["ingress"]


def open_to_what_goes_out(spec: dict[str, Any]) -> None:
    spec["policyTypes"].remove("Egress")
    del spec["egress"]


def for_drivers_only(spec: dict[str, Any]) -> None:
    spec["podSelector"] = {"matchLabels": {"spark-role": "driver"}}


@pytest.mark.parametrize(
    "change",
    [
        without_the_rule_for_dns,
        without_the_rule_for_the_api_server,
        with_all_pods_of_kube_system,
        with_every_namespace,
        with_the_metadata_address,
        with_one_port_more,
        open_to_what_comes_in,
        open_to_what_goes_out,
        for_drivers_only,
    ],
)
def test_a_policy_that_is_a_little_off_is_noticed(
    judged: Callable[[Policies], Allowed], policies: Policies, change: Callable[[dict[str, Any]], None]
) -> None:
    changed = copy.deepcopy(policies)
    change(changed["alone"])
    assert differences(TENANTS, judged(changed))


def test_one_side_alone_opens_nothing(judged: Callable[[Policies], Allowed], policies: Policies) -> None:
    eager = replace(TENANTS[0], network=TenantNetworkSpec(peers=("identity",)))
    assert differences(TENANTS, judged({**policies, "alone": network_policy(eager, RANGES)})) == []
