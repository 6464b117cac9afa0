from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iam.deployer import Scope, check_policies, policies
from iam.documents import MANAGED_POLICY, size
from iam.evaluation import Request, evaluate
from local.aws.providers.aws.registry import rows
from local.aws.providers.aws.rows import Call

if TYPE_CHECKING:
    from local.aws.providers.aws.rows import Row

SCOPE = Scope(platform="emr", account="123456789012", region="us-west-2")
ADMIN = "arn:aws:iam::123456789012:role/admins/ops"
EMR = (
    "arn:aws:iam::123456789012:role/aws-service-role/emr-containers.amazonaws.com/AWSServiceRoleForAmazonEMRContainers"
)
CLUSTER = "arn:aws:eks:us-west-2:123456789012:cluster/emr"
ENTRY = "arn:aws:eks:us-west-2:123456789012:access-entry/emr/role/123456789012"
AWS_AUTH = policies(SCOPE, admins=[ADMIN], emr_namespaces=None, data_may_go=False)
ACCESS_ENTRY = policies(SCOPE, admins=[], emr_namespaces=["analytics", "risk"], data_may_go=True)
EVERY = [*AWS_AUTH, *ACCESS_ENTRY]
OPEN = {
    "ReadEc2",
    "AddonVersions",
    "MakeVirtualClusters",
    "FindVirtualClusters",
    "FindRoles",
    "MakeKeys",
    "FindAliases",
    "FindTrails",
    "Subscriptions",
}
"""Statements about every resource: each has its reason beside it."""


def outcome(documents: tuple[dict[str, Any], ...], action: str, resource: str, **context: Any) -> str:
    """Keys of the context are written with two underscores for the colon."""
    given = {name.replace("__", ":").replace("_of_", "/"): value for name, value in context.items()}
    return evaluate(documents, Request(action=action, resource=resource, context=given)).outcome


