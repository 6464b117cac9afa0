from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iam import s3
from iam.documents import render
from iam.evaluation import Principal, Request, evaluate, evaluate_resource_policy
from spec.job_documents import Stores, accounts, permitted, trusted
from spec.job_role import DynamodbSpec, GlueSpec, JobRoleSpec, KeysSpec, StatementSpec
from spec.place import Place
from spec.sizes import QuotaSpec
from spec.tenant import TenantSpec
from spec.tenant_checks import check_tenant
from spec.tenant_policies import access_policy
from spec.tenants_together import check_overlaps

PLACE = Place(platform="emr", account="123456789012", region="us-west-2")
HERE = "us-west-2:123456789012"
KEY = f"arn:aws:kms:{HERE}:key/1"
ISSUER = "oidc.eks.us-west-2.amazonaws.com/id/X"
TENANT = TenantSpec(name="analytics", owner="team", cost_centre="4100", stack="local")
ROLE = JobRoleSpec(
    name="etl",
    glue=GlueSpec(read=("sales",), write=("sales.orders",)),
    dynamodb=DynamodbSpec(read=("rates",), write=("state",)),
    keys=KeysSpec(decrypt=(KEY,), encrypt=(f"{KEY}2",)),
    secrets=("analytics/db",),
    assume=("arn:aws:iam::210987654321:role/reader",),
    statements=(
        StatementSpec(
            name="PublishMetrics", actions=("cloudwatch:PutMetricData",), resources=("*",), reason="it has no ARN"
        ),
    ),
)


def documents(tenant: TenantSpec, role: JobRoleSpec) -> list[dict]:
    stores = Stores(
        logs=s3.of_tenant(PLACE.logs_bucket, tenant.name),
        logs_key=f"{KEY}-logs",
        artefacts=s3.of_tenant(PLACE.artefacts_bucket, tenant.name),
        artefacts_key=f"{KEY}-data",
    )
    provider = f"arn:aws:iam::123456789012:oidc-provider/{ISSUER}"
    return [
        permitted(tenant, role, PLACE, stores),
        trusted(tenant, role, PLACE, provider_arn=provider, issuer=ISSUER),
    ]


def decided(action: str, resource: str, role: JobRoleSpec = ROLE, via: str = "") -> bool:
    context = {"kms:ViaService": via} if via else {}
    return evaluate([documents(TENANT, role)[0]], Request(action=action, resource=resource, context=context)).allowed


@pytest.mark.covers("ID-16", "XA-05", "SE-02")
@pytest.mark.parametrize(
    ("action", "resource", "near_miss"),
    [
        ("glue:GetTable", f"arn:aws:glue:{HERE}:table/sales/a", f"arn:aws:glue:{HERE}:table/sales2/a"),
        ("glue:CreateTable", f"arn:aws:glue:{HERE}:table/sales/orders", f"arn:aws:glue:{HERE}:table/sales/other"),
        ("dynamodb:Query", f"arn:aws:dynamodb:{HERE}:table/rates/index/i", f"arn:aws:dynamodb:{HERE}:table/rates2"),
        ("dynamodb:PutItem", f"arn:aws:dynamodb:{HERE}:table/state", f"arn:aws:dynamodb:{HERE}:table/rates"),
        (
            "secretsmanager:GetSecretValue",
            f"arn:aws:secretsmanager:{HERE}:secret:analytics/db-AbCdEf",
            f"arn:aws:secretsmanager:{HERE}:secret:analytics/db-two-AbCdEf",
        ),
        ("sts:AssumeRole", "arn:aws:iam::210987654321:role/reader", "arn:aws:iam::210987654321:role/reader2"),
    ],
)
def test_a_role_opens_what_its_file_declares_and_nothing_beside_it(action: str, resource: str, near_miss: str) -> None:
    assert decided(action, resource)
    assert not decided(action, near_miss)
    assert not decided(action, resource, JobRoleSpec(name="etl"))


def test_keys_are_used_through_the_services_of_the_data() -> None:
    for service in ("s3", "dynamodb", "secretsmanager"):
        assert decided("kms:Decrypt", KEY, via=f"{service}.us-west-2.amazonaws.com")
    assert not decided("kms:Decrypt", KEY, via="ec2.us-west-2.amazonaws.com")
    assert not decided("kms:Decrypt", KEY)
    through_s3 = "s3.us-west-2.amazonaws.com"
    assert decided("kms:GenerateDataKey", f"{KEY}2", via=through_s3)
    assert not decided("kms:GenerateDataKey", KEY, via=through_s3)


