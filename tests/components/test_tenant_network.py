from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pulumi
import pytest

from components.tenant.network import TenantNetwork, TenantNetworkArgs
from components.tenant.peering import Peering, PeeringArgs
from components.tenants_security_group import TenantsSecurityGroup, TenantsSecurityGroupArgs
from spec.place import Place
from spec.tenant import TenantSpec
from spec.tenant_network import GROUP_RULES, DestinationSpec, Ranges, TenantNetworkSpec, network_policy

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Recording, Registered

PLACE = Place(platform="emr", account="123456789012", region="us-west-2")
RANGES = Ranges(
    private=("10.0.0.0/18", "10.0.64.0/18", "10.0.128.0/18"), pods=("100.64.0.0/16",), services="172.20.0.0/16"
)
TENANT = TenantSpec(
    name="risk",
    owner="risk-team",
    cost_centre="7200",
    stack="local",
    network=TenantNetworkSpec(
        destinations=(DestinationSpec(cidr="10.80.0.0/24", ports=("5432", "9000-9010/udp"), why="Positions"),)
    ),
)
GROUP = "aws:ec2/securityGroup:SecurityGroup"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
GROUPS = "kubernetes:vpcresources.k8s.aws/v1beta1:SecurityGroupPolicy"


def program(tenant: TenantSpec = TENANT) -> Callable[[], TenantNetwork]:
    return lambda: TenantNetwork(
        f"{tenant.name}-network",
        TenantNetworkArgs(
            tenant=tenant,
            place=PLACE,
            namespace=tenant.namespace,
            vpc_id="vpc-1",
            ranges=RANGES,
            tenants_security_group_id="sg-shared",
        ),
    )


def shared() -> TenantsSecurityGroup:
    return TenantsSecurityGroup(
        "tenants",
        TenantsSecurityGroupArgs(
            place=PLACE,
            vpc_id="vpc-1",
            cluster_security_group_id="sg-cluster",
            endpoints_security_group_id="sg-endpoints",
            prefix_list_ids={"s3": "pl-s3"},
        ),
    )


@pytest.fixture
def network(record: Callable[..., Recording]) -> Recording:
    return record(program())


def facts(rule: Registered) -> dict[str, Any]:
    """What a rule says, without its description."""
    return {key: value for key, value in rule.inputs.items() if key != "description"}


def test_every_part_is_a_child_of_the_component(network: Recording) -> None:
    component = network.one("tenancy:index:TenantNetwork", "risk-network")
    assert sorted(network.children(component)) == [
        (GROUP, "risk-network-group"),
        (EGRESS, "risk-network-to-10.80.0.0-24-tcp-5432-5432"),
        (EGRESS, "risk-network-to-10.80.0.0-24-udp-9000-9010"),
        (EGRESS, "risk-network-to-itself"),
        (INGRESS, "risk-network-from-itself"),
        (POLICY, "risk-network-policy"),
        (GROUPS, "risk-network-groups"),
    ]


@pytest.mark.covers("NW-01")
def test_one_policy_holds_for_all_pods_of_the_namespace(network: Recording) -> None:
    policy = network.one(POLICY).inputs
    assert policy["metadata"] == {"name": "tenant-network", "namespace": "risk"}
    assert policy["spec"] == network_policy(TENANT, RANGES)


@pytest.mark.covers("NW-04")
def test_every_pod_gets_the_tenants_own_group_and_the_shared_one(network: Recording) -> None:
    policy = network.one(GROUPS)
    assert policy.inputs["apiVersion"] == "vpcresources.k8s.aws/v1beta1"
    assert policy.inputs["metadata"] == {"name": "tenant-network", "namespace": "risk"}
    assert policy.inputs["spec"] == {
        "podSelector": {},
        "securityGroups": {"groupIds": ["risk-network-group-id", "sg-shared"]},
    }
    for rule in (*network.of(INGRESS), *network.of(EGRESS)):
        assert network.waits_for(policy, rule), "a pod never has the group before its rules"


@pytest.mark.covers("NW-04", "NW-05")
def test_the_tenants_own_group_says_whose_it_is_and_admits_its_own_pods_only(network: Recording) -> None:
    group = network.one(GROUP).inputs
    assert (group["name"], group["vpcId"]) == ("emr-tenant-risk", "vpc-1")
    assert group["tags"] == {"Name": "emr-tenant-risk", "tenant": "risk", "owner": "risk-team", "cost-centre": "7200"}
    own = {"securityGroupId": "risk-network-group-id", "referencedSecurityGroupId": "risk-network-group-id"}
    assert [facts(rule) for rule in network.of(INGRESS)] == [{**own, "ipProtocol": "-1"}]
    assert facts(network.one(EGRESS, "risk-network-to-itself")) == {**own, "ipProtocol": "-1"}


