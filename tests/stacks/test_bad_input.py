"""What people get wrong most, and the whole of what they are told."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from components.versions import RELEASES
from stacks.settings import ConfigurationError, judge

if TYPE_CHECKING:
    from pathlib import Path

VALUES = {
    "tenancy:platform": "emr",
    "tenancy:account": "123456789012",
    "tenancy:region": "us-west-2",
    "tenancy:cluster": {"runner": "insideVpc"},
}
ADDONS = "aws-ebs-csi-driver, metrics-server, aws-secrets-store-csi-driver-provider"
VERSIONS = ", ".join(RELEASES)
INTERFACES = "a type whose pods can have network interfaces of their own, such as m6i, m7g, r6i or c6i"
SIZE = "an IPv4 range from /16 to /20"
BESIDE = "a range of 100.64.0.0/10 from /16 to /20, or one beside the VPC's first range"
ZONES = "the letters of 3 different availability zones"
NARROW = "an IPv4 range of your own, /8 or narrower; a wider one only with openToInternet: true beside it"
OWN = "203.0.113.0/24, your own range"

MISTAKES: list[tuple[str, dict[str, Any], tuple[str, str, str, str]]] = [
    ("network", {"cidr": "10.0.0.0/24"}, ("cidr", "'10.0.0.0/24'", SIZE, "10.0.0.0/16")),
    ("network", {"podCidr": "100.64.0.0/24"}, ("podCidr", "'100.64.0.0/24'", SIZE, "100.64.0.0/16")),
    ("network", {"podCidr": "10.0.64.0/18"}, ("podCidr", "'10.0.64.0/18'", BESIDE, "100.64.0.0/16")),
    ("network", {"zones": ["a", "b"]}, ("zones", "'a', 'b'", ZONES, "[a, b, c]")),
    ("cluster", {"publicAccessCidrs": ["0.0.0.0/0"]}, ("publicAccessCidrs[0]", "'0.0.0.0/0'", NARROW, OWN)),
    ("cluster", {"addons": ["metric-server"]}, ("addons[0]", "'metric-server'", ADDONS, "metrics-server")),
    ("cluster", {"kubernetesVersion": "1.29"}, ("kubernetesVersion", "'1.29'", VERSIONS, '"1.35", in quotes')),
    (
        "cluster",
        {"systemNodes": {"instanceType": "m4.xlarge"}},
        ("systemNodes.instanceType", "'m4.xlarge'", INTERFACES, "m6i.xlarge"),
    ),
    ("capacity", {"instanceTypes": ["m4"]}, ("instanceTypes[0]", "'m4'", INTERFACES, "m6i")),
    (
        "capacity",
        {"nodeGroups": {"instanceTypes": ["m4.2xlarge"]}},
        ("nodeGroups.instanceTypes[0]", "'m4.2xlarge'", INTERFACES, "m6i.xlarge"),
    ),
]


def refusals(folder: Path, *mistakes: tuple[str, dict[str, Any]]) -> set[tuple[str, str, str, str]]:
    """Place, value, what is allowed and what to write, of each fault of a stack with these settings."""
    (folder / "tenants").mkdir()
    (folder / "Pulumi.local.yaml").touch()
    given: dict[str, Any] = dict(VALUES)
    for part, settings in mistakes:
        given[f"tenancy:{part}"] = {**given.get(f"tenancy:{part}", {}), **settings}
    texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in given.items()}
    with pytest.raises(ConfigurationError) as caught:
        judge("local", texts, folder)
    assert all(fault.why for fault in caught.value.faults)
    assert {fault.file for fault in caught.value.faults} == {f"{folder}/Pulumi.local.yaml"}
    return {(fault.where, fault.given, fault.allowed, fault.write) for fault in caught.value.faults}


@pytest.mark.parametrize(("part", "settings", "told"), MISTAKES)
def test_a_mistake_is_told_with_its_place_its_value_what_is_allowed_and_what_to_write(
    tmp_path: Path, part: str, settings: dict[str, Any], told: tuple[str, str, str, str]
) -> None:
    where, *rest = told
    assert refusals(tmp_path, (part, settings)) == {(f"tenancy:{part}.{where}", *rest)}


def test_all_mistakes_are_told_in_one_run(tmp_path: Path) -> None:
    # A stack has one range of pods, and only a range that can be read is compared with the VPC's.
    chosen = [mistake for mistake in MISTAKES if mistake[1] != {"podCidr": "100.64.0.0/24"}]
    assert refusals(tmp_path, *(mistake[:2] for mistake in chosen)) == {
        (f"tenancy:{part}.{where}", *rest) for part, _, (where, *rest) in chosen
    }
