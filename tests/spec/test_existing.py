from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from spec.contracts import Foundation, Platform
from spec.existing import ExistingSpec, check_existing
from spec.existing_network import ExistingNetworkSpec
from spec.place import Place

PLACE = Place(platform="emr", account="123456789012", region="us-west-2")
SUBNETS = {zone: f"subnet-{number:017x}" for number, zone in enumerate("abc")}
PODS = {zone: f"subnet-{number:017x}" for number, zone in enumerate("abc", start=16)}
NETWORK = ExistingNetworkSpec(
    vpc_id="vpc-0123456789abcdef0",
    private_subnet_ids=SUBNETS,
    pod_subnet_ids=PODS,
    private_cidrs=("10.0.0.0/18", "10.0.64.0/18", "10.0.128.0/18"),
    pod_cidrs=("100.64.0.0/16",),
    s3_prefix_list_id="pl-0123456789abcdef0",
    endpoints_security_group_id="sg-0123456789abcdef0",
)
ISSUER = "oidc.eks.us-west-2.amazonaws.com/id/EXAMPLE"
KEY = "arn:aws:kms:us-west-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
FOUNDATION = Foundation(
    platform="emr",
    account="123456789012",
    region="us-west-2",
    zones=("us-west-2a", "us-west-2b", "us-west-2c"),
    vpc_id="vpc-0123456789abcdef0",
    private_subnet_ids=tuple(SUBNETS.values()),
    pod_subnet_ids=tuple(PODS.values()),
    private_cidrs=("10.0.0.0/18", "10.0.64.0/18", "10.0.128.0/18"),
    pod_cidrs=("100.64.0.0/16",),
    service_cidr="172.20.0.0/16",
    gateway_prefix_list_ids={"s3": "pl-0123456789abcdef0"},
    endpoints_security_group_id="sg-0123456789abcdef0",
    cluster_name="emr",
    cluster_arn="arn:aws:eks:us-west-2:123456789012:cluster/emr",
    cluster_security_group_id="sg-0123456789abcdef1",
    logs_bucket="company-logs",
    artefacts_bucket="company-artefacts",
    audit_bucket="company-audit",
    logs_key_arn=KEY,
    data_key_arn=KEY,
    audit_key_arn=KEY,
    alarms_topic_arn="arn:aws:sns:us-west-2:123456789012:alarms",
    deployer_policies=(),
    kubeconfig=json.dumps({"clusters": [1], "users": [1], "contexts": [1]}),
    oidc_issuer=ISSUER,
    oidc_provider_arn=f"arn:aws:iam::123456789012:oidc-provider/{ISSUER}",
)
PLATFORM = Platform(
    name="emr",
    admission_policy="tenancy-pods",
    driver_priority_class="driver",
    executor_priority_class="executor",
    default_priority_class="default",
    node_class="default",
    tenants_security_group_id="sg-0123456789abcdef2",
    event_bus="emr-events",
)


def places(existing: ExistingSpec, *described: str) -> list[str]:
    return [fault.where for fault in check_existing(existing, described, PLACE)]


def test_nothing_is_there_unless_it_is_said() -> None:
    assert places(ExistingSpec(), "network", "cluster") == []


def test_a_whole_network_or_foundation_or_platform_is_accepted() -> None:
    assert places(ExistingSpec(network=NETWORK), "cluster", "capacity") == []
    assert places(ExistingSpec(foundation=FOUNDATION), "capacity") == []
    assert places(ExistingSpec(foundation=FOUNDATION, emr_access="awsAuth", platform=PLATFORM)) == []


def test_what_is_there_is_not_described_again() -> None:
    assert places(ExistingSpec(network=NETWORK), "network") == ["network"]
    described = ("network", "cluster", "storage", "audit", "headroom")
    assert places(ExistingSpec(foundation=FOUNDATION), *described) == ["foundation"] * 4
    assert places(ExistingSpec(foundation=FOUNDATION, platform=PLATFORM), "headroom", "capacity") == ["platform"] * 2
    assert places(ExistingSpec(foundation=FOUNDATION, network=NETWORK)) == ["network"]


def test_a_platform_is_one_of_the_foundation_beside_it() -> None:
    assert places(ExistingSpec(platform=PLATFORM)) == ["platform"]
    other = replace(PLATFORM, name="other", tenants_security_group_id="tenants")
    assert places(ExistingSpec(foundation=FOUNDATION, platform=other)) == [
        "platform.name",
        "platform.tenantsSecurityGroupId",
    ]


