"""Endpoint policies, decided as IAM decides: what a job needs goes through, strangers do not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emr import registries
from iam import endpoints
from iam.documents import check_size, render
from iam.evaluation import Principal, Request, evaluate_resource_policy
from spec.endpoints import SERVICES

if TYPE_CHECKING:
    from iam.documents import Document

OURS, THEIRS, EMR = "123456789012", "999999999999", registries.EMR["us-west-2"]
FENCED = sorted(set(SERVICES) - {"eks-auth", "oidc-eks"})
LAYERS = "arn:aws:s3:::prod-us-west-2-starport-layer-bucket/blob"
APPINFO = "arn:aws:s3:::prod.us-west-2.appinfo.src/123456789012/vc/jobs/j/events"


def policy(service: str, **more: Any) -> Document:
    found = endpoints.default(service, region="us-west-2", account=OURS, **more)
    assert found is not None
    return found


def signed(
    document: Document, account: str, action: str, resource: str = "*", role: str = "emr-risk-job", **context: str
) -> bool:
    """Whether a role's session of an account may make a call."""
    arn = f"arn:aws:iam::{account}:role/{role}"
    session = f"arn:aws:sts::{account}:assumed-role/{role}/session"
    keys = {"aws:PrincipalAccount": account, "aws:PrincipalArn": arn, **context}
    principal = Principal(kind="AWS", names=(arn, session), account=account)
    return evaluate_resource_policy(
        document, principal, Request(action=action, resource=resource, context=keys)
    ).allowed


def in_bucket(document: Document, account: str, action: str, bucket: str, owner: str) -> bool:
    return signed(document, account, action, f"arn:aws:s3:::{bucket}", **{"aws:ResourceAccount": owner})


def unsigned(document: Document, action: str, resource: str) -> bool:
    """Whether a call that nobody has signed goes through: it has no key about its principal."""
    anyone = Principal(kind="Federated", names=("arn:aws:iam::123456789012:oidc-provider/oidc",))
    return evaluate_resource_policy(document, anyone, Request(action=action, resource=resource)).allowed


def test_a_job_becomes_its_role_though_that_call_is_not_signed() -> None:
    role = f"arn:aws:iam::{OURS}:role/emr-risk-job"
    assert unsigned(policy("sts"), "sts:AssumeRoleWithWebIdentity", role)


def test_nobody_becomes_a_role_of_another_account_by_a_token() -> None:
    role = f"arn:aws:iam::{THEIRS}:role/emr-risk-job"
    assert not unsigned(policy("sts"), "sts:AssumeRoleWithWebIdentity", role)


def test_sts_answers_signed_calls_of_our_account_only() -> None:
    for action, resource in (
        ("sts:GetCallerIdentity", "*"),
        ("sts:AssumeRole", f"arn:aws:iam::{THEIRS}:role/lake"),
        ("sts:TagSession", f"arn:aws:iam::{THEIRS}:role/lake"),
    ):
        assert signed(policy("sts"), OURS, action, resource)
        assert not signed(policy("sts"), THEIRS, action, resource)
        assert not unsigned(policy("sts"), action, resource)


def test_a_job_reads_and_writes_the_buckets_of_the_account() -> None:
    for action, bucket in (
        ("s3:GetObject", "emr-artefacts-1/risk/job.py"),
        ("s3:PutObject", "emr-logs-1/risk/log"),
        ("s3:AbortMultipartUpload", "risk-data/model"),
        ("s3:ListBucket", "risk-data"),
    ):
        assert in_bucket(policy("s3"), OURS, action, bucket, OURS)
        assert not in_bucket(policy("s3"), THEIRS, action, bucket, OURS)


def test_a_job_reaches_declared_buckets_of_other_accounts_and_no_others() -> None:
    declared = policy("s3", buckets=["market-data"])
    assert in_bucket(declared, OURS, "s3:ListBucket", "market-data", THEIRS)
    assert in_bucket(declared, OURS, "s3:GetObject", "market-data/prices", THEIRS)
    assert not in_bucket(declared, OURS, "s3:PutObject", "market-data-2/prices", THEIRS)
    assert not in_bucket(declared, OURS, "s3:PutObject", "strangers/prices", THEIRS)
    assert not in_bucket(declared, THEIRS, "s3:GetObject", "market-data/prices", THEIRS)


