"""What one tenant's resources say of another: nothing, unless both declare each other as peers."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from components.tenant.tenant import Tenant, TenantArgs
from iam.evaluation import Request, evaluate
from spec.job_role import DynamodbSpec, GlueSpec, JobRoleSpec
from spec.place import Place
from spec.tenant import TenantSpec
from spec.tenant_checks import check_tenant
from spec.tenant_network import Ranges, TenantNetworkSpec
from spec.tenants_together import check_overlaps

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Recording

PLACE = Place(platform="emr", account="123456789012", region="us-west-2")
KEY = "arn:aws:kms:us-west-2:123456789012:key/1"
ISSUER = "oidc.eks.us-west-2.amazonaws.com/id/EXAMPLE"
POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"


def make(spec: TenantSpec) -> Tenant:
    return Tenant(
        spec.name,
        TenantArgs(
            spec=spec,
            place=PLACE,
            retain=False,
            logs_bucket=PLACE.logs_bucket,
            logs_key_arn=KEY,
            artefacts_bucket=PLACE.artefacts_bucket,
            data_key_arn=KEY,
            priority_classes=("high-priority", "low-priority"),
            driver_priority_class="high-priority",
            spot=True,
            vpc_id="vpc-1",
            ranges=Ranges(private=("10.0.0.0/18",), pods=("100.64.0.0/16",), services="172.20.0.0/16"),
            tenants_security_group_id="sg-shared",
            event_bus="emr-events",
            cluster_name="emr",
            oidc_issuer=ISSUER,
            oidc_provider_arn=f"arn:aws:iam::123456789012:oidc-provider/{ISSUER}",
        ),
    )


def specs(name: str) -> st.SearchStrategy[TenantSpec]:
    role = st.builds(
        JobRoleSpec,
        name=st.sampled_from(["job", "etl"]),
        read=st.sampled_from([(), ("s3://shared/curated/",)]),
        write=st.just((f"s3://lake/{name}/",)),
        secrets=st.just((f"{name}/db",)),
        glue=st.builds(GlueSpec, write=st.just((f"{name}_db",))),
        dynamodb=st.builds(DynamodbSpec, write=st.just((f"{name}-state",))),
        credentials=st.sampled_from(["irsa", "podIdentity", "both"]),
    )
    return st.builds(
        TenantSpec,
        name=st.just(name),
        owner=st.just(f"{name}-people"),
        cost_centre=st.just(f"{name}-4711"),
        stack=st.just("local"),
        size=st.sampled_from(["small", "large"]),
        placement=st.sampled_from(["shared", "dedicated"]),
        roles=role.map(lambda one: (one,)),
        access=st.sampled_from([("submit",), ("submit", "debug", "manage")]),
    )


names = st.lists(st.from_regex(r"q[a-z0-9]{2,6}z", fullmatch=True), min_size=2, max_size=2, unique=True)
pairs = names.filter(lambda both: both[0] not in both[1] and both[1] not in both[0]).flatmap(
    lambda both: st.tuples(specs(both[0]), specs(both[1]))
)


def said_by(recording: Recording, tenant: TenantSpec) -> dict[str, tuple[str, str]]:
    """Type and inputs of each resource of a tenant, by its logical name, which begins with the tenant's."""
    of_tenant = [each for each in recording.resources if each.name.startswith(tenant.name)]
    return {f"{each.type} {each.name}": (each.type, json.dumps(each.inputs, default=str)) for each in of_tenant}


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(both=pairs, peers=st.sampled_from(["peers", ""]))
def test_no_resource_of_one_tenant_names_another_unless_they_are_peers(
    record: Callable[..., Recording], both: tuple[TenantSpec, TenantSpec], peers: str
) -> None:
    one, other = both
    if peers:
        one = replace(one, network=TenantNetworkSpec(peers=(other.name,)))
        other = replace(other, network=TenantNetworkSpec(peers=(one.name,)))
    assert check_tenant(one, PLACE) == check_tenant(other, PLACE) == []
    assert check_overlaps([("a.yaml", one), ("b.yaml", other)]) == []
    recording = record(lambda: [make(one), make(other)])
    for tenant, stranger in ((one, other), (other, one)):
        said = said_by(recording, tenant)
        assert len(said) > 20
        naming = {kind for kind, inputs in said.values() if stranger.name in inputs}
        assert naming == ({POLICY} if peers else set())


def belongings(tenant: TenantSpec) -> list[tuple[str, str]]:
    """Actions on what is a tenant's alone."""
    here, (role,) = f"{PLACE.region}:{PLACE.account}", tenant.roles
    return [
        ("logs:PutLogEvents", f"arn:aws:logs:{here}:log-group:/emr/emr/{tenant.name}:log-stream:a"),
        ("s3:PutObject", f"arn:aws:s3:::{PLACE.logs_bucket}/{tenant.name}/a"),
        ("s3:GetObject", f"arn:aws:s3:::{PLACE.artefacts_bucket}/{tenant.name}/a"),
        ("s3:GetObject", f"arn:aws:s3:::lake/{tenant.name}/a"),
        ("s3:PutObject", f"arn:aws:s3:::lake/{tenant.name}/a"),
        ("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:{here}:secret:{tenant.name}/db-AbCdEf"),
        ("glue:CreateTable", f"arn:aws:glue:{here}:table/{tenant.name}_db/t"),
        ("dynamodb:PutItem", f"arn:aws:dynamodb:{here}:table/{tenant.name}-state"),
        ("sts:AssumeRole", f"arn:aws:iam::{PLACE.account}:role/emr-{tenant.name}-{role.name}"),
    ]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(both=pairs)
def test_no_role_or_policy_of_one_tenant_opens_what_is_anothers(
    record: Callable[..., Recording], both: tuple[TenantSpec, TenantSpec]
) -> None:
    recording = record(lambda: [make(each) for each in both])
    for tenant, stranger in (both, both[::-1]):
        kinds = ("aws:iam/rolePolicy:RolePolicy", "aws:iam/policy:Policy")
        documents = [
            json.loads(each.inputs["policy"])
            for kind in kinds
            for each in recording.of(kind)
            if each.name.startswith(tenant.name)
        ]
        assert len(documents) == 1 + len(tenant.access)
        for action, resource in belongings(stranger):
            assert not evaluate(documents, Request(action=action, resource=resource)).allowed, (action, resource)
        own = {action: evaluate(documents, Request(action=action, resource=arn)) for action, arn in belongings(tenant)}
        assert [action for action, decision in own.items() if not decision.allowed] == ["sts:AssumeRole"]
