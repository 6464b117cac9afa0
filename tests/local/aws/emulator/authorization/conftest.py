"""Sessions of roles with policies as a test wants them."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config

from local.aws.emulator import account
from local.aws.emulator.authorization import inside
from local.aws.emulator.eks.state import ClusterKey

ACCOUNT = "123456789012"
KEY = ClusterKey(ACCOUNT, "us-west-2", "emr")


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **each} for each in statements]})


@pytest.fixture
def session(aws: Any) -> Any:
    """Begins a session of a new role with the given statements; gives a function from service to client."""

    def begin(*statements: dict[str, Any], name: str = "job", limit: str = "", **options: Any) -> Any:
        trust = policy({"Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"})
        iam = aws("iam")
        role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust, **options)["Role"]["Arn"]
        if statements:
            iam.put_role_policy(RoleName=name, PolicyName="job-permissions", PolicyDocument=policy(*statements))
        more = {"Policy": limit} if limit else {}
        given = aws("sts").assume_role(RoleArn=role, RoleSessionName="driver", **more)["Credentials"]
        return lambda service: aws(service, given["AccessKeyId"], given["SecretAccessKey"])

    return begin


@pytest.fixture
def bucket(aws: Any) -> str:
    """A bucket with an object for each of two tenants."""
    s3 = aws("s3")
    s3.create_bucket(Bucket="data", CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
    for key in ("analytics/in.csv", "risk/in.csv"):
        s3.put_object(Bucket="data", Key=key, Body=b"1,2")
    return "data"


@pytest.fixture
def known(world: Any, cluster: Any) -> Any:
    """The cluster as the emulator remembers it."""
    assert cluster["status"] == "ACTIVE"
    return world.emulator.eks.clusters[KEY]


@pytest.fixture
def table(aws: Any, network: Any) -> str:
    """The VPC's main route table."""
    only = [{"Name": "vpc-id", "Values": [network["vpc"]]}]
    return aws("ec2").describe_route_tables(Filters=only)["RouteTables"][0]["RouteTableId"]


@pytest.fixture
def nat(aws: Any, network: Any, table: str) -> str:
    """A way out for all subnets."""
    ec2 = aws("ec2")
    gateway = ec2.create_nat_gateway(SubnetId=network["subnets"][0], ConnectivityType="private")["NatGateway"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", NatGatewayId=gateway["NatGatewayId"])
    return gateway["NatGatewayId"]


@pytest.fixture
def offer(aws: Any, network: Any) -> Any:
    """Makes an endpoint of a service; gives its id."""

    def make(service: str, **options: Any) -> str:
        usual = {"VpcEndpointType": "Interface", "SubnetIds": network["subnets"], "PrivateDnsEnabled": True}
        if "RouteTableIds" in options:
            usual = {"VpcEndpointType": "Gateway"}
        name = f"com.amazonaws.us-west-2.{service}"
        made = aws("ec2").create_vpc_endpoint(ServiceName=name, **{"VpcId": network["vpc"]} | usual | options)
        return made["VpcEndpoint"]["VpcEndpointId"]

    return make


@pytest.fixture
def within(port: int, cluster: Any) -> Any:
    """Makes clients that call from inside a cluster's VPC."""
    assert cluster
    make: Any = boto3.client

    def client(service: str, credentials: Any = None, *, signed: bool = True, cluster: str = KEY.name) -> Any:
        given = credentials or {"AccessKeyId": account.ACCESS_KEY_ID, "SecretAccessKey": account.SECRET_ACCESS_KEY}
        retries: Any = {"total_max_attempts": 1}
        return make(
            service,
            region_name=KEY.region,
            endpoint_url=inside.address(f"http://127.0.0.1:{port}", KEY._replace(name=cluster)),
            aws_access_key_id=given["AccessKeyId"],
            aws_secret_access_key=given["SecretAccessKey"],
            config=Config(retries=retries) if signed else Config(retries=retries, signature_version=UNSIGNED),
        )

    return client
