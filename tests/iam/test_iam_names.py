from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iam import names

short = st.from_regex(r"[a-z][a-z0-9]{0,7}", fullmatch=True)
tenants = st.from_regex(r"[a-z]([a-z0-9-]{0,12}[a-z0-9])?", fullmatch=True)


@given(short, tenants, short)
def test_the_longest_role_name_has_32_characters(platform: str, tenant: str, role: str) -> None:
    assert len(names.job_role(platform, tenant, role)) <= 32 == names.LONGEST_JOB_ROLE


@given(st.tuples(short, tenants, short), st.tuples(short, tenants, short))
def test_two_roles_never_share_a_name(one: tuple, other: tuple) -> None:
    assert (names.job_role(*one) == names.job_role(*other)) == (one == other)


@given(short, short, tenants, short)
def test_a_role_of_the_platform_is_never_a_job_role(platform: str, purpose: str, tenant: str, role: str) -> None:
    assert names.platform_role(platform, purpose) != names.job_role(platform, tenant, role)


@pytest.mark.parametrize(
    ("region", "partition"),
    [("us-west-2", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov"), ("eu-central-1", "aws")],
)
def test_the_partition_follows_from_the_region(region: str, partition: str) -> None:
    assert names.partition(region) == partition
