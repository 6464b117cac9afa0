"""Who may talk to whom, by the judgement of np-guard's netpol-analyzer, which knows nothing of our rules."""

from __future__ import annotations

import copy
import json
import subprocess
from ipaddress import IPv4Address
from typing import TYPE_CHECKING, Any

import pytest

from local.engine import provide
from local.engine.programs import ANALYSER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.conftest import Recording

pytestmark = pytest.mark.cloud

Policies = dict[str, dict[str, Any]]
"""The `spec` of each tenant's policy, by namespace."""
Allowed = dict[tuple[str, str], str]
"""Connections from a pod to a pod or a range of addresses, each by its name; what is not there is refused."""

METADATA, AGENT = IPv4Address("169.254.169.254"), IPv4Address("169.254.170.23")
ALL = "All Connections"
STRANGER = "stranger/pod"


@pytest.fixture(scope="module")
def policies(local_stack: Recording) -> Policies:
    """What the program registers for the tenants of stack `local`."""
    found = local_stack.of("kubernetes:networking.k8s.io/v1:NetworkPolicy")
    return {each.inputs["metadata"]["namespace"]: whole(each.inputs["spec"]) for each in found}


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Policies], Allowed]:
    """Ask the analyser what some policies allow."""
    program = provide([ANALYSER])["netpolicy"].path

    def judge(policies: Policies) -> Allowed:
        folder = tmp_path_factory.mktemp("manifests")
        for number, each in enumerate(manifests(policies)):
            (folder / f"{number}.json").write_text(json.dumps(each))
        command = [program, "list", "--dirpath", folder, "-o", "json", "-q"]
        found = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
        return {(pod(each["src"]), pod(each["dst"])): each["conn"] for each in found}

    return judge


def pod(end: str) -> str:
    return end.removesuffix("[Pod]")


def whole(value: Any) -> Any:
    """The value with its numbers whole: the engine's protocol knows no integers."""
    if isinstance(value, dict):
        return {key: whole(each) for key, each in value.items()}
    if isinstance(value, list):
        return [whole(each) for each in value]
    return int(value) if isinstance(value, float) else value


def manifests(policies: Policies) -> Iterator[dict[str, Any]]:
    """A driver and an executor for each tenant, its policy, and a pod of nobody's."""
    for name in (*policies, "stranger"):
        yield {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": {"nsname": name}}}
    for name, spec in policies.items():
        metadata = {"name": "tenant-network", "namespace": name}
        yield {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata, "spec": spec}
    for each in (*pods_of(policies), STRANGER):
        namespace, name = each.split("/")
        metadata = {"name": name, "namespace": namespace, "labels": {"spark-role": name}}
        containers = [{"name": "main", "image": "image"}]
        yield {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": containers}}


def pods_of(policies: Policies) -> list[str]:
    return [f"{namespace}/{role}" for namespace in policies for role in ("driver", "executor")]


def reaches(allowed: Allowed, source: str, address: IPv4Address) -> set[str]:
    """What a pod may say to an address outside the cluster's pods."""
    ranges = {target: said for (one, target), said in allowed.items() if one == source and "/" not in target}
    return {
        said
        for target, said in ranges.items()
        if IPv4Address(target.split("-")[0]) <= address <= IPv4Address(target.split("-")[-1])
    }


def wrong(allowed: Allowed, policies: Policies) -> list[str]:
    """Where what is allowed is not as it should be."""
    said: list[str] = []
    for source in pods_of(policies):
        for target in [each for each in pods_of(policies) if each != source]:
            own = source.split("/")[0] == target.split("/")[0]
            if (allowed.get((source, target)) == ALL) != own:
                said.append(f"{source} -> {target}: {allowed.get((source, target))}")
        if (STRANGER, source) in allowed:
            said.append(f"{STRANGER} -> {source}")
        said += [f"{one} -> {source}" for one, target in allowed if target == source and "/" not in one]
        if reaches(allowed, source, METADATA):
            said.append(f"{source} -> {METADATA}")
        if reaches(allowed, source, AGENT) != {"TCP 80"}:
            said.append(f"{source} -> {AGENT}: {reaches(allowed, source, AGENT)}")
        for address in (IPv4Address("10.0.0.1"), IPv4Address("52.0.0.1")):
            if reaches(allowed, source, address) != {ALL}:
                said.append(f"{source} -> {address}: {reaches(allowed, source, address)}")
    return said


def test_no_tenant_reaches_another_and_none_the_metadata_of_its_node(
    judged: Callable[[Policies], Allowed], policies: Policies
) -> None:
    assert sorted(policies) == ["analytics", "risk", "sandbox"]
    assert wrong(judged(policies), policies) == []


def with_the_metadata_address(spec: dict[str, Any]) -> None:
    spec["egress"][1]["to"][0]["ipBlock"]["except"] = ["169.254.170.0/24"]


def with_every_port_of_the_agent(spec: dict[str, Any]) -> None:
    del spec["egress"][2]["ports"]


def with_every_namespace(spec: dict[str, Any]) -> None:
    spec["ingress"][0]["from"] = [{"namespaceSelector": {}}]


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
        with_the_metadata_address,
        with_every_port_of_the_agent,
        with_every_namespace,
        open_to_what_comes_in,
        open_to_what_goes_out,
        for_drivers_only,
    ],
)
def test_a_policy_that_is_a_little_off_is_noticed(
    judged: Callable[[Policies], Allowed], policies: Policies, change: Callable[[dict[str, Any]], None]
) -> None:
    changed = copy.deepcopy(policies)
    change(changed["sandbox"])
    assert wrong(judged(changed), changed)
