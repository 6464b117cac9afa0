"""Which way a call from inside a VPC takes: through an endpoint, through NAT, or none."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.aws.emulator.authorization import inside, ways
from tests.local.aws.emulator.authorization.conftest import KEY

POD_SUBNETS = "eniConfig: {create: true, subnets: {us-west-2a: {id: %s}}}"


def test_without_endpoint_and_without_nat_there_is_no_way(known: Any) -> None:
    with pytest.raises(ways.NoWayError, match=r"Nothing leads from subnet-\w+ to sqs in us-west-2: vpc-\w+ has no"):
        ways.through(known, "sqs", "us-west-2")


@pytest.mark.usefixtures("nat")
def test_nat_is_taken_where_no_endpoint_is_offered(known: Any, offer: Any) -> None:
    offer("sts")
    assert ways.through(known, "sqs", "us-west-2") is None


def test_an_interface_is_taken_before_nat_if_it_answers_to_the_services_name(known: Any, offer: Any, nat: str) -> None:
    assert nat
    offer("sts", PrivateDnsEnabled=False)
    assert ways.through(known, "sts", "us-west-2") is None
    made = offer("sts")
    found = ways.through(known, "sts", "us-west-2")
    assert found
    assert (found.id, found.gateway) == (made, False)
    assert found.keys == {"aws:SourceVpc": found.vpc, "aws:SourceVpce": made}


@pytest.mark.usefixtures("nat")
def test_an_endpoint_serves_its_own_region_vpc_and_life_only(aws: Any, known: Any, offer: Any) -> None:
    made = offer("sts")
    assert ways.through(known, "sts", "eu-west-1") is None
    aws("ec2").delete_vpc_endpoints(VpcEndpointIds=[made])
    assert ways.through(known, "sts", "us-west-2") is None
    vpc = aws("ec2").create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    offer("sts", VpcId=vpc, SubnetIds=[])
    assert ways.through(known, "sts", "us-west-2") is None


def test_ecr_signs_by_another_name_than_its_endpoint_has(known: Any, offer: Any) -> None:
    made = offer("ecr.api")
    found = ways.through(known, "ecr", "us-west-2")
    assert found
    assert found.id == made


def test_a_gateway_serves_the_subnets_whose_route_table_names_it(
    aws: Any, known: Any, network: Any, offer: Any, table: str
) -> None:
    other = aws("ec2").create_route_table(VpcId=network["vpc"])["RouteTable"]["RouteTableId"]
    made = offer("s3", RouteTableIds=[table])
    found = ways.through(known, "s3", "us-west-2")
    assert found
    assert (found.id, found.gateway) == (made, True)
    aws("ec2").associate_route_table(RouteTableId=other, SubnetId=network["subnets"][1])
    with pytest.raises(ways.NoWayError, match=network["subnets"][1]):
        ways.through(known, "s3", "us-west-2")


def test_with_custom_networking_the_pods_own_subnets_count(aws: Any, known: Any, network: Any, offer: Any) -> None:
    other = aws("ec2").create_route_table(VpcId=network["vpc"])["RouteTable"]["RouteTableId"]
    aws("ec2").associate_route_table(RouteTableId=other, SubnetId=network["subnets"][2])
    offer("s3", RouteTableIds=[other])
    with pytest.raises(ways.NoWayError):
        ways.through(known, "s3", "us-west-2")
    known.addons["vpc-cni"] = {"configurationValues": POD_SUBNETS % network["subnets"][2]}
    assert ways.pod_subnets(known) == [network["subnets"][2]]
    assert ways.through(known, "s3", "us-west-2")


def test_the_path_of_an_inner_address_is_taken_off_as_sent_and_as_decoded() -> None:
    sent = inside.address("", KEY)
    environ = {"PATH_INFO": f"{sent}/data/a b", "RAW_URI": f"{sent}/data/a%20b?x", "REQUEST_URI": sent}
    assert inside.origin(environ) == KEY
    assert environ == {"PATH_INFO": "/data/a b", "RAW_URI": "/data/a%20b?x", "REQUEST_URI": "/"}


@pytest.mark.parametrize("path", ["/", "/data/_inside/123456789012/us-west-2/emr/", "/_inside/123456789012"])
def test_other_addresses_are_left_as_they_are(path: str) -> None:
    environ = {"PATH_INFO": path}
    assert inside.origin(environ) is None
    assert environ == {"PATH_INFO": path}


def test_a_call_that_finds_no_way_is_answered_with_the_reason(within: Any) -> None:
    for service, operation in (("sqs", "list_queues"), ("eks", "list_clusters"), ("ec2", "describe_vpcs")):
        with pytest.raises(ClientError, match=f"Nothing leads from subnet-.* to {service}") as refused:
            getattr(within(service), operation)()
        assert refused.value.response["Error"]["Code"] == "NoWayToService"  # type: ignore[typeddict-item]
        assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 504  # type: ignore[typeddict-item]


def test_an_address_of_a_cluster_that_is_not_there_leads_nowhere(within: Any) -> None:
    with pytest.raises(ClientError, match="There is no cluster gone in us-west-2"):
        within("sts", cluster="gone").get_caller_identity()
