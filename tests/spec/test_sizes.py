from __future__ import annotations

from dataclasses import asdict

import pytest

from emr.quantities import quantity
from spec.quantities import check_quantity
from spec.size_checks import check_quota
from spec.sizes import SIZES, QuotaSpec, SizeName, size_of

SIDECARS_INCLUDED = 8
"""Containers of the smallest job: submitter, driver and two executors, each with its logging sidecar."""


@pytest.mark.covers("RM-01", "RM-02")
def test_large_has_the_figures_of_the_document() -> None:
    large = SIZES["large"]
    assert (large.requests_cpu, large.requests_memory) == ("1000", "4000Gi")
    assert (large.limits_cpu, large.limits_memory) == ("2000", "6000Gi")
    assert large.container_cpu == "6"


@pytest.mark.covers("RM-05")
@pytest.mark.parametrize("name", SIZES)
def test_every_size_bounds_cpu_and_memory_with_quantities(name: SizeName) -> None:
    assert check_quota(name, QuotaSpec()) == []
    for field, text in asdict(SIZES[name]).items():
        if isinstance(text, int):
            assert text > 0
            continue
        assert check_quantity(text, "cpu" if field.endswith("cpu") else "memory") == []


@pytest.mark.parametrize("name", SIZES)
def test_every_size_holds_the_smallest_job_when_no_container_names_a_limit(name: SizeName) -> None:
    size = SIZES[name]
    assert quantity(size.container_cpu) * SIDECARS_INCLUDED <= quantity(size.limits_cpu)
    assert quantity(size.container_memory) * SIDECARS_INCLUDED <= quantity(size.limits_memory)


@pytest.mark.parametrize("name", SIZES)
def test_every_size_keeps_the_documents_proportions(name: SizeName) -> None:
    size = SIZES[name]
    cpu = quantity(size.requests_cpu)
    assert quantity(size.requests_memory) == cpu * 4 * 1024**3
    assert quantity(size.limits_cpu) == cpu * 2
    assert quantity(size.limits_memory) == quantity(size.requests_memory) * 3 / 2


def test_a_figure_of_the_quota_replaces_the_sizes() -> None:
    size = size_of("small", QuotaSpec(requests_cpu="60"))
    assert size.requests_cpu == "60"
    assert size.limits_cpu == SIZES["small"].limits_cpu


def test_every_malformed_figure_is_reported_under_its_key() -> None:
    faults = check_quota("small", QuotaSpec(requests_cpu="sixty", limits_memory="300GB", container_cpu="6"))
    assert [fault.where for fault in faults] == ["requestsCpu", "limitsMemory"]


@pytest.mark.parametrize(
    ("quota", "where"),
    [
        (QuotaSpec(requests_cpu="101"), "requestsCpu"),
        (QuotaSpec(limits_memory="100Gi"), "requestsMemory"),
        (QuotaSpec(container_cpu="101"), "containerCpu"),
        (QuotaSpec(container_memory="301Gi"), "containerMemory"),
        (QuotaSpec(container_cpu="50m"), "containerCpu"),
        (QuotaSpec(container_memory="64Mi"), "containerMemory"),
    ],
)
def test_figures_that_contradict_each_other_are_refused(quota: QuotaSpec, where: str) -> None:
    (fault,) = check_quota("small", quota)
    assert fault.where == where
