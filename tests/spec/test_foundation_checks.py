from __future__ import annotations

import pytest

from spec.foundation import ClusterSpec, NetworkSpec, SystemNodesSpec, check_cluster, check_network


def test_the_defaults_are_accepted_and_safe() -> None:
    assert check_network(NetworkSpec()) == []
    assert check_cluster(ClusterSpec()) == []
    assert ClusterSpec().public_access_cidrs == ()
    assert not ClusterSpec().allow_data_loss
    assert NetworkSpec().nat == "perZone"


@pytest.mark.parametrize("zones", [(), ("a", "b"), ("a", "b", "b"), ("a", "b", "c", "d"), ("us-west-2a", "b", "c")])
def test_anything_but_three_zones_is_refused(zones: tuple[str, ...]) -> None:
    (fault,) = check_network(NetworkSpec(zones=zones))
    assert fault.where == "zones"


@pytest.mark.parametrize(
    ("cidr", "why"),
    [("0.0.0.0/0", "whole internet"), ("198.51.100.1/24", "host bits"), ("everyone", "octets")],
)
def test_an_api_server_open_to_anyone_is_refused(cidr: str, why: str) -> None:
    (fault,) = check_cluster(ClusterSpec(public_access_cidrs=("203.0.113.0/24", cidr)))
    assert fault.where == "publicAccessCidrs[1]"
    assert why in fault.why


@pytest.mark.parametrize(
    ("cluster", "where"),
    [
        (ClusterSpec(log_retention_days=100), "logRetentionDays"),
        (ClusterSpec(system_nodes=SystemNodesSpec(instance_type="large")), "systemNodes.instanceType"),
        (ClusterSpec(system_nodes=SystemNodesSpec(count=1)), "systemNodes.count"),
        (ClusterSpec(system_nodes=SystemNodesSpec(count=451)), "systemNodes.count"),
        (ClusterSpec(system_nodes=SystemNodesSpec(disk_gib=8)), "systemNodes.diskGib"),
    ],
)
def test_a_fault_of_the_cluster_is_reported_under_its_key(cluster: ClusterSpec, where: str) -> None:
    assert [fault.where for fault in check_cluster(cluster)] == [where]


def test_the_nearest_retention_is_proposed() -> None:
    (fault,) = check_cluster(ClusterSpec(log_retention_days=100))
    assert fault.write == "90"