def statements(documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [statement for document in documents for statement in document["Statement"]]


def test_no_action_is_a_wildcard_and_only_named_statements_are_about_everything() -> None:
    for statement in statements(EVERY):
        assert "*" not in json.dumps(statement["Action"]), statement["Sid"]
        assert (statement["Resource"] == "*") == (statement["Sid"] in OPEN)


def test_each_document_fits_a_managed_policy_and_is_named_once() -> None:
    for documents in (AWS_AUTH, ACCESS_ENTRY):
        assert all(size(document) <= 6144 for document in documents)
        sids = [statement["Sid"] for statement in statements(list(documents))]
        assert len(sids) == len(set(sids))
        assert all(sid.isalnum() for sid in sids)
        assert check_policies(documents) == []


def test_too_many_tenants_for_one_statement_are_refused_with_the_number() -> None:
    names = [f"tenant-{number:07}" for number in range(400)]
    documents = policies(SCOPE, admins=[], emr_namespaces=names, data_may_go=False)
    (fault,) = check_policies(documents)
    assert "6144" in fault.allowed
    assert str(max(size(document) for document in documents)) in fault.given


@given(st.lists(st.from_regex(r"\A[a-z][a-z0-9]{0,40}\Z"), max_size=60, unique=True))
def test_packing_loses_and_doubles_no_statement(admins: list[str]) -> None:
    arns = [f"arn:aws:iam::123456789012:role/{name}" for name in admins]
    documents = policies(SCOPE, admins=arns, emr_namespaces=None, data_may_go=False)
    assert all(size(document) <= MANAGED_POLICY.characters or len(document["Statement"]) == 1 for document in documents)
    sids = [statement["Sid"] for statement in statements(list(documents))]
    assert len(sids) == len(set(sids))
    assert {"EmrComesInByAwsAuth", "ReadEc2", "Subscriptions"} <= set(sids)
    assert ("Admins" in sids) == bool(admins)


def test_in_mode_aws_auth_emr_cannot_make_an_access_entry_with_the_deployers_rights() -> None:
    assert outcome(AWS_AUTH, "eks:CreateAccessEntry", CLUSTER, eks__principalArn=EMR) == "explicitDeny"
    assert outcome(AWS_AUTH, "eks:CreateAccessEntry", CLUSTER, eks__principalArn=ADMIN) == "allowed"
    other = ADMIN.replace("ops", "others")
    assert outcome(AWS_AUTH, "eks:CreateAccessEntry", CLUSTER, eks__principalArn=other) == "implicitDeny"


@pytest.mark.covers("PM-02")
def test_the_deployer_manages_virtual_clusters_of_the_platform_and_no_others() -> None:
    own = "arn:aws:emr-containers:us-west-2:123456789012:/virtualclusters/1"
    tag = {"aws__RequestTag_of_platform": "emr"}
    assert outcome(AWS_AUTH, "emr-containers:CreateVirtualCluster", "*", **tag) == "allowed"
    assert outcome(AWS_AUTH, "emr-containers:CreateVirtualCluster", "*") == "implicitDeny"
    assert outcome(AWS_AUTH, "emr-containers:ListVirtualClusters", "*") == "allowed"
    for action in ("emr-containers:DescribeVirtualCluster", "emr-containers:DeleteVirtualCluster"):
        assert outcome(AWS_AUTH, action, own, aws__ResourceTag_of_platform="emr") == "allowed"
        assert outcome(AWS_AUTH, action, own, aws__ResourceTag_of_platform="other") == "implicitDeny"


@pytest.mark.covers("PM-02")
def test_emrs_own_entry_reaches_the_namespaces_of_tenants_and_nothing_else() -> None:
    entry = f"{ENTRY}/AWSServiceRoleForAmazonEMRContainers/1"
    assert outcome(ACCESS_ENTRY, "eks:CreateAccessEntry", CLUSTER, eks__principalArn=EMR) == "allowed"
    for action in ("DescribeAccessEntry", "DeleteAccessEntry", "ListAssociatedAccessPolicies"):
        assert outcome(ACCESS_ENTRY, f"eks:{action}", entry) == "allowed"
        assert outcome(ACCESS_ENTRY, f"eks:{action}", f"{ENTRY}/ops/1") == "implicitDeny"
    for action in ("eks:AssociateAccessPolicy", "eks:DisassociateAccessPolicy"):

        def asked(scope: str, *namespaces: str, action: str = action) -> str:
            context = {"eks__accessScope": scope, "eks__namespaces": list(namespaces)}
            return outcome(ACCESS_ENTRY, action, entry, **context)

        assert asked("namespace", "analytics", "risk") == "allowed"
        assert asked("namespace", "analytics", "kube-system") == "implicitDeny"
        assert asked("cluster") == "implicitDeny"


def test_administrators_get_the_cluster_and_nobody_else_anything() -> None:
    admin = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"
    context = {"eks__policyArn": admin, "eks__accessScope": "cluster"}
    associate = "eks:AssociateAccessPolicy"
    assert outcome(AWS_AUTH, associate, f"{ENTRY}/ops/1", **context) == "allowed"
    assert outcome(AWS_AUTH, associate, f"{ENTRY}/others/1", **context) == "implicitDeny"
    view = {**context, "eks__policyArn": admin.replace("ClusterAdmin", "View")}
    assert outcome(AWS_AUTH, associate, f"{ENTRY}/ops/1", **view) == "implicitDeny"


def test_each_role_is_passed_to_its_own_service_only() -> None:
    def passing(role: str, service: str) -> str:
        arn = f"arn:aws:iam::123456789012:role/{role}"
        return outcome(AWS_AUTH, "iam:PassRole", arn, iam__PassedToService=f"{service}.amazonaws.com")

    assert passing("emr-node", "ec2") == "allowed"
    assert passing("emr-cluster", "eks") == "allowed"
    assert passing("emr-audit", "cloudtrail") == "allowed"
    assert passing("emr-cluster", "ec2") == "implicitDeny"
    assert passing("emr-analytics-etl", "ec2") == "implicitDeny"
    assert passing("admin", "ec2") == "implicitDeny"


def test_roles_of_others_and_other_managed_policies_are_out_of_reach() -> None:
    role, policy = "arn:aws:iam::123456789012:role/emr-node", "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy"
    assert outcome(AWS_AUTH, "iam:AttachRolePolicy", role, iam__PolicyARN=policy) == "allowed"
    other = "arn:aws:iam::aws:policy/AdministratorAccess"
    assert outcome(AWS_AUTH, "iam:AttachRolePolicy", role, iam__PolicyARN=other) == "implicitDeny"
    assert outcome(AWS_AUTH, "iam:CreateRole", role) == "allowed"
    assert outcome(AWS_AUTH, "iam:CreateRole", role.replace("emr-node", "other-node")) == "implicitDeny"


def test_service_linked_roles_are_made_for_three_services_and_never_deleted() -> None:
    linked = "arn:aws:iam::123456789012:role/aws-service-role/x/y"
    for service, expected in (("emr-containers", "allowed"), ("eks", "allowed"), ("spotfleet", "implicitDeny")):
        context = {"iam__AWSServiceName": f"{service}.amazonaws.com"}
        assert outcome(AWS_AUTH, "iam:CreateServiceLinkedRole", linked, **context) == expected
    assert "DeleteServiceLinkedRole" not in json.dumps(AWS_AUTH)


def test_the_network_of_another_platform_is_out_of_reach() -> None:
    vpc = "arn:aws:ec2:us-west-2:123456789012:vpc/vpc-1"
    assert outcome(AWS_AUTH, "ec2:DeleteVpc", vpc, aws__ResourceTag_of_platform="emr") == "allowed"
    assert outcome(AWS_AUTH, "ec2:DeleteVpc", vpc, aws__ResourceTag_of_platform="other") == "implicitDeny"
    assert outcome(AWS_AUTH, "ec2:DeleteVpc", vpc) == "implicitDeny"
    assert outcome(AWS_AUTH, "ec2:CreateVpc", vpc, aws__RequestTag_of_platform="emr") == "allowed"
    assert outcome(AWS_AUTH, "ec2:CreateVpc", vpc) == "implicitDeny"


def test_a_group_that_bears_no_tag_can_be_claimed_and_one_of_others_cannot() -> None:
    group = "arn:aws:ec2:us-west-2:123456789012:security-group/sg-1"
    claim = {"aws__RequestTag_of_platform": "emr"}
    assert outcome(AWS_AUTH, "ec2:CreateTags", group, **claim) == "allowed"
    owned = {**claim, "aws__ResourceTag_of_platform": "other"}
    assert outcome(AWS_AUTH, "ec2:CreateTags", group, **owned) == "implicitDeny"
    assert outcome(AWS_AUTH, "ec2:CreateTags", group.replace("security-group", "vpc"), **claim) == "implicitDeny"


RENAMED = {
    "DeleteBucketEncryption": "PutEncryptionConfiguration",
    "DeleteBucketLifecycle": "PutLifecycleConfiguration",
    "DeleteBucketOwnershipControls": "PutBucketOwnershipControls",
    "DeleteBucketTagging": "PutBucketTagging",
    "DeleteObjects": "DeleteObject",
    "DeletePublicAccessBlock": "PutBucketPublicAccessBlock",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "HeadBucket": "ListBucket",
    "ListObjectVersions": "ListBucketVersions",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
}
"""S3's operations whose action has another name (S3 User Guide, "Required permissions for S3 API operations")."""


def operations(row: Row) -> set[str]:
    """All API operations of the stand-in's resource, but those written in code."""
    calls = [row.create, row.delete, *row.reads, *(each for each in row.updates if isinstance(each, Call))]
    tags = {row.tags.tag, row.tags.untag} if row.tags else set()
    return {each.operation for each in calls if each} | tags


def test_every_operation_on_a_bucket_is_allowed() -> None:
    made = {operation for row, _ in rows("s3").values() for operation in operations(row)}
    made |= {"ListObjectVersions", "DeleteObjects"}
    assert {"CreateBucket", "PutBucketPolicy", "GetBucketVersioning"} <= made
    allowed = {action for each in statements([*ACCESS_ENTRY]) for action in each["Action"] if each["Effect"] == "Allow"}
    assert {f"s3:{RENAMED.get(operation, operation)}" for operation in made} - allowed == set()


def test_objects_are_deleted_only_where_data_may_go_and_never_read() -> None:
    logs = "arn:aws:s3:::emr-logs-123456789012-us-west-2"
    assert outcome(AWS_AUTH, "s3:DeleteObject", f"{logs}/a") == "implicitDeny"
    assert outcome(ACCESS_ENTRY, "s3:DeleteObject", f"{logs}/a") == "allowed"
    assert outcome(AWS_AUTH, "s3:PutBucketPolicy", logs) == "allowed"
    assert outcome(AWS_AUTH, "s3:PutBucketPolicy", "arn:aws:s3:::emr-other-bucket") == "implicitDeny"
    for action in ("s3:GetObject", "kms:Decrypt", "secretsmanager:GetSecretValue"):
        assert f'"{action}"' not in json.dumps(EVERY)