def test_layers_of_images_come_from_requests_that_ecr_has_signed() -> None:
    assert signed(policy("s3"), EMR, "s3:GetObject", LAYERS)
    assert not signed(policy("s3"), EMR, "s3:PutObject", LAYERS)


def test_event_logs_go_out_for_the_persistent_ui_while_it_is_on() -> None:
    assert signed(policy("s3"), EMR, "s3:PutObject", APPINFO)
    assert not signed(policy("s3"), EMR, "s3:GetObject", APPINFO)
    assert not signed(policy("s3", persistent_ui=False), EMR, "s3:PutObject", APPINFO)


@pytest.mark.parametrize("service", ["ecr.api", "ecr.dkr"])
@pytest.mark.parametrize("account", [OURS, EMR, "602401143452"])
def test_nodes_pull_images_of_emr_of_add_ons_and_of_our_own(service: str, account: str) -> None:
    repository = f"arn:aws:ecr:us-west-2:{account}:repository/spark/emr-7.12.0"
    for action in ("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:BatchCheckLayerAvailability"):
        assert signed(policy(service), OURS, action, repository, role="emr-node")
        assert not signed(policy(service), THEIRS, action, repository)
    assert signed(policy(service), OURS, "ecr:GetAuthorizationToken", role="emr-node")


def test_nobody_pulls_from_or_pushes_to_a_strangers_registry() -> None:
    stranger = f"arn:aws:ecr:us-west-2:{THEIRS}:repository/tools"
    own = f"arn:aws:ecr:us-west-2:{OURS}:repository/tools"
    assert not signed(policy("ecr.api"), OURS, "ecr:BatchGetImage", stranger)
    assert not signed(policy("ecr.api"), OURS, "ecr:PutImage", own)


@pytest.mark.parametrize(
    ("service", "action"),
    [
        ("logs", "logs:PutLogEvents"),
        ("ec2", "ec2:AssignPrivateIpAddresses"),
        ("eks", "eks:DescribeCluster"),
        ("emr-containers", "emr-containers:StartJobRun"),
        ("kms", "kms:Decrypt"),
        ("secretsmanager", "secretsmanager:GetSecretValue"),
        ("elasticloadbalancing", "elasticloadbalancing:DescribeLoadBalancers"),
        ("autoscaling", "autoscaling:DescribeAutoScalingGroups"),
        ("monitoring", "cloudwatch:PutMetricData"),
        ("glue", "glue:GetTable"),
        ("sqs", "sqs:ReceiveMessage"),
        ("ssm", "ssm:GetParameter"),
    ],
)
def test_other_services_answer_our_account_only(service: str, action: str) -> None:
    assert signed(policy(service), OURS, action)
    assert not signed(policy(service), THEIRS, action)
    assert not unsigned(policy(service), action, "*")


ACTIONS = st.sampled_from(["s3:GetObject", "s3:PutObject", "sts:AssumeRole", "ecr:BatchGetImage", "ec2:RunInstances"])
NAMES = st.text("abcdefghij-", min_size=3, max_size=20)


@given(st.sampled_from(FENCED), ACTIONS, NAMES, st.integers(10**11, 10**12 - 1).map(str).filter(lambda a: a != OURS))
def test_no_principal_of_another_account_reaches_anything(service: str, action: str, name: str, account: str) -> None:
    kind = "arn:aws:s3:::{}/key" if action.startswith("s3:") else f"arn:aws:x:us-west-2:{account}:thing/{{}}"
    document = policy(service, buckets=["market-data"])
    assert not signed(document, account, action, kind.format(name), **{"aws:ResourceAccount": account})


@pytest.mark.parametrize("service", ["eks-auth", "oidc-eks"])
def test_services_that_take_no_policy_get_none(service: str) -> None:
    assert endpoints.default(service, region="us-west-2", account=OURS) is None


@pytest.mark.parametrize("region", sorted(registries.EMR))
def test_in_every_region_of_emr_every_policy_has_the_regions_partition_and_fits(region: str) -> None:
    part = "aws-cn" if region.startswith("cn-") else "aws-us-gov" if region.startswith("us-gov-") else "aws"
    for service in FENCED:
        document = endpoints.default(service, region=region, account=OURS)
        assert document is not None
        for statement in document["Statement"]:
            named = statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]]
            assert all(each == "*" or each.startswith(f"arn:{part}:") for each in named)
        assert check_size(document, endpoints.LIMIT) == []
        assert not any(character.isspace() for character in render(document))


