from __future__ import annotations

import boto3
import pytest

from emr.quotas import ALL_CALLS, RATES, Rate

MODEL = boto3.client(
    "emr-containers", region_name="us-west-2", aws_access_key_id="none", aws_secret_access_key="none"
).meta.service_model
CHANGES = {"CreateVirtualCluster", "DeleteVirtualCluster", "StartJobRun", "CancelJobRun", "CreateManagedEndpoint"}
LOOKS = {"DescribeVirtualCluster", "ListVirtualClusters", "ListJobRuns", "DescribeManagedEndpoint"}


@pytest.mark.covers("EQ-03")
def test_each_call_has_the_bucket_of_its_kind_and_is_an_operation_of_the_service() -> None:
    for name, rate in RATES.items():
        expected = Rate(burst=25, per_second=1) if name in CHANGES else Rate(burst=100, per_second=5)
        assert rate == (Rate(burst=100, per_second=20) if name == "DescribeJobRun" else expected), name
    assert CHANGES | LOOKS | {"DescribeJobRun"} <= RATES.keys()
    assert RATES.keys() <= set(MODEL.operation_names)


@pytest.mark.covers("EQ-04")
def test_all_calls_together_share_a_bucket_that_no_single_one_exceeds() -> None:
    assert Rate(burst=200, per_second=20) == ALL_CALLS
    assert all(rate.burst <= ALL_CALLS.burst and rate.per_second <= ALL_CALLS.per_second for rate in RATES.values())


@pytest.mark.covers("EQ-03", "EQ-04")
def test_what_a_full_bucket_holds_takes_no_time_and_the_rest_comes_at_its_pace() -> None:
    start = RATES["StartJobRun"]
    assert [start.seconds(calls) for calls in (0, 25, 26, 85)] == [0, 0, 1, 60]
    assert [ALL_CALLS.seconds(calls) for calls in (200, 220, 300)] == [0, 1, 5]
