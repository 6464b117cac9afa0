from __future__ import annotations

from dataclasses import replace

import pytest

from emr.instance_types import FAMILIES
from spec import nodes
from spec.capacity import CapacitySpec, NodeGroupsSpec, PoolSpec, check_capacity, check_placement
from spec.tenant import TenantSpec

TENANT = TenantSpec(name="risk", owner="x", cost_centre="y", stack="local")


def test_what_is_said_of_nothing_is_right() -> None:
    assert not check_capacity(CapacitySpec())
    assert CapacitySpec().by == "karpenter"
    assert CapacitySpec().spot
    assert CapacitySpec().from_registry
    assert not CapacitySpec(chart=".local/charts").from_registry


def test_all_faults_come_at_once_under_their_keys() -> None:
    capacity = CapacitySpec(
        chart="https://charts.example.com/",
        replicas=0,
        instance_types=("t3", "m6i", "m6i", "m7g"),
        disk_gib=5,
        drivers=PoolSpec(cpu="many", memory="4Gi"),
        executors=PoolSpec(cpu="4", memory="0"),
        dedicated=PoolSpec(cpu="0", memory="4Gi"),
        node_groups=NodeGroupsSpec(instance_types=("m6i",), min_per_zone=-1, max_per_zone=0),
    )
    assert [fault.where for fault in check_capacity(capacity)] == [
        "chart",
        "replicas",
        "instanceTypes[0]",
        "instanceTypes[2]",
        "instanceTypes[3]",
        "diskGib",
        "drivers.cpu",
        "executors.memory",
        "dedicated.cpu",
        "nodeGroups.instanceTypes[0]",
        "nodeGroups.maxPerZone",
        "nodeGroups.minPerZone",
    ]


@pytest.mark.parametrize("given", ["t3", "m4", "i3", "t3.large", "x1", "", "m6i large", "6i"])
def test_a_type_whose_pods_have_no_interfaces_of_their_own_is_refused_with_one_that_has(given: str) -> None:
    (fault,) = check_capacity(CapacitySpec(instance_types=(given,)))
    assert fault.where == "instanceTypes[0]"
    assert fault.given == repr(given)
    assert ("." in fault.write) is ("." in given)
    assert not check_capacity(CapacitySpec(instance_types=(fault.write,)))


@pytest.mark.parametrize(
    "given", ["m6g", "m7gd.large", "c7gn", "im4gn", "is4gen", "a1", "c7g-flex", "g5g", "x2gd", "m8gb"]
)
def test_types_with_processors_of_another_architecture_are_refused(given: str) -> None:
    (fault,) = check_capacity(CapacitySpec(instance_types=(given,)))
    assert "amd64" in fault.why


@pytest.mark.parametrize("given", ["g4dn", "g6e", "gr6f", "m7i-flex", "u7in-16tb", "p4de", "inf2", "m6id"])
def test_a_g_before_the_generation_is_no_processor(given: str) -> None:
    assert given in FAMILIES
    assert not check_capacity(CapacitySpec(instance_types=(given,)))


def test_types_and_families_in_one_list_are_refused_for_only_what_is_both_would_do() -> None:
    (fault,) = check_capacity(CapacitySpec(instance_types=("m6i", "r6i.2xlarge")))
    assert (fault.where, fault.write) == ("instanceTypes", "m6i, r6i")


def test_an_empty_list_of_types_is_refused() -> None:
    groups = NodeGroupsSpec(instance_types=())
    faults = check_capacity(CapacitySpec(instance_types=(), node_groups=groups))
    assert [fault.where for fault in faults] == ["instanceTypes", "nodeGroups.instanceTypes"]


@pytest.mark.covers("CA-24")
def test_managed_nodes_have_the_vcpus_that_the_sample_job_needs_and_karpenter_chooses_by_itself() -> None:
    (fault,) = check_capacity(CapacitySpec(node_groups=NodeGroupsSpec(instance_types=("m5.large",))))
    assert (fault.where, fault.write) == ("nodeGroups.instanceTypes[0]", "m5.xlarge")
    assert not check_capacity(CapacitySpec(node_groups=NodeGroupsSpec(instance_types=("m5.xlarge",))))
    assert not check_capacity(CapacitySpec(instance_types=("m5.large",)))


@pytest.mark.parametrize(("least", "most", "wrong"), [(3, 2, "minPerZone"), (0, 451, "maxPerZone")])
def test_the_least_of_a_node_group_is_not_above_its_most(least: int, most: int, wrong: str) -> None:
    groups = NodeGroupsSpec(min_per_zone=least, max_per_zone=most)
    (fault,) = check_capacity(CapacitySpec(node_groups=groups))
    assert fault.where == f"nodeGroups.{wrong}"
    assert not check_capacity(CapacitySpec(node_groups=NodeGroupsSpec(min_per_zone=0, max_per_zone=1)))


@pytest.mark.parametrize("chart", ["", "oci://a.b/", "https://a.b", "charts/"])
def test_the_place_of_the_charts_is_a_registry_or_a_folder(chart: str) -> None:
    (fault,) = check_capacity(CapacitySpec(chart=chart))
    assert (fault.where, fault.write) == ("chart", "oci://public.ecr.aws/karpenter")


def test_nodes_of_ones_own_are_refused_where_nobody_would_make_them() -> None:
    dedicated = replace(TENANT, placement="dedicated")
    groups = CapacitySpec(by="nodeGroups")
    (fault,) = check_placement(groups, [TENANT, dedicated])
    assert fault.where == "by"
    assert "risk" in fault.given
    assert not check_placement(groups, [TENANT])
    assert not check_placement(CapacitySpec(), [dedicated])


def test_drivers_are_on_demand_and_executors_on_spot_behind_a_taint() -> None:
    drivers, executors = nodes.pools(spot=True)
    assert (drivers.name, drivers.taints) == ("drivers", ())
    assert drivers.labels == {"nodes.tenancy/pool": "drivers", "nodes.tenancy/capacity-type": "on-demand"}
    assert executors.labels == {"nodes.tenancy/pool": "executors", "nodes.tenancy/capacity-type": "spot"}
    assert [taint.text for taint in executors.taints] == ["nodes.tenancy/spot=true:NoSchedule"]


def test_without_spot_no_node_has_its_taint() -> None:
    assert [(pool.capacity_type, pool.taints) for pool in nodes.pools(spot=False)] == [("on-demand", ())] * 2


def test_nodes_of_a_tenant_keep_all_others_off() -> None:
    drivers, executors = nodes.pools(spot=True, tenant="risk")
    assert [drivers.name, executors.name] == ["risk-drivers", "risk-executors"]
    for pool in (drivers, executors):
        assert pool.labels["nodes.tenancy/tenant"] == "risk"
        assert "nodes.tenancy/tenant=risk:NoSchedule" in [taint.text for taint in pool.taints]
    assert "nodes.tenancy/spot=true:NoSchedule" in [taint.text for taint in executors.taints]