def test_emr_is_let_into_a_cluster_that_is_there() -> None:
    assert places(ExistingSpec(emr_access="awsAuth")) == ["emrAccess"]


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"vpc_id": "10.0.0.0/16"}, ["network.vpcId"]),
        ({"vpc_id": "vpc-0123456789ABCDEF0"}, ["network.vpcId"]),
        ({"endpoints_security_group_id": "vpc-0123456789abcdef0"}, ["network.endpointsSecurityGroupId"]),
        ({"s3_prefix_list_id": "s3"}, ["network.s3PrefixListId"]),
        ({"private_cidrs": ()}, ["network.privateCidrs"]),
        ({"private_cidrs": ("10.0.0.0/18", "10.0.0.0/18")}, ["network.privateCidrs"]),
        ({"pod_cidrs": ("100.64.0.0/16", "100.65.0.1/16")}, ["network.podCidrs[1]"]),
        ({"private_subnet_ids": {**SUBNETS, "a": "subnet"}}, ["network.privateSubnetIds.a"]),
        (
            {"private_subnet_ids": {zone: SUBNETS[zone] for zone in "ab"}},
            ["network.privateSubnetIds", "network.podSubnetIds"],
        ),
        ({"pod_subnet_ids": dict(zip("abd", PODS.values(), strict=True))}, ["network.podSubnetIds"]),
        ({"pod_subnet_ids": dict.fromkeys("abc", PODS["a"])}, ["network.podSubnetIds"]),
        (
            {"pod_subnet_ids": dict(zip(("us-west-2a", "b", "c"), PODS.values(), strict=True))},
            ["network.podSubnetIds", "network.podSubnetIds"],
        ),
    ],
)
def test_a_network_is_three_zones_of_subnets_by_their_ids(change: dict[str, Any], where: list[str]) -> None:
    assert places(ExistingSpec(network=replace(NETWORK, **change))) == where


@pytest.mark.parametrize(
    ("field", "value", "where"),
    [
        ("version", 2, "version"),
        ("platform", "other", "platform"),
        ("account", "210987654321", "account"),
        ("region", "eu-west-1", "region"),
        ("vpc_id", "vpc", "vpcId"),
        ("cluster_security_group_id", "sg", "clusterSecurityGroupId"),
        ("private_subnet_ids", tuple(SUBNETS.values())[:2], "privateSubnetIds"),
        ("pod_subnet_ids", (*tuple(PODS.values())[:2], "x"), "podSubnetIds[2]"),
        ("private_cidrs", (), "privateCidrs"),
        ("pod_cidrs", ("fd00::/64",), "podCidrs[0]"),
        ("service_cidr", "172.20.0.1", "serviceCidr"),
        ("service_cidr", "0.0.0.0/0", "serviceCidr"),
        ("gateway_prefix_list_ids", {}, "gatewayPrefixListIds"),
        ("gateway_prefix_list_ids", {"s3": "s3"}, "gatewayPrefixListIds.s3"),
        ("zones", ("us-west-2a", "us-west-2b"), "zones"),
        ("zones", ("us-west-2a", "us-west-2b", "eu-west-1a"), "zones"),
        ("cluster_arn", "arn:aws:eks:us-west-2:123456789012:cluster/other", "clusterArn"),
        ("oidc_provider_arn", "arn:aws:iam::123456789012:oidc-provider/other", "oidcProviderArn"),
        ("kubeconfig", "apiVersion: v1", "kubeconfig"),
        ("kubeconfig", "{}", "kubeconfig"),
        ("kubeconfig", "[]", "kubeconfig"),
        ("logs_bucket", "s3://logs", "logsBucket"),
        ("data_key_arn", "alias/data", "dataKeyArn"),
    ],
)
def test_each_value_of_a_foundation_is_judged(field: str, value: Any, where: str) -> None:
    found = check_existing(ExistingSpec(foundation=replace(FOUNDATION, **{field: value})), (), PLACE)
    assert f"foundation.{where}" in [fault.where for fault in found]
    assert all(fault.why and fault.write for fault in found)


@pytest.mark.covers("ID-03")
def test_a_cluster_without_an_issuer_or_an_issuer_without_a_provider_is_found() -> None:
    def found(**changes: str) -> list[str]:
        return [
            fault.where for fault in check_existing(ExistingSpec(foundation=replace(FOUNDATION, **changes)), (), PLACE)
        ]

    assert found() == []
    assert "foundation.oidcIssuer" in found(oidc_issuer="")
    assert found(oidc_provider_arn="") == ["foundation.oidcProviderArn"]
    of_ipv6 = "oidc-eks.us-west-2.api.aws/id/EXAMPLE"
    provider = f"arn:aws:iam::123456789012:oidc-provider/{of_ipv6}"
    assert found(oidc_issuer=of_ipv6, oidc_provider_arn=provider) == []
    assert found(oidc_issuer=of_ipv6) == ["foundation.oidcProviderArn"]


def test_an_issuer_is_written_without_its_scheme() -> None:
    foundation = replace(FOUNDATION, oidc_issuer=f"https://{ISSUER}")
    fault = next(iter(check_existing(ExistingSpec(foundation=foundation), (), PLACE)))
    assert (fault.where, fault.write) == ("foundation.oidcIssuer", ISSUER)
