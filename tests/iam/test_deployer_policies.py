from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iam.deployer import Artefacts, Deployed, Scope, check_policies, policies
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
AWS_AUTH = policies(SCOPE, Deployed(admins=[ADMIN]))
ACCESS_ENTRY = policies(SCOPE, Deployed(emr_namespaces=["analytics", "risk"], data_may_go=True, fargate=True))
EVERY = [*AWS_AUTH, *ACCESS_ENTRY]
OPEN = {
    "ReadEc2",
    "AddonVersions",
    "MakeJobTemplates",
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
    documents = policies(SCOPE, Deployed(emr_namespaces=names))
    (fault,) = check_policies(documents)
    assert "6144" in fault.allowed
    assert str(max(size(document) for document in documents)) in fault.given


@given(st.lists(st.from_regex(r"\A[a-z][a-z0-9]{0,40}\Z"), max_size=60, unique=True))
def test_packing_loses_and_doubles_no_statement(admins: list[str]) -> None:
    arns = [f"arn:aws:iam::123456789012:role/{name}" for name in admins]
    documents = policies(SCOPE, Deployed(admins=arns))
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


def test_service_linked_roles_are_made_for_four_services_and_never_deleted() -> None:
    linked = "arn:aws:iam::123456789012:role/aws-service-role/x/y"
    for service, expected in (
        ("emr-containers", "allowed"),
        ("eks", "allowed"),
        ("spot", "allowed"),
        ("spotfleet", "implicitDeny"),
    ):
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


def test_a_new_key_gets_the_platforms_tag_and_no_key_of_others_is_claimed_by_it() -> None:
    key = "arn:aws:kms:us-west-2:123456789012:key/1"
    claim = {"aws__RequestTag_of_platform": "emr"}

    def tagging(**context: Any) -> str:
        return outcome(AWS_AUTH, "kms:TagResource", key, **context)

    assert outcome(AWS_AUTH, "kms:CreateKey", "*", **claim) == "allowed"
    assert outcome(AWS_AUTH, "kms:CreateKey", "*") == "implicitDeny"
    assert tagging(**claim) == "allowed"
    assert tagging() == "implicitDeny"
    assert tagging(aws__RequestTag_of_platform="other") == "implicitDeny"
    assert tagging(**claim, aws__ResourceTag_of_platform="other") == "implicitDeny"
    assert tagging(**claim, kms__ResourceAliases=["alias/theirs"]) == "implicitDeny"
    assert tagging(aws__ResourceTag_of_platform="emr", kms__ResourceAliases=["alias/emr-logs"]) == "allowed"


RENAMED = {
    "DeleteBucketEncryption": "PutEncryptionConfiguration",
    "DeleteBucketLifecycle": "PutLifecycleConfiguration",
    "DeleteBucketOwnershipControls": "PutBucketOwnershipControls",
    "DeleteBucketTagging": "PutBucketTagging",
    "DeleteObjects": "DeleteObject",
    "DeletePublicAccessBlock": "PutBucketPublicAccessBlock",
    "HeadObject": "GetObject",
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


def test_objects_are_deleted_only_where_data_may_go_and_none_but_pod_templates_is_read() -> None:
    logs = "arn:aws:s3:::emr-logs-123456789012-us-west-2"
    assert outcome(AWS_AUTH, "s3:DeleteObject", f"{logs}/a") == "implicitDeny"
    assert outcome(ACCESS_ENTRY, "s3:DeleteObject", f"{logs}/a") == "allowed"
    assert outcome(AWS_AUTH, "s3:PutBucketPolicy", logs) == "allowed"
    assert outcome(AWS_AUTH, "s3:PutBucketPolicy", "arn:aws:s3:::emr-other-bucket") == "implicitDeny"
    artefacts = logs.replace("logs", "artefacts")
    for action in ("s3:GetObject", "s3:PutObject"):
        assert outcome(AWS_AUTH, action, f"{artefacts}/risk/pod-templates/driver-1.yaml") == "allowed"
        assert outcome(AWS_AUTH, action, f"{artefacts}/risk/main.py") == "implicitDeny"
        assert outcome(AWS_AUTH, action, f"{logs}/risk/pod-templates/driver-1.yaml") == "implicitDeny"
    assert "secretsmanager:GetSecretValue" not in json.dumps(EVERY)


def test_keys_of_the_platform_are_used_for_its_artefacts_through_s3_and_for_nothing_else() -> None:
    key = "arn:aws:kms:us-west-2:123456789012:key/1"
    right = {
        "aws__ResourceTag_of_platform": "emr",
        "kms__ViaService": "s3.us-west-2.amazonaws.com",
        "kms__EncryptionContext__aws__s3__arn": "arn:aws:s3:::emr-artefacts-123456789012-us-west-2",
    }
    wrong = {
        "aws__ResourceTag_of_platform": "other",
        "kms__ViaService": "dynamodb.us-west-2.amazonaws.com",
        "kms__EncryptionContext__aws__s3__arn": "arn:aws:s3:::emr-logs-123456789012-us-west-2",
    }
    for action in ("kms:Decrypt", "kms:GenerateDataKey"):
        assert outcome(AWS_AUTH, action, key, **right) == "allowed"
        for name, value in wrong.items():
            assert outcome(AWS_AUTH, action, key, **{**right, name: value}) == "implicitDeny"


def test_job_templates_are_made_with_the_platforms_tag_and_told_by_it() -> None:
    template = "arn:aws:emr-containers:us-west-2:123456789012:/jobtemplates/t1"
    for action, resource, key in (
        ("CreateJobTemplate", "*", "aws__RequestTag_of_platform"),
        ("DescribeJobTemplate", template, "aws__ResourceTag_of_platform"),
        ("DeleteJobTemplate", template, "aws__ResourceTag_of_platform"),
    ):
        assert outcome(AWS_AUTH, f"emr-containers:{action}", resource, **{key: "emr"}) == "allowed"
        assert outcome(AWS_AUTH, f"emr-containers:{action}", resource, **{key: "other"}) == "implicitDeny"


def test_pod_templates_go_to_the_bucket_of_others_where_that_is_given() -> None:
    key = "arn:aws:kms:us-west-2:123456789012:key/theirs"
    documents = policies(SCOPE, Deployed(foundation=False, artefacts=Artefacts(bucket="theirs", key_arn=key)))
    assert outcome(documents, "s3:PutObject", "arn:aws:s3:::theirs/risk/pod-templates/driver-1.yaml") == "allowed"
    assert outcome(documents, "s3:PutBucketPolicy", "arn:aws:s3:::theirs") == "implicitDeny"
    through = {
        "kms__ViaService": "s3.us-west-2.amazonaws.com",
        "kms__EncryptionContext__aws__s3__arn": "arn:aws:s3:::theirs",
    }
    assert outcome(documents, "kms:GenerateDataKey", key, **through) == "allowed"
    assert outcome(documents, "kms:GenerateDataKey", key.replace("theirs", "other"), **through) == "implicitDeny"


def test_an_administrator_of_namespaces_gets_these_and_no_others() -> None:
    leads = "arn:aws:iam::123456789012:role/leads"
    documents = policies(SCOPE, Deployed(namespace_admins={leads: ["analytics"]}))
    policy = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSAdminPolicy"

    def asked(*namespaces: str, scope: str = "namespace", entry: str = "leads") -> str:
        context = {"eks__policyArn": policy, "eks__accessScope": scope, "eks__namespaces": list(namespaces)}
        return outcome(documents, "eks:AssociateAccessPolicy", f"{ENTRY}/{entry}/1", **context)

    assert asked("analytics") == "allowed"
    assert asked("analytics", "risk") == "implicitDeny"
    assert asked("analytics", entry="others") == "implicitDeny"
    assert asked(scope="cluster") == "implicitDeny"


def test_a_network_that_is_there_is_used_and_not_changed() -> None:
    documents = policies(SCOPE, Deployed(subnets=["subnet-1"]))
    tag = {"aws__RequestTag_of_platform": "emr"}
    owned = {"aws__ResourceTag_of_platform": "emr"}

    def ec2(action: str, kind: str, **context: str) -> str:
        return outcome(documents, f"ec2:{action}", f"arn:aws:ec2:us-west-2:123456789012:{kind}", **context)

    for action in ("CreateVpc", "CreateSubnet", "CreateNatGateway", "CreateVpcEndpoint", "CreateFlowLogs"):
        assert ec2(action, "vpc/vpc-1", **tag) == "implicitDeny"
        assert outcome(AWS_AUTH, f"ec2:{action}", "arn:aws:ec2:us-west-2:123456789012:vpc/vpc-1", **tag) == "allowed"
    for action in ("DeleteSubnet", "CreateRoute", "ModifyVpcEndpoint"):
        assert ec2(action, "subnet/subnet-1", **owned) == "implicitDeny"
    assert ec2("CreateSecurityGroup", "security-group/*", **tag) == "allowed"
    assert ec2("RunInstances", "subnet/subnet-1") == "allowed"
    assert ec2("RunInstances", "subnet/subnet-2") == "implicitDeny"


def test_on_a_cluster_of_others_neither_it_nor_its_stores_are_touched() -> None:
    scope = Scope(platform="emr", account="123456789012", region="us-west-2", of_others="shared")
    documents = policies(scope, Deployed(subnets=["subnet-1"], foundation=False))
    shared = CLUSTER.replace("cluster/emr", "cluster/shared")
    assert outcome(documents, "eks:DescribeCluster", shared) == "allowed"
    assert outcome(documents, "eks:DescribeCluster", CLUSTER) == "implicitDeny"
    for action in ("eks:CreateCluster", "eks:DeleteCluster", "eks:UpdateClusterConfig", "eks:CreateAddon"):
        assert outcome(documents, action, shared) == "implicitDeny"
    assert outcome(documents, "eks:CreateAccessEntry", shared, eks__principalArn=EMR) == "explicitDeny"
    text = json.dumps(documents)
    assert not any(f'"{service}:' in text for service in ("cloudtrail", "sns"))
    for action in ("s3:CreateBucket", "s3:PutBucketPolicy", "s3:DeleteBucket", "kms:PutKeyPolicy", "kms:CreateKey"):
        assert f'"{action}"' not in text
    group = "arn:aws:logs:us-west-2:123456789012:log-group:/emr/emr/analytics"
    assert outcome(documents, "logs:CreateLogGroup", group) == "allowed"
    assert outcome(documents, "logs:CreateLogGroup", group.replace("/emr/emr", "/aws/eks")) == "implicitDeny"


def test_karpenters_identity_and_queue_are_the_deployers_where_the_platform_is() -> None:
    queue, rule = "arn:aws:sqs:us-west-2:123456789012:emr-karpenter", "arn:aws:events:us-west-2:123456789012:rule"
    worker = "arn:aws:iam::123456789012:role/emr-worker"
    without = policies(SCOPE, Deployed(platform=False))
    for action, resource, context in (
        ("sqs:CreateQueue", queue, {}),
        ("events:PutRule", f"{rule}/emr-karpenter-spot", {}),
        ("eks:CreateAccessEntry", CLUSTER, {"eks__principalArn": worker}),
        ("iam:CreateInstanceProfile", worker.replace("role/", "instance-profile/"), {}),
        ("iam:PassRole", worker, {"iam__PassedToService": "ec2.amazonaws.com"}),
    ):
        assert outcome(AWS_AUTH, action, resource, **context) == "allowed", action
        assert outcome(without, action, resource, **context) == "implicitDeny", action
    assert outcome(AWS_AUTH, "sqs:CreateQueue", f"{queue}-other") == "implicitDeny"
    assert outcome(AWS_AUTH, "events:PutRule", f"{rule}/other") == "implicitDeny"


def test_bus_rules_and_queues_of_job_events_are_the_deployers_and_no_others() -> None:
    events, sqs = "arn:aws:events:us-west-2:123456789012", "arn:aws:sqs:us-west-2:123456789012"
    role = "arn:aws:iam::123456789012:role/emr-events"
    without = policies(SCOPE, Deployed(platform=False))
    for action, resource, context in (
        ("events:CreateEventBus", f"{events}:event-bus/emr-events", {}),
        ("events:PutTargets", f"{events}:rule/emr-events", {}),
        ("iam:PassRole", role, {"iam__PassedToService": "events.amazonaws.com"}),
    ):
        assert outcome(AWS_AUTH, action, resource, **context) == "allowed", action
        assert outcome(without, action, resource, **context) == "implicitDeny", action
    for documents in (AWS_AUTH, without):
        assert outcome(documents, "events:PutRule", f"{events}:rule/emr-events/emr-risk-job-events") == "allowed"
        assert outcome(documents, "sqs:CreateQueue", f"{sqs}:emr-risk-job-events") == "allowed"
        assert outcome(documents, "sqs:CreateQueue", f"{sqs}:emr-risk-job-events-dead") == "allowed"
        assert outcome(documents, "sqs:CreateQueue", f"{sqs}:emr-risk-orders") == "implicitDeny"
        assert outcome(documents, "sqs:ReceiveMessage", f"{sqs}:emr-risk-job-events") == "implicitDeny"
    assert outcome(AWS_AUTH, "events:CreateEventBus", f"{events}:event-bus/other") == "implicitDeny"
    assert outcome(AWS_AUTH, "iam:PassRole", role, iam__PassedToService="ec2.amazonaws.com") == "implicitDeny"


def test_only_where_a_tenant_is_on_fargate_the_deployer_makes_profiles_and_their_roles() -> None:
    role = "arn:aws:iam::123456789012:role/emr-risk-fargate.pods"
    job = "arn:aws:iam::123456789012:role/emr-risk-fargate"
    profile = "arn:aws:eks:us-west-2:123456789012:fargateprofile/emr/emr-risk/1"
    policy = "arn:aws:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy"
    passed = {"iam__PassedToService": "eks-fargate-pods.amazonaws.com"}
    asked: list[tuple[str, str, dict[str, str]]] = [
        ("eks:CreateFargateProfile", CLUSTER, {}),
        ("eks:DescribeFargateProfile", profile, {}),
        ("eks:DeleteFargateProfile", profile, {}),
        ("eks:TagResource", profile, {}),
        ("iam:PassRole", role, passed),
        ("iam:AttachRolePolicy", role, {"iam__PolicyARN": policy}),
    ]
    for action, resource, context in asked:
        assert outcome(ACCESS_ENTRY, action, resource, **context) == "allowed", action
        assert outcome(AWS_AUTH, action, resource, **context) == "implicitDeny", action
    assert outcome(ACCESS_ENTRY, "iam:PassRole", job, **passed) == "implicitDeny"
    assert outcome(ACCESS_ENTRY, "iam:AttachRolePolicy", job, iam__PolicyARN=policy) == "implicitDeny"
    other = profile.replace("emr-risk", "other")
    assert outcome(ACCESS_ENTRY, "eks:DeleteFargateProfile", other) == "implicitDeny"