def test_sessions_carry_tags_to_other_accounts_only_under_pod_identity() -> None:
    role = "arn:aws:iam::210987654321:role/reader"
    assert not decided("sts:TagSession", role)
    assert decided("sts:TagSession", role, replace(ROLE, credentials="podIdentity"))


@pytest.mark.parametrize("changed", ["kubernetes-namespace", "kubernetes-service-account", "eks-cluster-arn", None])
def test_pod_identity_is_trusted_for_three_accounts_of_one_namespace_of_one_cluster(changed: str | None) -> None:
    role = replace(ROLE, credentials="both")
    trust = documents(TENANT, role)[1]
    names = accounts(TENANT, role, PLACE)
    assert len(names) == 3
    tags = {
        "aws:RequestTag/kubernetes-namespace": "analytics",
        "aws:RequestTag/kubernetes-service-account": names[1],
        "aws:RequestTag/eks-cluster-arn": PLACE.cluster_arn,
    }
    if changed:
        tags[f"aws:RequestTag/{changed}"] += "2"
    pods = Principal(kind="Service", names=("pods.eks.amazonaws.com",))
    decision = evaluate_resource_policy(trust, pods, Request(action="sts:AssumeRole", context=tags))
    assert decision.allowed == (changed is None)


@pytest.mark.parametrize(("credentials", "count"), [("irsa", 1), ("podIdentity", 1), ("both", 2)])
def test_only_the_chosen_ways_of_credentials_are_trusted(credentials: str, count: int) -> None:
    statements = documents(TENANT, replace(ROLE, credentials=credentials))[1]["Statement"]
    assert len(statements) == count
    assert ("Federated" in statements[0]["Principal"]) == (credentials != "podIdentity")


STATEMENT = ROLE.statements[0]
BAD = {
    "glue.read[0]": (JobRoleSpec(name="etl", glue=GlueSpec(read=("*",))), "wildcard would open databases"),
    "glue.write[0]": (JobRoleSpec(name="etl", glue=GlueSpec(write=("Sales",))), "lower-case"),
    "dynamodb.read[0]": (JobRoleSpec(name="etl", dynamodb=DynamodbSpec(read=("a*b",))), "name of a DynamoDB table"),
    "dynamodb.write[0]": (JobRoleSpec(name="etl", dynamodb=DynamodbSpec(write=("ab",))), "3 to 255"),
    "keys.decrypt[0]": (JobRoleSpec(name="etl", keys=KeysSpec(decrypt=("alias/a",))), "never by an alias"),
    "keys.encrypt[0]": (JobRoleSpec(name="etl", keys=KeysSpec(encrypt=(KEY.replace("us", "eu"),))), "its Region"),
    "secrets[0]": (JobRoleSpec(name="etl", secrets=("risk/*",)), "open other teams' secrets"),
    "assume[0]": (JobRoleSpec(name="etl", assume=("arn:aws:iam::123456789012:role/x",)), "could be another tenant's"),
    "read[0]": (JobRoleSpec(name="etl", read=(f"s3://{PLACE.logs_bucket}/risk/",)), "belongs to all tenants"),
    "trustDomain": (JobRoleSpec(name="etl", trust_domain="A b"), "like trust"),
    "statements[0].name": (replace(ROLE, statements=(replace(STATEMENT, name="ReadItems"),)), "Sid"),
    "statements[0].actions[0]": (replace(ROLE, statements=(replace(STATEMENT, actions=("s3:*",)),)), "wildcard"),
    "statements[0].actions": (replace(ROLE, statements=(replace(STATEMENT, actions=()),)), "without any"),
    "statements[0].resources[0]": (replace(ROLE, statements=(replace(STATEMENT, reason=" "),)), "with a reason"),
    "statements[0].conditions.Like": (
        replace(ROLE, statements=(replace(STATEMENT, conditions={"Like": {"a": ("b",)}}),)),
        "not a condition operator",
    ),
}


@pytest.mark.parametrize("where", BAD)
def test_what_cannot_be_granted_is_refused_under_its_key(where: str) -> None:
    role, message = BAD[where]
    (fault,) = check_tenant(replace(TENANT, roles=(role,)), PLACE)
    assert fault.where == f"roles[0].{where}"
    assert message in str(fault)


@pytest.mark.parametrize("action", ["iam:PassRole", "sts:AssumeRole", "eks:DescribeCluster"])
def test_extra_statements_open_no_way_around_the_tenancy(action: str) -> None:
    role = replace(ROLE, statements=(replace(STATEMENT, actions=(action,)),))
    (fault,) = check_tenant(replace(TENANT, roles=(role,)), PLACE)
    assert "no action of eks" in fault.allowed


