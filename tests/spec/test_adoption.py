from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spec.adoption import adopted, check_adoption, of_foundation, of_tenants
from spec.place import Place

PLACE = Place(platform="emr", account="123456789012", region="us-west-2")
KNOWN = of_foundation(PLACE, network=True) | of_tenants(PLACE, ["risk"])
KEY = "1234abcd-12ab-34cd-56ef-1234567890ab"


def test_buckets_and_log_groups_are_found_by_their_names() -> None:
    names = ["logs-bucket", "audit-logs", "cluster-logs", "network-flow-logs-group", "risk-logs-group"]
    assert check_adoption(names, KNOWN) == []
    assert adopted(names, KNOWN, PLACE) == {
        "logs-bucket": "emr-logs-123456789012-us-west-2",
        "audit-logs": "/aws/cloudtrail/emr",
        "cluster-logs": "/aws/eks/emr/cluster",
        "network-flow-logs-group": "/aws/vpc-flow-logs/emr",
        "risk-logs-group": "/emr/emr/risk",
    }


@pytest.mark.parametrize(("name", "alias"), [("logs", "emr-logs"), ("cluster-secrets", "emr-secrets")])
def test_a_key_is_found_by_its_id_and_brings_its_alias(name: str, alias: str) -> None:
    entries = [f"{name}-key={KEY}"]
    assert check_adoption(entries, KNOWN) == []
    assert adopted(entries, KNOWN, PLACE) == {f"{name}-key": KEY, f"{name}-alias": f"alias/{alias}"}


@pytest.mark.parametrize(
    ("entry", "write"),
    [
        ("log-bucket", "logs-bucket"),
        ("risk-logs-grup", "risk-logs-group"),
        ("sales-logs-group=x", "risk-logs-group"),
        ("zzz", "nothing: take it out"),
        ("logs-key", f"logs-key={KEY}"),
        ("logs-key=alias/emr-logs", f"logs-key={KEY}"),
        (f"logs-key=arn:aws:kms:us-west-2:123456789012:key/{KEY}", f"logs-key={KEY}"),
        ("logs-bucket=another", "logs-bucket"),
        ("audit-bucket", "nothing: take it out"),
    ],
)
def test_what_cannot_be_taken_back_is_refused_with_what_to_write(entry: str, write: str) -> None:
    (fault,) = check_adoption(["audit-bucket", entry], KNOWN)
    assert (fault.where, fault.write) == ("[1]", write)


def test_a_network_of_others_has_no_flow_logs_of_ours() -> None:
    assert of_foundation(PLACE, network=True).keys() - of_foundation(PLACE, network=False).keys() == {
        "network-flow-logs-group"
    }


@given(st.lists(st.sampled_from([*KNOWN, f"logs-key={KEY}", "x", "=", "logs-bucket="]) | st.text(max_size=8)))
def test_whatever_is_written_is_taken_back_or_refused(entries: list[str]) -> None:
    if not check_adoption(entries, KNOWN):
        assert all(adopted(entries, KNOWN, PLACE).values())
