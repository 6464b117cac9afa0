from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pulumi
import pytest

from components.network import Network, NetworkArgs
from components.vpc_endpoints import VpcEndpoints, VpcEndpointsArgs
from iam import endpoints
from spec.network import NetworkSpec
from spec.place import Place

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Recording

PLACE = Place(platform="emr", account="123456789012", region="us-west-2")
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"


@pytest.fixture
def made(record: Callable[..., Recording]) -> Callable[..., Recording]:
    """Make a network with endpoints."""

    def make(spec: NetworkSpec, *, preview: bool = False, **more: Any) -> Recording:
        def program() -> None:
            network = Network("network", NetworkArgs(spec=spec, place=PLACE, retain=False))
            VpcEndpoints(
                "endpoints",
                VpcEndpointsArgs(
                    spec=spec,
                    place=PLACE,
                    vpc_id=network.vpc_id,
                    private_subnet_ids=network.private_subnet_ids,
                    route_table_ids=network.route_table_ids,
                    **{"buckets": (), **more},
                ),
            )

        return record(program, preview=preview)

    return make


def test_every_part_is_a_child_of_the_component(made: Callable[..., Recording]) -> None:
    recording = made(NetworkSpec())
    component = recording.one("tenancy:index:VpcEndpoints", "endpoints")
    kinds = {ENDPOINT, "aws:ec2/securityGroup:SecurityGroup"}
    kinds |= {"aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"}
    assert {kind for kind, _ in recording.children(component)} == kinds
    assert {each.parent for each in recording.resources if each.type in kinds} == {component.urn}


def test_s3_is_a_route_of_every_private_table_and_costs_nothing(made: Callable[..., Recording]) -> None:
    s3 = made(NetworkSpec()).one(ENDPOINT, "endpoints-s3").inputs
    assert (s3["vpcEndpointType"], s3["serviceName"]) == ("Gateway", "com.amazonaws.us-west-2.s3")
    assert s3["routeTableIds"] == [f"network-private-{zone}-id" for zone in "abc"]
    assert not {"subnetIds", "securityGroupIds", "privateDnsEnabled"} & s3.keys()


@pytest.mark.covers("NW-08")
@pytest.mark.covers("NW-09")
def test_interfaces_lie_in_every_zone_under_the_services_usual_names(made: Callable[..., Recording]) -> None:
    recording = made(NetworkSpec(nat="none"))
    endpoint = recording.one(ENDPOINT, "endpoints-emr-containers").inputs
    assert endpoint["serviceName"] == "com.amazonaws.us-west-2.emr-containers"
    assert endpoint["vpcEndpointType"] == "Interface"
    assert endpoint["subnetIds"] == [f"network-private-{zone}-id" for zone in "abc"]
    assert endpoint["securityGroupIds"] == ["endpoints-group-id"]
    assert endpoint["privateDnsEnabled"] is True
    vpc = recording.one("aws:ec2/vpc:Vpc").inputs
    assert vpc["enableDnsSupport"] is vpc["enableDnsHostnames"] is True


def test_they_answer_to_private_and_pod_subnets_on_one_port_only(made: Callable[..., Recording]) -> None:
    recording = made(NetworkSpec())
    group = recording.one("aws:ec2/securityGroup:SecurityGroup", "endpoints-group").inputs
    assert not {"ingress", "egress"} & group.keys()
    rules = [each.inputs for each in recording.of("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")]
    assert {(each["ipProtocol"], each["fromPort"], each["toPort"]) for each in rules} == {("tcp", 443, 443)}
    callers = {
        each.inputs["cidrBlock"]
        for each in recording.of("aws:ec2/subnet:Subnet")
        if not each.name.startswith("network-public")
    }
    assert {each["cidrIpv4"] for each in rules} == callers
    assert len(callers) == 6


@pytest.mark.covers("NW-10")
def test_every_endpoint_has_the_default_policy_unless_its_service_takes_none(made: Callable[..., Recording]) -> None:
    recording = made(NetworkSpec(nat="none"), buckets=["market-data"])
    for each in recording.of(ENDPOINT):
        service = each.inputs["serviceName"].removeprefix("com.amazonaws.us-west-2.")
        expected = endpoints.default(service, region="us-west-2", account=PLACE.account, buckets=["market-data"])
        assert json.loads(each.inputs.get("policy", "null")) == expected


def test_a_policy_of_ones_own_takes_the_place_of_the_default(made: Callable[..., Recording]) -> None:
    own = endpoints.only_reading(PLACE.account)
    recording = made(NetworkSpec(endpoints=("emr-containers",)), policies={"emr-containers": own})
    assert json.loads(recording.one(ENDPOINT, "endpoints-emr-containers").inputs["policy"]) == own


@pytest.mark.covers("NW-15")
def test_a_policy_of_ones_own_that_names_no_principal_is_refused(made: Callable[..., Recording]) -> None:
    own = {"Statement": [{"Effect": "Allow", "Action": "emr-containers:*", "Resource": "*"}]}
    with pytest.raises(pulumi.RunError, match=r"endpoint of emr-containers[\s\S]*Statement\[0\]\.Principal"):
        made(NetworkSpec(nat="none"), policies={"emr-containers": own})
    own["Statement"][0]["Principal"] = "*"
    assert made(NetworkSpec(nat="none"), policies={"emr-containers": own})


def test_a_policy_of_ones_own_that_is_too_long_is_refused_with_its_length(made: Callable[..., Recording]) -> None:
    own = endpoints.only_principals([f"arn:aws:iam::123456789012:user/person-{number:04}" for number in range(500)])
    with pytest.raises(pulumi.RunError, match=r"endpoint of emr-containers[\s\S]*20480 characters"):
        made(NetworkSpec(nat="none"), policies={"emr-containers": own})


def test_what_goes_to_the_persistent_ui_can_be_kept_in(made: Callable[..., Recording]) -> None:
    assert "appinfo" in made(NetworkSpec()).one(ENDPOINT, "endpoints-s3").inputs["policy"]
    assert "appinfo" not in made(NetworkSpec(persistent_ui=False)).one(ENDPOINT, "endpoints-s3").inputs["policy"]


def test_policies_and_services_are_known_at_the_first_preview(made: Callable[..., Recording]) -> None:
    for each in made(NetworkSpec(nat="none"), preview=True).of(ENDPOINT):
        assert json.loads(each.inputs.get("policy", "{}")) is not None
        assert each.inputs["serviceName"].startswith("com.amazonaws.us-west-2.")


def test_nothing_runs_in_private_subnets_before_endpoints_lead_out_of_them(local_stack: Recording) -> None:
    for consumer in (local_stack.one("eks:index:Cluster"), local_stack.one("eks:index:ManagedNodeGroup")):
        for endpoint in local_stack.of(ENDPOINT):
            assert local_stack.waits_for(consumer, endpoint)


def test_an_endpoint_answers_as_soon_as_it_exists(made: Callable[..., Recording]) -> None:
    recording = made(NetworkSpec())
    for rule in recording.of("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"):
        assert recording.waits_for(recording.one(ENDPOINT, "endpoints-sts"), rule)


def test_a_vpc_without_nat_says_which_images_need_a_mirror(
    made: Callable[..., Recording], monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr("pulumi.log.warn", lambda message, **_: said.append(message))
    made(NetworkSpec())
    assert said == []
    made(NetworkSpec(nat="none"), preview=True)
    (message,) = said
    assert "public.ecr.aws/karpenter/controller" in message
    assert "us-west-2" in message
