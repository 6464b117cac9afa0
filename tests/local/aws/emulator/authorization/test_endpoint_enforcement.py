"""What the policy of a VPC endpoint lets through and what it refuses, and in which words."""

from __future__ import annotations

import json
from typing import Any

import pytest
from moto.s3.models import s3_backends

from iam import endpoints
from tests.local.aws.emulator.authorization.conftest import ACCOUNT, policy

DEPLOYER = f"arn:aws:iam::{ACCOUNT}:user/deployer"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/job/driver"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/job"
THEIRS = "999999999999"
ALL = {"Principal": "*", "Action": "*", "Resource": "*"}
BUCKETS: Any = s3_backends


@pytest.fixture
def fence(offer: Any, table: str) -> Any:
    """Makes the endpoint of a service with a policy of statements; gives its id."""

    def make(service: str, *statements: dict[str, Any], interface: bool = True) -> str:
        way: dict[str, Any] = {} if interface else {"RouteTableIds": [table]}
        return offer(service, PolicyDocument=policy(*statements), **way)

    return make


@pytest.fixture
def credentials(aws: Any) -> Any:
    """Begins a session of a new role; gives its credentials."""

    def begin(*statements: dict[str, Any], name: str = "job") -> Any:
        trust = policy({"Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"})
        role = aws("iam").create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
        if statements:
            aws("iam").put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=policy(*statements))
        return aws("sts").assume_role(RoleArn=role, RoleSessionName="driver")["Credentials"]

    return begin


EVERYTHING = {"Action": "*", "Resource": "*"}


def denied(action: str, resource: str) -> str:
    """What the deployer is told of an action that the policy does not speak of."""
    subject = f"User: {DEPLOYER} is not authorized to perform: {action} on resource: {resource}"
    return f"{subject} because no VPC endpoint policy allows the {action} action"


@pytest.mark.usefixtures("bucket")
def test_a_user_too_gets_only_what_the_policy_allows_and_outside_of_it_all(
    aws: Any, within: Any, fence: Any, refused: Any
) -> None:
    fence("s3", ALL | {"Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/analytics/*"}, interface=False)
    inner = within("s3")
    assert inner.get_object(Bucket="data", Key="analytics/in.csv")["Body"].read() == b"1,2"
    for operation, action, key in (
        (inner.get_object, "GetObject", "risk/in.csv"),
        (inner.delete_object, "DeleteObject", "analytics/in.csv"),
    ):
        assert refused(operation, Bucket="data", Key=key) == (
            "AccessDenied",
            denied(f"s3:{action}", f'"arn:aws:s3:::data/{key}"'),
        )
    assert aws("s3").get_object(Bucket="data", Key="risk/in.csv")


