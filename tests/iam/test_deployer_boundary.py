from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iam import names
from iam.deployer import Deployed, Scope, policies
from iam.evaluation import Request, evaluate

SCOPE = Scope(platform="emr", account="123456789012", region="us-west-2")
BOUNDARY = "arn:aws:iam::123456789012:policy/tenants"
OTHER = "arn:aws:iam::123456789012:policy/others"
BOUNDED = policies(SCOPE, Deployed(boundaries=[BOUNDARY], fargate=True))
FREE = policies(SCOPE, Deployed())


def outcome(documents: tuple[dict[str, Any], ...], action: str, role: str, boundary: str | None = None) -> str:
    context = {"iam:PermissionsBoundary": boundary} if boundary else {}
    resource = f"arn:aws:iam::123456789012:role/{role}"
    return evaluate(documents, Request(action=f"iam:{action}", resource=resource, context=context)).outcome


tenants = st.from_regex(r"[a-z]([a-z0-9]{0,5}(-[a-z0-9]{1,7})?)?", fullmatch=True)
roles = st.from_regex(r"[a-z][a-z0-9]{0,7}", fullmatch=True)


@pytest.mark.covers("PM-20")
@pytest.mark.parametrize("action", ["CreateRole", "PutRolePolicy", "PutRolePermissionsBoundary"])
@given(tenant=tenants, role=roles)
def test_a_job_role_is_made_and_changed_within_the_boundary_only(action: str, tenant: str, role: str) -> None:
    name = names.job_role("emr", tenant, role)
    assert outcome(BOUNDED, action, name, BOUNDARY) == "allowed"
    assert outcome(BOUNDED, action, name, OTHER) == "explicitDeny"
    assert outcome(BOUNDED, action, name) == "explicitDeny"
    assert outcome(FREE, action, name) == "allowed"


@pytest.mark.covers("PM-20")
def test_the_boundary_of_a_job_role_stays() -> None:
    assert outcome(BOUNDED, "DeleteRolePermissionsBoundary", "emr-analytics-job", BOUNDARY) == "explicitDeny"
    assert outcome(FREE, "DeleteRolePermissionsBoundary", "emr-analytics-job", BOUNDARY) == "allowed"


@pytest.mark.parametrize(
    "name",
    [
        "emr-cluster",
        "emr-node",
        "emr-flows",
        "emr-audit",
        "emr-cni",
        "emr-ebs",
        "emr-karpenter",
        "emr-worker",
        "emr-events",
    ],
)
def test_the_platforms_own_roles_need_no_boundary_of_jobs(name: str) -> None:
    assert outcome(BOUNDED, "CreateRole", name) == "allowed"


def test_roles_of_fargate_profiles_need_none_where_they_are_made() -> None:
    role = names.fargate_role("emr", "analytics")
    assert outcome(BOUNDED, "CreateRole", role) == "allowed"
    without = policies(SCOPE, Deployed(boundaries=[BOUNDARY]))
    assert outcome(without, "CreateRole", role) == "explicitDeny"


def test_a_tenant_with_a_boundary_of_its_own_keeps_it() -> None:
    both = policies(SCOPE, Deployed(boundaries=[BOUNDARY, OTHER]))
    assert [outcome(both, "CreateRole", "emr-a-b", each) for each in (BOUNDARY, OTHER)] == ["allowed"] * 2
    assert outcome(both, "CreateRole", "emr-a-b", f"{OTHER}2") == "explicitDeny"
