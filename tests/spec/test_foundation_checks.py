from __future__ import annotations

import pytest

from spec.foundation import ClusterSpec, SystemNodesSpec, check_cluster
from spec.network import NetworkSpec, check_network


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


@pytest.mark.parametrize("cidr", ["0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "64.0.0.0/7"])
def test_an_api_server_is_opened_to_the_internet_only_by_saying_it_twice(cidr: str) -> None:
    (fault,) = check_cluster(ClusterSpec(public_access_cidrs=(cidr,)))
    assert "openToInternet: true" in fault.allowed
    assert check_cluster(ClusterSpec(public_access_cidrs=(cidr,), open_to_internet=True)) == []
    assert not ClusterSpec(open_to_internet=True).public_access_cidrs


def test_eks_takes_forty_public_ranges() -> None:
    ranges = tuple(f"203.0.{number}.0/24" for number in range(41))
    assert check_cluster(ClusterSpec(public_access_cidrs=ranges[:40])) == []
    (fault,) = check_cluster(ClusterSpec(public_access_cidrs=ranges))
    assert (fault.where, fault.given) == ("publicAccessCidrs", "41 ranges")


OPS = "arn:aws:iam::123456789012:role/team/ops"


@pytest.mark.parametrize(
    ("admin", "why"),
    [
        ("ops", "by its IAM ARN"),
        ("arn:aws:iam::123456789012:user/ops", "users' keys"),
        ("arn:aws:sts::123456789012:assumed-role/ops/session", "session"),
        ("arn:aws:iam::123456789012:role/aws-service-role/x.amazonaws.com/X", "service-linked"),
        (OPS, "one access entry"),
    ],
)
def test_an_administrator_is_a_role_by_its_arn(admin: str, why: str) -> None:
    assert check_cluster(ClusterSpec(admins=(OPS,))) == []
    (fault,) = check_cluster(ClusterSpec(admins=(OPS, admin)))
    assert fault.where == "admins[1]"
    assert why in fault.why


@pytest.mark.parametrize("name", ["t3.xlarge", "m4.xlarge", "i3.xlarge", "x1.16xlarge", "m99.xlarge", "mac2.metal"])
def test_nodes_whose_pods_can_have_no_interfaces_are_refused(name: str) -> None:
    (fault,) = check_cluster(ClusterSpec(system_nodes=SystemNodesSpec(instance_type=name)))
    assert fault.where == "systemNodes.instanceType"
    proposed = SystemNodesSpec(instance_type=fault.write)
    assert check_cluster(ClusterSpec(system_nodes=proposed)) == []


@pytest.mark.parametrize("name", ["m5.xlarge", "m7g.2xlarge", "i3.metal", "c7i-flex.xlarge", "u7in-16tb.224xlarge"])
def test_nodes_whose_pods_can_have_interfaces_are_accepted(name: str) -> None:
    assert check_cluster(ClusterSpec(system_nodes=SystemNodesSpec(instance_type=name))) == []


@pytest.mark.covers("CA-24")
@pytest.mark.parametrize("size", ["medium", "large"])
def test_nodes_with_fewer_vcpus_than_the_sample_job_needs_are_refused(size: str) -> None:
    (fault,) = check_cluster(ClusterSpec(system_nodes=SystemNodesSpec(instance_type=f"m5.{size}")))
    assert (fault.where, fault.write) == ("systemNodes.instanceType", "m5.xlarge")
    assert check_cluster(ClusterSpec(system_nodes=SystemNodesSpec(instance_type="m5.xlarge"))) == []


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