@pytest.mark.usefixtures("bucket")
def test_a_deny_says_so_and_the_answer_names_endpoint_and_statement(within: Any, fence: Any, credentials: Any) -> None:
    closed = {"Sid": "Closed", "Effect": "Deny", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/risk/*"}
    made = fence("s3", ALL, ALL | closed)
    # The session has no rights at all: a Deny is told before what is only not allowed.
    with pytest.raises(Exception, match=r"with an explicit deny in a VPC endpoint policy$") as refused:
        within("s3", credentials()).get_object(Bucket="data", Key="risk/in.csv")
    answer: Any = refused.value.response  # type: ignore[attr-defined]
    assert answer["ResponseMetadata"]["HTTPHeaders"]["x-local-decided-by"] == (
        f"VPC endpoint policy of {made}, statement Closed, denies s3:GetObject on arn:aws:s3:::data/risk/in.csv"
    )


@pytest.mark.usefixtures("bucket")
def test_an_endpoint_grants_nothing(within: Any, fence: Any, credentials: Any, refused: Any) -> None:
    fence("s3", ALL)
    code, message = refused(within("s3", credentials()).get_object, Bucket="data", Key="risk/in.csv")
    assert (code, "because no identity-based policy allows" in message) == ("AccessDenied", True)


@pytest.mark.usefixtures("bucket")
@pytest.mark.parametrize("named", [ROLE, SESSION, ACCOUNT, f"arn:aws:iam::{ACCOUNT}:root"])
def test_an_interface_takes_principals_by_name_and_a_gateway_takes_none(
    aws: Any, within: Any, fence: Any, credentials: Any, *, refused: Any, named: str
) -> None:
    session = credentials(EVERYTHING)
    gateway = fence("s3", ALL | {"Principal": {"AWS": named}}, interface=False)
    code, message = refused(within("s3", session).get_object, Bucket="data", Key="risk/in.csv")
    assert (code, "because no VPC endpoint policy allows" in message) == ("AccessDenied", True)
    aws("ec2").delete_vpc_endpoints(VpcEndpointIds=[gateway])
    fence("s3", ALL | {"Principal": {"AWS": named}})
    assert within("s3", session).get_object(Bucket="data", Key="risk/in.csv")


@pytest.mark.usefixtures("bucket")
def test_a_gateway_tells_principals_apart_by_condition(within: Any, fence: Any, credentials: Any, refused: Any) -> None:
    fence("s3", ALL | {"Condition": {"ArnEquals": {"aws:PrincipalArn": ROLE}}}, interface=False)
    mine, other = credentials(EVERYTHING), credentials(EVERYTHING, name="jobber")
    assert within("s3", mine).get_object(Bucket="data", Key="risk/in.csv")
    assert refused(within("s3", other).get_object, Bucket="data", Key="risk/in.csv")[0] == "AccessDenied"


def test_the_default_policy_keeps_data_from_a_strangers_bucket_and_s3_says_no_more(
    within: Any, offer: Any, credentials: Any, bucket: str, table: str
) -> None:
    BUCKETS[THEIRS]["aws"].create_bucket("theirs", "us-west-2")
    BUCKETS[THEIRS]["aws"].create_bucket("declared", "us-west-2")
    for each in ("theirs", "declared"):
        BUCKETS[THEIRS]["aws"].put_bucket_policy(each, policy(ALL).encode())
    document = endpoints.default("s3", region="us-west-2", account=ACCOUNT, buckets=["declared"])
    offer("s3", RouteTableIds=[table], PolicyDocument=json.dumps(document))
    s3 = within("s3", credentials(EVERYTHING))
    for each in (bucket, "declared"):
        assert s3.put_object(Bucket=each, Key="x", Body=b"x")
    with pytest.raises(Exception, match=r"Access Denied$") as caught:
        s3.put_object(Bucket="theirs", Key="x", Body=b"x")
    answer: Any = caught.value.response  # type: ignore[attr-defined]
    assert answer["ResponseMetadata"]["HTTPHeaders"]["x-local-decided-by"] == (
        "no VPC endpoint policy allows s3:PutObject on arn:aws:s3:::theirs/x"
    )


@pytest.mark.usefixtures("bucket")
def test_a_bucket_can_be_closed_to_all_but_one_endpoint(
    aws: Any, within: Any, fence: Any, credentials: Any, *, session: Any, refused: Any
) -> None:
    made = fence("s3", ALL)

    def only(key: str, value: str) -> None:
        unless = {"Effect": "Deny", "Condition": {"StringNotEquals": {key: value}}}
        aws("s3").put_bucket_policy(Bucket="data", Policy=policy(ALL | unless))

    job = credentials(EVERYTHING)
    only("aws:SourceVpce", made)
    assert within("s3", job).get_object(Bucket="data", Key="risk/in.csv")
    outer = session(EVERYTHING, name="other")("s3")
    assert "explicit deny in a resource-based policy" in refused(outer.get_object, Bucket="data", Key="risk/in.csv")[1]
    only("aws:SourceVpce", "vpce-0")
    assert "resource-based policy" in refused(within("s3", job).get_object, Bucket="data", Key="risk/in.csv")[1]
    vpc = aws("ec2").describe_vpc_endpoints()["VpcEndpoints"][0]["VpcId"]
    only("aws:SourceVpc", vpc)
    assert within("s3", job).get_object(Bucket="data", Key="risk/in.csv")


@pytest.mark.parametrize(
    ("statement", "passes"),
    [
        (ALL, True),
        (ALL | {"Action": "sts:AssumeRoleWithWebIdentity", "Resource": ROLE}, True),
        (ALL | {"Condition": {"StringEquals": {"aws:ResourceAccount": ACCOUNT}}}, True),
        (ALL | {"Resource": ROLE + "s"}, False),
        (ALL | {"Action": "sts:AssumeRole"}, False),
        (ALL | {"Principal": {"AWS": ACCOUNT}}, False),
        (ALL | {"Condition": {"StringEquals": {"aws:PrincipalAccount": ACCOUNT}}}, False),
    ],
)
def test_a_call_without_a_signature_has_no_principal(
    within: Any, fence: Any, refused: Any, statement: dict[str, Any], *, passes: bool
) -> None:
    fence("sts", statement)
    sts = within("sts", signed=False)
    told = refused(
        sts.assume_role_with_web_identity, RoleArn=ROLE, RoleSessionName="driver", WebIdentityToken="no token"
    )
    if passes:
        assert told[0] == "InvalidIdentityToken"
    else:
        action = "sts:AssumeRoleWithWebIdentity"
        assert told == (
            "AccessDenied",
            f"Not authorized to perform {action} because no VPC endpoint policy allows the {action} action",
        )


def test_a_role_with_tags_needs_both_actions(within: Any, fence: Any, credentials: Any, aws: Any, refused: Any) -> None:
    credentials()
    trust = policy({"Principal": {"AWS": ACCOUNT}, "Action": ["sts:AssumeRole", "sts:TagSession"]})
    aws("iam").update_assume_role_policy(RoleName="job", PolicyDocument=trust)
    made = fence("sts", ALL | {"Action": "sts:AssumeRole", "Resource": ROLE})
    wish = {"RoleArn": ROLE, "RoleSessionName": "driver"}
    tags = [{"Key": "team", "Value": "a"}]
    assert within("sts").assume_role(**wish)["Credentials"]
    code, message = refused(within("sts").assume_role, **wish, Tags=tags)
    assert (code, "no VPC endpoint policy allows the sts:TagSession action" in message) == ("AccessDenied", True)
    both = policy(ALL | {"Action": ["sts:AssumeRole", "sts:TagSession"], "Resource": ROLE})
    aws("ec2").modify_vpc_endpoint(VpcEndpointId=made, PolicyDocument=both)
    assert within("sts").assume_role(**wish, Tags=tags)["Credentials"]
    assert refused(within("sts").get_caller_identity)[0] == "AccessDenied"


def test_what_is_not_known_of_a_service_is_refused_only_where_it_matters(
    within: Any, fence: Any, refused: Any, aws: Any
) -> None:
    made = fence("autoscaling", ALL | {"Action": "autoscaling:Describe*"})
    groups = within("autoscaling")
    assert groups.describe_auto_scaling_groups()["AutoScalingGroups"] == []
    code, message = refused(groups.delete_auto_scaling_group, AutoScalingGroupName="x")
    assert (code, message) == ("AccessDenied", denied("autoscaling:DeleteAutoScalingGroup", "*"))
    closed = {"Effect": "Deny", "Resource": f"arn:aws:autoscaling:us-west-2:{ACCOUNT}:autoScalingGroup:*"}
    aws("ec2").modify_vpc_endpoint(VpcEndpointId=made, PolicyDocument=policy(ALL, ALL | closed))
    assert "knows no action for autoscaling:Desc" in refused(groups.describe_auto_scaling_groups)[1]


def test_eks_is_fenced_too(within: Any, fence: Any, refused: Any) -> None:
    cluster = f"arn:aws:eks:us-west-2:{ACCOUNT}:cluster/emr"
    fence("eks", ALL | {"Action": "eks:DescribeCluster", "Resource": cluster})
    assert within("eks").describe_cluster(name="emr")["cluster"]["status"] == "ACTIVE"
    code, message = refused(within("eks").describe_cluster, name="other")
    assert (code, message) == (
        "AccessDeniedException",
        denied("eks:DescribeCluster", f"{cluster[:-3]}other"),
    )
    code, message = refused(within("eks").list_addons, clusterName="emr")
    assert (code, "resource of eks:ListAddons" in message) == ("NotImplementedException", True)