def test_too_many_buckets_are_reported_with_the_length() -> None:
    document = policy("s3", buckets=[f"bucket-of-a-data-team-{number:04}" for number in range(300)])
    (fault,) = check_size(document, endpoints.LIMIT)
    assert str(len(render(document))) in fault.given
    assert "20480" in fault.allowed


LIJUAN = Principal(kind="AWS", names=("arn:aws:iam::123456789012:user/lijuan",), account=OURS)
OTHER = Principal(kind="AWS", names=("arn:aws:iam::123456789012:user/other",), account=OURS)
STRANGER = Principal(kind="AWS", names=("arn:aws:iam::999999999999:user/lijuan",), account=THEIRS)
CLUSTER = f"arn:aws:emr-containers:us-west-2:{OURS}:/virtualclusters/A1B2CD34EF5G"


def may(document: Document, principal: Principal, action: str, resource: str = "*") -> bool:
    request = Request(action=f"emr-containers:{action}", resource=resource)
    return evaluate_resource_policy(document, principal, request).allowed


@pytest.mark.covers("NW-11")
def test_the_guides_first_sample_closes_an_endpoint_to_an_account() -> None:
    document = endpoints.without_principals([OURS])
    assert not may(document, LIJUAN, "StartJobRun")
    assert may(document, STRANGER, "StartJobRun")


@pytest.mark.covers("NW-12")
def test_the_guides_second_sample_opens_an_endpoint_to_named_principals_only() -> None:
    document = endpoints.only_principals(LIJUAN.names)
    assert may(document, LIJUAN, "StartJobRun")
    assert not may(document, OTHER, "ListVirtualClusters")
    assert not may(document, STRANGER, "ListVirtualClusters")


@pytest.mark.covers("NW-13")
def test_the_guides_third_sample_lets_one_account_read_and_nobody_else_do_anything() -> None:
    document = endpoints.only_reading(OURS)
    for action in ("DescribeJobRun", "DescribeVirtualCluster", "ListJobRuns", "ListTagsForResource"):
        assert may(document, LIJUAN, action, CLUSTER)
        assert not may(document, STRANGER, action, CLUSTER)
    assert may(document, OTHER, "ListVirtualClusters")
    for action in ("StartJobRun", "CancelJobRun", "DeleteVirtualCluster", "TagResource", "DescribeJobTemplate"):
        assert not may(document, LIJUAN, action, CLUSTER)


@pytest.mark.covers("NW-14")
def test_the_guides_fourth_sample_closes_one_virtual_cluster_to_an_account() -> None:
    document = endpoints.without_virtual_cluster(CLUSTER, OURS)
    assert not may(document, LIJUAN, "StartJobRun", CLUSTER)
    assert may(document, LIJUAN, "StartJobRun", CLUSTER + "X")
    assert may(document, LIJUAN, "ListVirtualClusters")
    assert may(document, STRANGER, "DescribeVirtualCluster", CLUSTER)


def test_every_statement_of_the_samples_names_a_principal() -> None:
    for document in (
        endpoints.without_principals([OURS]),
        endpoints.only_principals(LIJUAN.names),
        endpoints.only_reading(OURS),
        endpoints.without_virtual_cluster(CLUSTER, OURS),
    ):
        assert all("Principal" in statement for statement in document["Statement"])


@pytest.mark.covers("NW-15")
def test_a_policy_is_statements_that_each_name_a_principal_and_a_version_at_most() -> None:
    made = [policy(service) for service in FENCED]
    made += [
        endpoints.only_principals([f"arn:aws:iam::{OURS}:user/ops"]),
        endpoints.only_reading(OURS),
        endpoints.without_principals([f"arn:aws:iam::{OURS}:user/ops"]),
        endpoints.without_virtual_cluster("arn:aws:emr-containers:us-west-2:123456789012:/virtualclusters/1", OURS),
    ]
    for document in made:
        assert endpoints.check_form(document) == []
        assert endpoints.check_form({"Statement": document["Statement"]}) == []
        nameless = [{**each, "Principal": None} for each in document["Statement"]]
        wrong = endpoints.check_form({"Id": "x", "Statement": nameless})
        assert [fault.where for fault in wrong] == [
            "Id",
            *(f"Statement[{index}].Principal" for index in range(len(nameless))),
        ]
