from __future__ import annotations

import pytest

from emr.registries import EMR, beyond_endpoints, of_aws


def test_every_region_of_emr_has_two_registry_accounts() -> None:
    for region in EMR:
        assert all(account.isdigit() and len(account) == 12 for account in of_aws(region))
    assert of_aws("us-west-2") == ("895885662937", "602401143452")
    assert of_aws("eu-south-2") == ("350796622945", "455263428931")


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