def test_a_destination_is_a_rule_for_each_of_its_ports(network: Recording) -> None:
    rule = network.one(EGRESS, "risk-network-to-10.80.0.0-24-udp-9000-9010").inputs
    assert rule == {
        "securityGroupId": "risk-network-group-id",
        "description": "Positions",
        "cidrIpv4": "10.80.0.0/24",
        "ipProtocol": "udp",
        "fromPort": 9000,
        "toPort": 9010,
    }


def test_a_destination_without_a_reason_says_whose_it_is(record: Callable[..., Recording]) -> None:
    spec = TenantNetworkSpec(destinations=(DestinationSpec(cidr="10.80.0.0/24", ports=("5432",)),))
    made = record(program(replace(TENANT, network=spec)))
    rule = made.one(EGRESS, "risk-network-to-10.80.0.0-24-tcp-5432-5432")
    assert rule.inputs["description"] == "Declared by tenant risk"


def test_a_preview_knows_policy_and_rules_before_there_is_a_group(record: Callable[..., Recording]) -> None:
    made = record(program(), preview=True)
    assert made.one(POLICY).inputs["spec"] == network_policy(TENANT, RANGES)
    assert len(made.of(EGRESS)) == 3


def test_the_shared_group_leads_to_dns_the_api_server_and_aws_and_nothing_into_it(
    record: Callable[..., Recording],
) -> None:
    made = record(shared)
    assert made.one(GROUP).inputs["name"] == "emr-emr-tenants"
    group = "tenants-group-id"
    wanted = {
        "dns-udp": ("sg-cluster", "udp", 53),
        "dns-tcp": ("sg-cluster", "tcp", 53),
        "api-server": ("sg-cluster", "tcp", 443),
        "endpoints": ("sg-endpoints", "tcp", 443),
    }
    for what, (other, protocol, port) in wanted.items():
        ports = {"ipProtocol": protocol, "fromPort": port, "toPort": port}
        out, admitted = made.one(EGRESS, f"tenants-to-{what}"), made.one(INGRESS, f"tenants-admitted-to-{what}")
        assert facts(out) == {"securityGroupId": group, "referencedSecurityGroupId": other, **ports}
        assert facts(admitted) == {"securityGroupId": other, "referencedSecurityGroupId": group, **ports}
    https = {"ipProtocol": "tcp", "fromPort": 443, "toPort": 443}
    assert facts(made.one(EGRESS, "tenants-to-s3")) == {"securityGroupId": group, "prefixListId": "pl-s3", **https}
    assert (len(made.of(EGRESS)), len(made.of(INGRESS))) == (5, 4)


def test_who_has_the_shared_group_waits_for_all_its_rules(record: Callable[..., Recording]) -> None:
    made = record(lambda: pulumi.ComponentResource("a:b:C", "c", {"group": shared().security_group_id}, remote=True))
    later = made.one("a:b:C")
    assert all(made.waits_for(later, rule) for rule in (*made.of(INGRESS), *made.of(EGRESS)))


def test_two_peers_admit_each_other_and_nobody_else(record: Callable[..., Recording]) -> None:
    args = PeeringArgs(one="analytics", one_group_id="sg-a", other="risk", other_group_id="sg-r")
    made = record(lambda: Peering("analytics--risk", args))
    both = [
        {"securityGroupId": one, "referencedSecurityGroupId": other, "ipProtocol": "-1"}
        for one, other in (("sg-a", "sg-r"), ("sg-r", "sg-a"))
    ]
    for kind in (INGRESS, EGRESS):
        assert sorted((facts(rule) for rule in made.of(kind)), key=lambda rule: rule["securityGroupId"]) == both


def test_no_shared_group_grows_with_the_number_of_tenants(record: Callable[..., Recording]) -> None:
    """Rules on the groups of cluster, endpoints and all tenants: as many with eighty tenants as with one."""

    def rules(count: int) -> dict[str, int]:
        def build() -> None:
            group = shared().security_group_id
            for number in range(count):
                spec = replace(TENANT, name=f"t{number}")
                args = TenantNetworkArgs(
                    tenant=spec,
                    place=PLACE,
                    namespace=spec.namespace,
                    vpc_id="vpc-1",
                    ranges=RANGES,
                    tenants_security_group_id=group,
                )
                TenantNetwork(f"t{number}-network", args)

        made = record(build)
        found: dict[str, int] = {}
        for rule in (*made.of(INGRESS), *made.of(EGRESS)):
            key = rule.inputs["securityGroupId"]
            found[key] = found.get(key, 0) + 1
        assert max(found.values()) < GROUP_RULES
        return {key: value for key, value in found.items() if not key.startswith("t") or key == "tenants-group-id"}

    assert rules(80) == rules(1) == {"tenants-group-id": 5, "sg-cluster": 3, "sg-endpoints": 1}