@pytest.mark.parametrize("resource", ["arn:aws:s3:::emr-l*/risk/*", "arn:aws:s3:::*"])
def test_extra_statements_do_not_reach_the_platforms_buckets(resource: str) -> None:
    role = replace(ROLE, statements=(replace(STATEMENT, actions=("s3:GetObject",), resources=(resource,)),))
    (fault,) = check_tenant(replace(TENANT, roles=(role,)), PLACE)
    assert "belongs to all tenants" in fault.why


@pytest.mark.covers("ID-17")
def test_roles_of_unlike_trust_are_refused_with_what_to_do() -> None:
    roles = (JobRoleSpec(name="a"), JobRoleSpec(name="b", trust_domain="restricted"))
    (fault,) = check_tenant(replace(TENANT, roles=roles), PLACE)
    assert fault.where == "roles[1].trustDomain"
    assert "in the file of another tenant" in fault.write


@pytest.mark.parametrize(
    ("tenant", "where", "message"),
    [
        (replace(TENANT, boundary="bounds"), "boundary", "managed policy"),
        (replace(TENANT, access=("submit", "submit")), "access", "each once"),
        (replace(TENANT, template_only=True), "templateOnly", "nobody could start any job"),
        (replace(TENANT, quota=QuotaSpec(pods=0)), "quota.pods", "no job could run"),
        (replace(TENANT, quota=QuotaSpec(limits_cpu="50", container_cpu="7")), "quota", "would say"),
        (replace(TENANT, quota=QuotaSpec(drivers_cpu="500m")), "quota.driversCpu", "would be refused"),
    ],
)
def test_other_keys_are_judged_too(tenant: TenantSpec, where: str, message: str) -> None:
    (fault,) = check_tenant(tenant, PLACE)
    assert fault.where == where
    assert message in str(fault)


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        (JobRoleSpec(name="a", write=("s3://lake/x/",)), JobRoleSpec(name="a", write=("s3://lake/x/y/",)), True),
        (JobRoleSpec(name="a", write=("s3://lake/x/",)), JobRoleSpec(name="a", write=("s3://lake/y/",)), False),
        (JobRoleSpec(name="a", write=("s3://lake/x/",)), JobRoleSpec(name="a", read=("s3://lake/x/",)), False),
        (
            JobRoleSpec(name="a", glue=GlueSpec(write=("d",))),
            JobRoleSpec(name="a", glue=GlueSpec(write=("d.t",))),
            True,
        ),
    ],
)
def test_two_tenants_write_nothing_in_common(one: JobRoleSpec, other: JobRoleSpec, overlap: bool) -> None:  # noqa: FBT001
    tenants = [("a.yaml", replace(TENANT, roles=(one,))), ("b.yaml", replace(TENANT, name="b", roles=(other,)))]
    faults = check_overlaps(tenants)
    assert bool(faults) == overlap
    assert all(fault.file == "b.yaml" and "a.yaml" in fault.given for fault in faults)


def tenants(name: str) -> st.SearchStrategy[TenantSpec]:
    roles = st.builds(
        JobRoleSpec,
        name=st.sampled_from(["job", "etl"]),
        write=st.just((f"s3://lake/{name}/",)),
        secrets=st.just((f"{name}/db",)),
        glue=st.builds(GlueSpec, write=st.just((f"{name}_db",))),
        credentials=st.sampled_from(["irsa", "podIdentity", "both"]),
    ).map(lambda role: (role,))
    return st.builds(
        lambda roles: replace(TENANT, name=name, owner="x", roles=roles, access=("submit", "debug", "manage")), roles
    )


pairs = st.lists(st.from_regex(r"q[a-z0-9]{2,8}z", fullmatch=True), min_size=2, max_size=2, unique=True).filter(
    lambda both: both[0] not in both[1] and both[1] not in both[0]
)


@given(pairs.flatmap(lambda both: st.tuples(tenants(both[0]), tenants(both[1]))))
def test_no_document_of_one_tenant_names_anything_of_another(both: tuple[TenantSpec, TenantSpec]) -> None:
    for one, other in (both, both[::-1]):
        assert check_tenant(one, PLACE) == []
        texts = [render(each) for role in one.roles for each in documents(one, role)]
        logs = s3.of_tenant(PLACE.logs_bucket, one.name)
        texts += [render(access_policy(each, one, PLACE, logs=logs, logs_key=KEY)) for each in one.access]
        strangers = {other.name, *(name for role in other.roles for name in accounts(other, role, PLACE))}
        assert not any(stranger in text for text in texts for stranger in strangers)
