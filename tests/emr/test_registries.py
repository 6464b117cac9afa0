from __future__ import annotations

import boto3
import pytest

from emr.registries import EMR, beyond_endpoints, of_aws

OF_2021 = {
    *("us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "eu-central-1", "eu-west-1", "eu-west-2"),
    *("ap-northeast-1", "ap-northeast-2", "ap-south-1", "ap-southeast-1", "ap-southeast-2"),
}
# AWS's SDK lists it, and the guide's table of registries does not yet: no job would get its image there.
WITHOUT_REGISTRY = {"ap-southeast-7"}


def test_every_region_of_emr_has_two_registry_accounts() -> None:
    for region in EMR:
        assert all(account.isdigit() and len(account) == 12 for account in of_aws(region))
    assert of_aws("us-west-2") == ("895885662937", "602401143452")
    assert of_aws("eu-south-2") == ("350796622945", "455263428931")


@pytest.mark.covers("EQ-01")
def test_the_regions_of_emr_are_those_of_the_sdk_that_have_a_registry() -> None:
    session = boto3.Session()
    listed = {
        region
        for partition in session.get_available_partitions()
        for region in session.get_available_regions("emr-containers", partition_name=partition)
    }
    assert set(EMR) == listed - WITHOUT_REGISTRY
    assert set(EMR) > OF_2021


def test_no_two_regions_share_an_account_of_emr() -> None:
    assert len(set(EMR.values())) == len(EMR)


@pytest.mark.parametrize(
    ("image", "beyond"),
    [
        ("public.ecr.aws/karpenter/controller:1.13.0", True),
        ("registry.k8s.io/pause:3.10", True),
        ("busybox", True),
        ("602401143452.dkr.ecr.us-west-2.amazonaws.com/eks/coredns:v1", False),
        ("602401143452.dkr.ecr.us-east-1.amazonaws.com/eks/coredns:v1", True),
        ("1.dkr.ecr.us-west-2.amazonaws.com.example.com/eks/coredns:v1", True),
    ],
)
def test_only_ecr_of_the_region_is_within_reach_of_endpoints(image: str, *, beyond: bool) -> None:
    assert beyond_endpoints(image, "us-west-2") == beyond
