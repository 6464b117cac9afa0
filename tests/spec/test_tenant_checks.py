from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emr import quotas
from iam import names
from spec.place import Place, check_place
from spec.sizes import QuotaSpec
from spec.tenant import JobRoleSpec, TenantSpec
from spec.tenant_checks import check_tenant
from spec.tenants_together import check_unique

PLACE = Place(platform="emr", account="123456789012", region="us-west-2")
TENANT = TenantSpec(name="analytics", owner="analytics-team", cost_centre="4711", stack="local")

good_tenants = st.builds(
    TenantSpec,
    name=st.from_regex(r"t[a-z0-9]{0,5}(-[a-z0-9]{1,7})?", fullmatch=True),
    owner=st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,40}x", fullmatch=True),
    cost_centre=st.from_regex(r"[0-9]{4}", fullmatch=True),
    stack=st.just("local"),
    size=st.sampled_from(["small", "medium", "large"]),
    roles=st.lists(
        st.builds(
            JobRoleSpec,
            name=st.from_regex(r"[a-z][a-z0-9]{0,7}", fullmatch=True),
            read=st.lists(st.just("s3://lake/curated/"), max_size=2).map(tuple),
        ),
        min_size=1,
        max_size=3,
        unique_by=lambda role: role.name,
    ).map(tuple),
)


def wheres(tenant: TenantSpec) -> list[str]:
    return [fault.where for fault in check_tenant(tenant, PLACE)]


@given(good_tenants)
def test_a_tenant_within_the_rules_has_no_fault(tenant: TenantSpec) -> None:
    assert check_tenant(tenant, PLACE) == []


@pytest.mark.covers("TG-01", "TG-03")
@given(good_tenants)
def test_what_is_accepted_is_accepted_by_emr(tenant: TenantSpec) -> None:
    assert quotas.check_tags(tenant.tags) == []
    assert quotas.check_text(quotas.NAMESPACE, tenant.namespace) == []
    assert quotas.check_text(quotas.VIRTUAL_CLUSTER_NAME, f"{PLACE.platform}-{tenant.name}") == []


@pytest.mark.parametrize(
    "name", ["", "Analytics", "-a", "a-", "1a", "a_b", "a--b", "analytics-and-reporting", "a" * 15, "é", "a b"]
)
def test_a_name_that_cannot_be_composed_is_refused(name: str) -> None:
    faults = [fault for fault in check_tenant(replace(TENANT, name=name), PLACE) if fault.where == "name"]
    assert len(faults) == 1
    assert repr(name) in faults[0].given
    assert f"at most {names.LONGEST_JOB_ROLE}" in faults[0].why


def test_a_name_too_long_shows_what_it_would_have_become_and_a_shorter_one() -> None:
    (fault,) = check_tenant(replace(TENANT, name="analytics-and-reporting"), PLACE)
    assert "emr-analytics-and-reporting-job has 31" in fault.why
    assert "service accounts of up to 9" in fault.why
    assert fault.write == "a shorter name, such as 'analytics-and'"


@given(st.text(max_size=30) | st.sampled_from(["", "AWS", "Kube", "kube-system", "DEFAULT", "1", "-"]))
def test_the_name_that_a_message_proposes_is_accepted(name: str) -> None:
    for fault in check_tenant(replace(TENANT, name=name), PLACE):
        proposed = fault.write.split("'")[1]
        assert check_tenant(replace(TENANT, name=proposed), PLACE) == []


@pytest.mark.covers("VC-09")
@pytest.mark.parametrize("name", ["default", "kube-system", "kube", "amazon-vpc", "aws-x", "eks-auth", "karpenter"])
def test_namespaces_of_the_system_are_refused(name: str) -> None:
    (fault,) = check_tenant(replace(TENANT, name=name), PLACE)
    assert fault.given == repr(name)


@pytest.mark.parametrize(
    ("tenant", "where"),
    [
        (replace(TENANT, owner="data@example.com"), "owner"),
        (replace(TENANT, owner=""), "owner"),
        (replace(TENANT, cost_centre="x" * 64), "costCentre"),
        (replace(TENANT, quota=QuotaSpec(requests_cpu="many")), "quota.requestsCpu"),
        (replace(TENANT, roles=()), "roles"),
        (replace(TENANT, roles=(JobRoleSpec(name="etl"), JobRoleSpec(name="etl"))), "roles"),
        (replace(TENANT, roles=(JobRoleSpec(name="etl-1"),)), "roles[0].name"),
        (replace(TENANT, roles=(JobRoleSpec(name="transform"),)), "roles[0].name"),
        (replace(TENANT, roles=(JobRoleSpec(name="etl", write=("s3://lake/x",)),)), "roles[0].write[0]"),
    ],
)
def test_a_fault_is_reported_under_its_key(tenant: TenantSpec, where: str) -> None:
    assert wheres(tenant) == [where]


def test_all_faults_are_reported_at_once() -> None:
    tenant = TenantSpec(
        name="Much_Too_Long_For_A_Name",
        owner="a b",
        cost_centre="",
        stack="local",
        quota=QuotaSpec(container_cpu="x"),
        roles=(JobRoleSpec(name="Bad"), JobRoleSpec(name="ok", read=("s3://x",), write=("y",))),
    )
    assert wheres(tenant) == [
        "name",
        "owner",
        "costCentre",
        "quota.containerCpu",
        "roles[0].name",
        "roles[1].read[0]",
        "roles[1].write[0]",
    ]


@pytest.mark.covers("ID-16")
def test_a_policy_that_iam_would_find_too_long_is_refused() -> None:
    prefixes = tuple(f"s3://a-bucket-of-the-lake/a-rather-long-folder-name-{number}/" for number in range(100))
    (fault,) = check_tenant(replace(TENANT, roles=(JobRoleSpec(name="job", read=prefixes),)), PLACE)
    assert fault.where == "roles[0]"
    assert "at most 10240" in fault.allowed


def test_two_tenants_of_one_name_are_reported_with_their_files() -> None:
    (fault,) = check_unique([("a.yaml", TENANT), ("b.yaml", replace(TENANT, name="other")), ("c.yaml", TENANT)])
    assert (fault.file, fault.where) == ("a.yaml", "name")
    assert "c.yaml" in fault.given


@pytest.mark.parametrize(
    ("place", "where"),
    [
        (replace(PLACE, platform="emr-a"), "platform"),
        (replace(PLACE, platform="platforms"), "platform"),
        (replace(PLACE, account="12345"), "account"),
        (replace(PLACE, region="us-west"), "region"),
        (replace(PLACE, region="US-WEST-2"), "region"),
    ],
)
def test_a_place_that_is_none_is_refused(place: Place, where: str) -> None:
    assert [fault.where for fault in check_place(place)] == [where]


@pytest.mark.parametrize("region", ["us-west-2", "ap-southeast-1", "us-gov-east-1", "cn-north-1"])
def test_regions_are_accepted(region: str) -> None:
    assert check_place(replace(PLACE, region=region)) == []
