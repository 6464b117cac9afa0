from __future__ import annotations

import pytest

from iam import endpoints, karpenter
from iam.evaluation import Principal, Request, evaluate_resource_policy
from spec.endpoints import GATEWAYS, SERVICES, check_endpoints, chosen, declared_buckets
from spec.network import NetworkSpec, check_network
from spec.place import Place, check_place
from spec.tenant import JobRoleSpec, TenantSpec

PLACE = Place(platform="emr", account="123456789012", region="us-west-2")


def test_with_nat_jobs_get_credentials_images_logs_and_data_by_endpoints() -> None:
    assert chosen(NetworkSpec()) == chosen(NetworkSpec(nat="single")) == ("ecr.api", "ecr.dkr", "logs", "s3", "sts")


def test_without_nat_everything_the_platform_needs_has_an_endpoint() -> None:
    needed = {"ecr.api", "ecr.dkr", "sts", "eks", "eks-auth", "ec2", "elasticloadbalancing", "autoscaling", "logs"}
    needed |= {"emr-containers", "kms", "secretsmanager", "s3", "ssm", "sqs"}
    assert set(chosen(NetworkSpec(nat="none"))) == needed


def controller_actions() -> list[str]:
    """What Karpenter may do; it passes a role to EC2 and does not call IAM for that."""
    scope = karpenter.ClusterScope(platform=PLACE.platform, account=PLACE.account, region=PLACE.region)
    listed = [action for each in karpenter.controller(scope)["Statement"] for action in each["Action"]]
    return sorted({*listed} - {"iam:PassRole"})


WITHOUT_ENDPOINT = {"iam:GetInstanceProfile", "iam:ListInstanceProfiles", "pricing:GetProducts"}
"""IAM and prices have endpoints in us-east-1 only: Karpenter does without them in an isolated VPC."""
NEEDS = (
    # Nodes join, and pull images.
    *("eks:DescribeCluster", "ecr:GetAuthorizationToken", "s3:GetObject", "ec2:DescribeInstances"),
    # The network plugin, the EBS CSI driver, volumes with keys.
    *("ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:CreateVolume", "ec2:AttachVolume"),
    *("kms:CreateGrant", "kms:Decrypt", "kms:GenerateDataKey"),
    # The secrets' driver, and jobs with their logs.
    *("secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret", "ssm:GetParameters"),
    *("s3:PutObject", "s3:ListBucket", "logs:CreateLogStream", "logs:PutLogEvents", "sts:AssumeRole"),
    # Submitting.
    *("emr-containers:StartJobRun", "emr-containers:CancelJobRun", "emr-containers:DescribeJobRun"),
)


@pytest.mark.parametrize("action", sorted({*NEEDS, *controller_actions()} - WITHOUT_ENDPOINT))
def test_without_nat_every_call_of_platform_and_jobs_has_an_endpoint_that_lets_it_through(action: str) -> None:
    service = action.partition(":")[0]
    service = "ecr.api" if service == "ecr" else service
    assert service in chosen(NetworkSpec(nat="none"))
    policy = endpoints.default(service, region=PLACE.region, account=PLACE.account)
    assert policy
    arn = f"arn:aws:iam::{PLACE.account}:role/emr-karpenter"
    keys = {"aws:PrincipalAccount": PLACE.account, "aws:PrincipalArn": arn, "aws:ResourceAccount": PLACE.account}
    resource = "arn:aws:s3:::emr-logs/key" if service == "s3" else "*"
    who = Principal(kind="AWS", names=(arn,), account=PLACE.account)
    assert evaluate_resource_policy(policy, who, Request(action=action, resource=resource, context=keys)).allowed


def test_a_choice_adds_and_never_takes_away() -> None:
    assert set(chosen(NetworkSpec(endpoints=("glue", "dynamodb", "sts")))) - set(chosen(NetworkSpec())) == {
        "glue",
        "dynamodb",
    }


def test_whatever_can_be_chosen_has_a_policy_or_takes_none() -> None:
    assert set(GATEWAYS) < set(SERVICES)
    assert {*chosen(NetworkSpec(nat="none")), *chosen(NetworkSpec())} <= set(SERVICES)
    none = {each for each in SERVICES if not endpoints.default(each, region="us-west-2", account="123456789012")}
    assert none == {"eks-auth", "oidc-eks"}


def test_the_defaults_are_accepted() -> None:
    for nat in ("none", "single", "perZone"):
        assert check_endpoints(NetworkSpec(nat=nat), PLACE, ()) == []


def test_an_unknown_service_is_refused_with_the_nearest_known_one() -> None:
    (fault,) = check_endpoints(NetworkSpec(endpoints=("glue", "secretmanager")), PLACE, ())
    assert (fault.where, fault.given, fault.write) == ("endpoints[1]", "'secretmanager'", "secretsmanager")


def test_a_policy_that_would_be_too_long_is_refused_with_its_length() -> None:
    buckets = tuple(f"bucket-of-a-data-team-{number:04}" for number in range(300))
    (fault,) = check_endpoints(NetworkSpec(), PLACE, buckets)
    assert fault.where == "buckets"
    assert "20480" in fault.allowed


def test_buckets_of_tenants_and_of_the_network_are_admitted_once_each() -> None:
    role = JobRoleSpec(name="job", read=("s3://market/prices/", "no place"), write=("s3://risk/a/", "s3://risk/b/"))
    tenant = TenantSpec(name="risk", owner="o", cost_centre="c", stack="local", roles=(role,))
    assert declared_buckets(NetworkSpec(buckets=("risk", "lake")), [tenant]) == ("lake", "market", "risk")


@pytest.mark.parametrize("bucket", ["*", "data-*", "s3://data/", "Data", "data/prices", ""])
def test_a_bucket_is_one_bucket(bucket: str) -> None:
    (fault,) = check_network(NetworkSpec(buckets=("data", bucket)))
    assert fault.where == "buckets[1]"


def test_faults_of_the_pods_range_and_of_flow_logs_are_under_their_keys() -> None:
    spec = NetworkSpec(pod_cidr="10.0.128.0/17", flow_log_retention_days=100)
    assert [fault.where for fault in check_network(spec)] == ["podCidr", "flowLogRetentionDays"]


@pytest.mark.parametrize("region", ["ap-southeast-5", "us-east-9"])
def test_a_region_where_emr_on_eks_has_no_registry_is_refused(region: str) -> None:
    (fault,) = check_place(Place(platform="emr", account="123456789012", region=region))
    assert fault.where == "region"
    assert "us-west-2" in fault.allowed
