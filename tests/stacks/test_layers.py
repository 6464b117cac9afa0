"""Stacks that build some layers, and stand on what others have built."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import STACK_FILES

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Recording

PLACE = {
    "tenancy:platform": "emr",
    "tenancy:account": "123456789012",
    "tenancy:region": "us-west-2",
}
SUBNETS = {zone: f"subnet-{number:017x}" for number, zone in enumerate("abc")}
PODS = {zone: f"subnet-{number:017x}" for number, zone in enumerate("abc", start=16)}
NETWORK = {
    "vpcId": "vpc-0123456789abcdef0",
    "privateSubnetIds": SUBNETS,
    "podSubnetIds": PODS,
    "privateCidrs": ["10.0.0.0/18", "10.0.64.0/18", "10.0.128.0/18"],
    "podCidrs": ["100.64.0.0/16"],
    "s3PrefixListId": "pl-0123456789abcdef0",
    "endpointsSecurityGroupId": "sg-0123456789abcdef0",
}
KEY = "arn:aws:kms:us-west-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
ISSUER = "oidc.eks.us-west-2.amazonaws.com/id/EXAMPLE"
FOUNDATION: dict[str, Any] = {
    "version": 1,
    "platform": "emr",
    "account": "123456789012",
    "region": "us-west-2",
    "zones": ["us-west-2a", "us-west-2b", "us-west-2c"],
    "vpcId": "vpc-0123456789abcdef0",
    "privateSubnetIds": list(SUBNETS.values()),
    "podSubnetIds": list(PODS.values()),
    "privateCidrs": ["10.0.0.0/18", "10.0.64.0/18", "10.0.128.0/18"],
    "podCidrs": ["100.64.0.0/16"],
    "serviceCidr": "172.20.0.0/16",
    "gatewayPrefixListIds": {"s3": "pl-0123456789abcdef0"},
    "endpointsSecurityGroupId": "sg-0123456789abcdef0",
    "clusterName": "emr",
    "clusterArn": "arn:aws:eks:us-west-2:123456789012:cluster/emr",
    "clusterSecurityGroupId": "sg-0123456789abcdef1",
    "logsBucket": "company-logs",
    "artefactsBucket": "company-artefacts",
    "auditBucket": "company-audit",
    "logsKeyArn": KEY,
    "dataKeyArn": KEY,
    "auditKeyArn": KEY,
    "alarmsTopicArn": "arn:aws:sns:us-west-2:123456789012:alarms",
    "deployerPolicies": [],
    "kubeconfig": json.dumps({"clusters": [{}], "users": [{}], "contexts": [{}]}),
    "oidcIssuer": ISSUER,
    "oidcProviderArn": f"arn:aws:iam::123456789012:oidc-provider/{ISSUER}",
}
PLATFORM = {
    "name": "emr",
    "admissionPolicy": "tenancy-pods",
    "driverPriorityClass": "driver",
    "executorPriorityClass": "executor",
    "defaultPriorityClass": "default",
    "nodeClass": "default",
    "tenantsSecurityGroupId": "sg-0123456789abcdef2",
    "eventBus": "emr-events",
}


@pytest.fixture
def stack(record_stack: Callable[..., Recording]) -> Callable[..., Recording]:
    """What the program makes of a stack with the tenants of stack `local` and such settings."""

    def run(name: str = "local", **settings: Any) -> Recording:
        given = {f"tenancy:{key}": value for key, value in settings.items()}
        texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in given.items()}
        return record_stack(name, config={**PLACE, **texts})

    return run


def kinds(recording: Recording) -> set[str]:
    """Types of the resources at the top of a stack, but providers."""
    top = [each for each in recording.resources if "::pulumi:pulumi:Stack::" in each.parent]
    return {each.type.rpartition(":")[2] for each in top if not each.type.startswith("pulumi:providers:")}


def test_a_stack_up_to_the_foundation_has_neither_platform_nor_tenants(stack: Callable[..., Recording]) -> None:
    recording = stack("none", upTo="foundation", cluster={"runner": "insideVpc"})
    assert kinds(recording) == {"Key", "Bucket", "Network", "VpcEndpoints", "Cluster", "AuditTrail", "Alarms"}
    assert set(recording.exports) == {"foundation"}
    assert recording.of("pulumi:providers:kubernetes") == []


def test_a_stack_on_a_foundation_makes_nothing_of_it(stack: Callable[..., Recording]) -> None:
    recording = stack(existing={"foundation": FOUNDATION})
    assert not kinds(recording) & {"Key", "Bucket", "Network", "VpcEndpoints", "Cluster", "AuditTrail", "Alarms"}
    assert {"PriorityClasses", "AdmissionGuard", "Tenant"} <= kinds(recording)
    assert recording.of("tenancy:index:AwsAuthEntry") == []
    exported = dict(recording.exports["foundation"])
    policies = exported.pop("deployerPolicies")
    assert exported == {key: value for key, value in FOUNDATION.items() if key != "deployerPolicies"}
    assert not any('"s3:CreateBucket"' in each for each in policies)
    provider = recording.one("pulumi:providers:kubernetes").inputs
    assert provider["kubeconfig"] == FOUNDATION["kubeconfig"]
    (role,) = [each for each in recording.of("aws:iam/role:Role") if each.name == "risk-model-role"]
    assert ISSUER in role.inputs["assumeRolePolicy"]


@pytest.mark.covers("CA-12")
def test_emr_is_let_into_a_cluster_of_others_by_one_entry_before_any_virtual_cluster(
    stack: Callable[..., Recording],
) -> None:
    foundation = {
        **FOUNDATION,
        "clusterName": "shared",
        "clusterArn": "arn:aws:eks:us-west-2:123456789012:cluster/shared",
    }
    recording = stack(existing={"foundation": foundation, "emrAccess": "awsAuth", "platform": PLATFORM})
    entry = recording.one("tenancy:index:AwsAuthEntry")
    assert entry.inputs["clusterName"] == "shared"
    clusters = recording.of("tenancy:index:VirtualCluster")
    assert len(clusters) == 3
    assert all(recording.waits_for(each, entry) and each.inputs["clusterName"] == "shared" for each in clusters)


def test_a_stack_on_a_platform_makes_tenants_only(stack: Callable[..., Recording]) -> None:
    recording = stack(existing={"foundation": FOUNDATION, "platform": PLATFORM})
    assert kinds(recording) == {"Tenant"}
    assert recording.exports["platform"] == {**PLATFORM, "version": 1}


def test_a_cluster_comes_to_a_network_that_is_there_and_leaves_it_as_it_is(stack: Callable[..., Recording]) -> None:
    recording = stack(existing={"network": NETWORK}, cluster={"runner": "insideVpc"}, upTo="foundation", name="none")
    assert not kinds(recording) & {"Network", "VpcEndpoints"}
    assert recording.of("aws:ec2/flowLog:FlowLog") == []
    cluster = recording.one("eks:index:Cluster").inputs
    assert cluster["vpcId"] == NETWORK["vpcId"]
    assert cluster["privateSubnetIds"] == list(SUBNETS.values())
    (cni,) = [each for each in recording.of("eks:index:Addon") if each.inputs["addonName"] == "vpc-cni"]
    chosen = cni.inputs["configurationValues"]["eniConfig"]["subnets"]
    assert {zone: each["id"] for zone, each in chosen.items()} == {f"us-west-2{key}": PODS[key] for key in PODS}
    exported = recording.exports["foundation"]
    assert exported["endpointsSecurityGroupId"] == NETWORK["endpointsSecurityGroupId"]
    assert exported["zones"] == FOUNDATION["zones"]


def imported(recording: Recording) -> dict[str, str]:
    return {each.name: each.request.importId for each in recording.resources if each.request.importId}


def test_what_is_to_be_taken_back_is_imported_and_nothing_else(stack: Callable[..., Recording]) -> None:
    key = KEY.rpartition("/")[2]
    settings = {"upTo": "foundation", "cluster": {"runner": "insideVpc"}}
    assert imported(stack("none", **settings)) == {}
    assert imported(stack("none", **settings, adopt=["audit-bucket", "cluster-logs", f"data-key={key}"])) == {
        "audit-bucket": "emr-audit-123456789012-us-west-2",
        "cluster-logs": "/aws/eks/emr/cluster",
        "data-key": key,
        "data-alias": "alias/emr-data",
    }


def test_all_that_outlives_a_stack_by_itself_can_be_taken_back(record_stack: Callable[..., Recording]) -> None:
    from spec.adoption import KEYS, of_foundation, of_tenants  # noqa: PLC0415 - beside what it is compared with
    from spec.place import Place  # noqa: PLC0415

    recording = record_stack("prod")
    place = Place(platform="prod", account="123456789012", region="us-west-2")
    known = of_foundation(place, network=True) | of_tenants(place, ["payments"])
    parts = ("aws:s3/bucket:Bucket", "aws:kms/key:Key", "aws:cloudwatch/logGroup:LogGroup", "aws:kms/alias:Alias")
    kept = {
        each.name: each.inputs.get("bucket", each.inputs.get("name"))
        for each in recording.resources
        if each.request.retainOnDelete and each.type in parts
    }
    aliases = {f"{name}-alias": f"alias/prod-{end}" for name, end in KEYS.items()}
    assert kept == {**known, **aliases}


def test_production_keeps_all_data_and_gives_each_zone_its_own_way_out(record_stack: Callable[..., Recording]) -> None:
    recording = record_stack("prod")
    assert len(recording.of("aws:ec2/natGateway:NatGateway")) == 3
    cluster = recording.one("eks:index:Cluster")
    assert cluster.inputs["deletionProtection"] is True
    assert cluster.request.protect
    assert cluster.inputs["endpointPublicAccess"] is False
    assert {each.name for each in recording.of("tenancy:index:Tenant")} == {"payments"}
    assert len(recording.of("aws:eks/accessPolicyAssociation:AccessPolicyAssociation")) == 2
    assert not (STACK_FILES / "tenants" / "payments.yaml").read_text().count("allowDataLoss")
