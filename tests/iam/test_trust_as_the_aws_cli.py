"""Our trust policies and the AWS CLI's `emr-containers update-role-trust-policy --dry-run`, for the same roles."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from awscli.customizations.emrcontainers.update_role_trust_policy import (
    UpdateRoleTrustPolicyCommand,
    check_if_statement_exists,
)
from hypothesis import given
from hypothesis import strategies as st

from emr.service_accounts import KINDS, account_name
from iam import names
from iam.deployer import Deployed, Scope, policies
from iam.documents import document
from iam.evaluation import Principal, Request, evaluate, evaluate_resource_policy
from iam.s3 import of_tenant
from spec.job_documents import trusted
from spec.job_role import JobRoleSpec
from spec.place import Place
from spec.tenant import TenantSpec
from spec.tenant_policies import access_policy

ISSUER = "oidc.eks.us-west-2.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE"


class Clients:
    """The session of a caller whose EKS and IAM answer from memory; a change of the role is an error."""

    def __init__(self, *, region: str, account: str, trust: dict[str, Any]) -> None:
        part = names.partition(region)
        self.cluster = {
            "arn": f"arn:{part}:eks:{region}:{account}:cluster/emr",
            "identity": {"oidc": {"issuer": f"https://{ISSUER}"}},
        }
        self.trust = trust
        self.emit_first_non_none_response = lambda *_, **__: None

    def create_client(self, service: str, **_: Any) -> Any:
        if service == "eks":
            return SimpleNamespace(describe_cluster=lambda name: {"cluster": {**self.cluster, "name": name}})
        return SimpleNamespace(get_role=lambda **_: {"Role": {"AssumeRolePolicyDocument": self.trust}})


def dry_run(*, namespace: str, role: str, place: Place, trust: dict[str, Any]) -> str:
    """What the command prints."""
    session: Any = Clients(region=place.region, account=place.account, trust=trust)
    command: Any = UpdateRoleTrustPolicyCommand(session)
    command._cluster_name, command._namespace, command._role_name = "emr", namespace, role
    command._region, command._endpoint_url, command._dry_run = place.region, None, True
    return command._update_role_trust_policy(SimpleNamespace(verify_ssl=True))


def the_clis(*, namespace: str, role: str, place: Place) -> dict[str, Any]:
    (statement,) = json.loads(dry_run(namespace=namespace, role=role, place=place, trust=document()))["Statement"]
    return statement


def ours(tenant: str, role: str, place: Place) -> dict[str, Any]:
    spec = TenantSpec(name=tenant, owner="team", cost_centre="4711", stack="local")
    provider = f"arn:{place.partition}:iam::{place.account}:oidc-provider/{ISSUER}"
    return trusted(spec, JobRoleSpec(name=role), place, provider_arn=provider, issuer=ISSUER)


places = st.builds(
    Place,
    platform=st.from_regex(r"[a-z][a-z0-9]{0,7}", fullmatch=True),
    account=st.from_regex(r"[0-9]{12}", fullmatch=True),
    region=st.sampled_from(["us-west-2", "eu-central-1", "cn-north-1", "us-gov-east-1"]),
)
tenants = st.from_regex(r"[a-z]([a-z0-9]{0,5}(-[a-z0-9]{1,7})?)?", fullmatch=True)
roles = st.from_regex(r"[a-z][a-z0-9]{0,7}", fullmatch=True)


@pytest.mark.covers("ID-04", "ID-05", "ID-06")
@given(tenants, roles, places)
def test_the_aws_cli_writes_the_same_trust_but_for_the_audience(tenant: str, role: str, place: Place) -> None:
    theirs = the_clis(namespace=tenant, role=names.job_role(place.platform, tenant, role), place=place)
    (statement,) = ours(tenant, role, place)["Statement"]
    assert statement["Condition"].pop("StringEquals") == {f"{ISSUER}:aud": "sts.amazonaws.com"}
    assert statement == theirs


@pytest.mark.covers("ID-08")
@pytest.mark.parametrize("kind", KINDS)
@given(tenant=tenants, role=roles, place=places)
def test_the_clis_trust_covers_the_names_of_all_accounts_that_emr_makes(
    kind: str, tenant: str, role: str, place: Place
) -> None:
    composed = names.job_role(place.platform, tenant, role)
    statement = the_clis(namespace=tenant, role=composed, place=place)
    account = account_name(kind, account=place.account, role_name=composed)
    subject = f"system:serviceaccount:{tenant}:{account}"
    provider = Principal(kind="Federated", names=(statement["Principal"]["Federated"],))
    for asking, let_in in ((subject, True), (f"{subject}0", False)):
        request = Request(action="sts:AssumeRoleWithWebIdentity", context={f"{ISSUER}:sub": asking})
        assert evaluate_resource_policy(document(statement), provider, request).allowed == let_in


def test_the_cli_finds_its_own_statement_but_adds_one_to_ours() -> None:
    """So nobody should run it on these roles: its statement lets a token of any audience in."""
    place = Place(platform="emr", account="123456789012", region="us-west-2")
    theirs = the_clis(namespace="analytics", role="emr-analytics-job", place=place)
    assert check_if_statement_exists(theirs, document(theirs))
    merged = dry_run(
        namespace="analytics", role="emr-analytics-job", place=place, trust=ours("analytics", "job", place)
    )
    assert json.loads(merged)["Statement"] == [*ours("analytics", "job", place)["Statement"], theirs]


@pytest.mark.covers("ID-10")
def test_the_command_takes_three_rights_which_the_deployer_has_and_people_of_the_tenant_have_not() -> None:
    place = Place(platform="emr", account="123456789012", region="us-west-2")
    called: list[str] = []

    class Client:
        def __init__(self, service: str) -> None:
            self.service = service

        def __getattr__(self, operation: str) -> Any:
            called.append(f"{self.service}:{''.join(part.capitalize() for part in operation.split('_'))}")
            cluster = {"arn": place.cluster_arn, "identity": {"oidc": {"issuer": f"https://{ISSUER}"}}}
            role = {"AssumeRolePolicyDocument": document()}
            return lambda **_: {"cluster": cluster, "Role": role}

    session: Any = SimpleNamespace(create_client=lambda service, **_: Client(service))
    command: Any = UpdateRoleTrustPolicyCommand(session)
    command._cluster_name, command._namespace, command._role_name = "emr", "analytics", "emr-analytics-job"
    command._region, command._endpoint_url, command._dry_run = place.region, None, False
    command._update_role_trust_policy(SimpleNamespace(verify_ssl=True))
    assert set(called) == {"eks:DescribeCluster", "iam:GetRole", "iam:UpdateAssumeRolePolicy"}
    deployer = policies(Scope(platform="emr", account=place.account, region=place.region), Deployed())
    spec = TenantSpec(name="analytics", owner="team", cost_centre="4711", stack="local")
    logs = of_tenant(place.logs_bucket, "analytics")
    people = [access_policy(each, spec, place, logs=logs, logs_key="k") for each in ("submit", "debug", "manage")]
    role = "arn:aws:iam::123456789012:role/emr-analytics-job"
    for action in set(called):
        request = Request(action=action, resource=place.cluster_arn if action.startswith("eks") else role)
        assert evaluate(deployer, request).allowed
        assert not evaluate(people, request).allowed
