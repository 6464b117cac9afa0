from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spec.admins import NamespaceAdminSpec, check_admins, check_deployer
from spec.foundation import ClusterSpec, check_cluster, check_runner
from spec.place import Place

PLACE = Place(platform="emr", account="123456789012", region="us-west-2")
ROLE = "arn:aws:iam::123456789012:role/teams/deployer"
OPS = "arn:aws:iam::123456789012:role/ops"


def deployer_faults(deployer: str, made_by: str = "deployer") -> list[tuple[str, str]]:
    return [("deployer", fault.write) for fault in check_deployer(deployer, made_by, PLACE)]


def test_by_default_nobody_is_named_and_everybodys_changes_of_roles_raise_an_alarm() -> None:
    assert ClusterSpec().deployer is None
    assert ClusterSpec().admins == ClusterSpec().namespace_admins == ()


@pytest.mark.parametrize("deployer", [ROLE, "arn:aws:iam::123456789012:user/deployer"])
def test_a_role_or_user_of_the_account_may_be_the_deployer(deployer: str) -> None:
    assert deployer_faults(deployer) == []


@pytest.mark.parametrize(
    "deployer",
    [
        "",
        "deployer",
        "arn:aws:iam::123456789012:role/*",
        'arn:aws:iam::123456789012:role/a" || $.x = "',
        "arn:aws:iam::123456789012:root",
        "arn:aws:iam::210987654321:role/deployer",
        "arn:aws-cn:iam::123456789012:role/deployer",
        "arn:aws:sts::123456789012:assumed-role/deployer/session",
    ],
)
def test_anything_else_is_refused_as_the_deployer(deployer: str) -> None:
    expected = [("deployer", "arn:aws:iam::123456789012:role/deployer")]
    assert deployer_faults(deployer) == expected


def test_a_deployer_who_needs_an_entry_is_a_role_and_is_named() -> None:
    assert deployer_faults(ROLE, "other") == []
    user = "arn:aws:iam::123456789012:user/deployer"
    assert deployer_faults(user, "other") == [("deployer", "arn:aws:iam::123456789012:role/deployer")]
    (fault,) = check_cluster(ClusterSpec(made_by="other"))
    assert (fault.where, fault.given) == ("deployer", "nothing")
    assert check_cluster(ClusterSpec(made_by="other", deployer=ROLE)) == []


def test_a_role_has_one_access_entry_and_the_deployer_has_one_already() -> None:
    leads = NamespaceAdminSpec(role=OPS, namespaces=("analytics",))
    found = check_admins([ROLE, OPS], [leads], ROLE, "deployer")
    assert [fault.where for fault in found] == ["admins[0]", "namespaceAdmins[0].role"]
    assert check_admins([OPS], [], ROLE, "deployer") == []


@pytest.mark.parametrize(
    ("namespaces", "where"),
    [
        ((), "namespaceAdmins[0].namespaces"),
        (("analytics", "kube-system"), "namespaceAdmins[0].namespaces[1]"),
        (("*",), "namespaceAdmins[0].namespaces[0]"),
        (("Analytics",), "namespaceAdmins[0].namespaces[0]"),
    ],
)
def test_an_administrator_of_namespaces_names_some_that_are_not_the_systems(
    namespaces: tuple[str, ...], where: str
) -> None:
    (fault,) = check_cluster(ClusterSpec(namespace_admins=(NamespaceAdminSpec(role=OPS, namespaces=namespaces),)))
    assert fault.where == where


def test_an_api_server_that_answers_inside_the_vpc_only_needs_a_runner_there() -> None:
    (fault,) = check_runner(ClusterSpec())
    assert fault.where == "runner"
    assert "publicAccessCidrs" in fault.write
    assert check_runner(ClusterSpec(runner="insideVpc")) == []
    assert check_runner(ClusterSpec(public_access_cidrs=("203.0.113.0/24",))) == []


@given(st.text(max_size=30))
def test_whatever_is_written_as_deployer_is_accepted_or_refused_with_a_reason(deployer: str) -> None:
    assert all(fault.why and fault.write for fault in check_deployer(deployer, "deployer", PLACE))
