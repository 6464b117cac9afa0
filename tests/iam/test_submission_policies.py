from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from iam import abac, submission
from iam.evaluation import Request, evaluate
from iam.s3 import of_tenant

ROLES = tuple(f"arn:aws:iam::123456789012:role/emr-analytics-{name}" for name in ("etl", "report"))
TENANCY = submission.Tenancy(
    account="123456789012",
    region="us-west-2",
    decisive={"platform": "emr", "tenant": "analytics"},
    fixed=("platform", "tenant", "owner", "cost-centre"),
    role_arns=ROLES,
)
CLUSTER = "arn:aws:emr-containers:us-west-2:123456789012:/virtualclusters/abc"
RUN = f"{CLUSTER}/jobruns/1"
OURS = {"aws:ResourceTag/platform": "emr", "aws:ResourceTag/tenant": "analytics"}
GIVEN = {"aws:RequestTag/platform": "emr", "aws:RequestTag/tenant": "analytics"}
START = {**OURS, **GIVEN, "emr-containers:ExecutionRoleArn": ROLES[0]}
LOGS_KEY = "arn:aws:kms:us-west-2:123456789012:key/logs"
SUBMIT = submission.submit(TENANCY)
DEBUG = submission.debug(
    TENANCY, log_group="/emr/emr/analytics", logs=of_tenant("emr-logs", "analytics"), logs_key=LOGS_KEY
)
EKS = "arn:aws:eks:us-west-2:123456789012:cluster/emr"
MANAGE = submission.manage(TENANCY, cluster_arn=EKS, by_pod_identity=True)


def outcome(policy: dict[str, Any], action: str, resource: str, context: dict[str, Any] | None = None) -> str:
    return evaluate([policy], Request(action=action, resource=resource, context=context or {})).outcome


def allowed(policy: dict[str, Any], action: str, resource: str, context: dict[str, Any] | None = None) -> bool:
    return outcome(policy, action, resource, context) == "allowed"


@pytest.mark.covers("PM-08", "TG-06")
def test_a_job_starts_as_a_role_of_the_tenant_on_its_cluster_with_its_tags() -> None:
    for role in ROLES:
        context = {**START, "emr-containers:ExecutionRoleArn": role}
        assert allowed(SUBMIT, "emr-containers:StartJobRun", CLUSTER, context)


@pytest.mark.covers("PM-08", "ER-03")
@pytest.mark.parametrize("key", START)
def test_a_job_that_misses_one_condition_does_not_start(key: str) -> None:
    without = {each: value for each, value in START.items() if each != key}
    assert not allowed(SUBMIT, "emr-containers:StartJobRun", CLUSTER, without)
    assert not allowed(SUBMIT, "emr-containers:StartJobRun", CLUSTER, {**START, key: f"{START[key]}2"})


def test_a_cluster_of_another_account_or_region_is_closed() -> None:
    for other in (CLUSTER.replace("123456789012", "210987654321"), CLUSTER.replace("us-west-2", "us-east-1")):
        assert not allowed(SUBMIT, "emr-containers:StartJobRun", other, START)


@pytest.mark.parametrize("action", ["DescribeJobRun", "CancelJobRun", "TagResource", "UntagResource"])
def test_job_runs_are_judged_by_their_own_tags(action: str) -> None:
    assert allowed(SUBMIT, f"emr-containers:{action}", RUN, OURS)
    for key in OURS:
        assert not allowed(SUBMIT, f"emr-containers:{action}", RUN, {**OURS, key: "other"})
    assert not allowed(SUBMIT, f"emr-containers:{action}", RUN)


def test_lists_and_descriptions_of_virtual_clusters_need_the_tags() -> None:
    assert allowed(SUBMIT, "emr-containers:ListVirtualClusters", "*")
    for action in ("emr-containers:ListJobRuns", "emr-containers:DescribeVirtualCluster"):
        assert allowed(SUBMIT, action, CLUSTER, OURS)
        assert not allowed(SUBMIT, action, CLUSTER, {**OURS, "aws:ResourceTag/tenant": "risk"})
    assert not allowed(SUBMIT, "emr-containers:DeleteVirtualCluster", CLUSTER, OURS)


@pytest.mark.covers("PM-14", "PM-15")
@pytest.mark.parametrize("policy", [SUBMIT, DEBUG, MANAGE])
@pytest.mark.parametrize("action", ["emr-containers:TagResource", "emr-containers:UntagResource"])
@pytest.mark.parametrize("key", ["tenant", "platform", "owner", "cost-centre", "Tenant"])
def test_tags_that_decide_are_denied_to_all(policy: dict[str, Any], action: str, key: str) -> None:
    for resource in (CLUSTER, RUN):
        assert outcome(policy, action, resource, {**OURS, "aws:TagKeys": ["note", key]}) == "explicitDeny"
    assert outcome(policy, action, RUN, {**OURS, "aws:TagKeys": ["note"]}) != "explicitDeny"


def test_a_tenant_of_templates_starts_jobs_by_these_templates_only() -> None:
    policy = submission.submit(replace(TENANCY, template_ids=("t1",)))
    template = "arn:aws:emr-containers:us-west-2:123456789012:/jobtemplates/t1"
    start = {**START, "emr-containers:JobTemplateArn": template}
    assert allowed(policy, "emr-containers:StartJobRun", CLUSTER, start)
    assert allowed(policy, "emr-containers:DescribeJobTemplate", template)
    assert not allowed(policy, "emr-containers:StartJobRun", CLUSTER, START)
    other = {**start, "emr-containers:JobTemplateArn": f"{template}2"}
    assert not allowed(policy, "emr-containers:StartJobRun", CLUSTER, other)
    assert not allowed(policy, "emr-containers:DescribeJobTemplate", f"{template}2")


def test_debugging_reads_the_tenants_logs_only() -> None:
    through_s3 = {"kms:ViaService": "s3.us-west-2.amazonaws.com"}
    group = "arn:aws:logs:us-west-2:123456789012:log-group"
    assert allowed(DEBUG, "s3:GetObject", "arn:aws:s3:::emr-logs/analytics/x/stdout.gz")
    assert not allowed(DEBUG, "s3:GetObject", "arn:aws:s3:::emr-logs/analytics-2/x/stdout.gz")
    assert allowed(DEBUG, "s3:ListBucket", "arn:aws:s3:::emr-logs", {"s3:prefix": "analytics/x/"})
    assert not allowed(DEBUG, "s3:ListBucket", "arn:aws:s3:::emr-logs", {"s3:prefix": ""})
    assert allowed(DEBUG, "kms:Decrypt", LOGS_KEY, through_s3)
    assert not allowed(DEBUG, "kms:Decrypt", LOGS_KEY)
    assert allowed(DEBUG, "logs:GetLogEvents", f"{group}:/emr/emr/analytics:log-stream:driver")
    assert not allowed(DEBUG, "logs:GetLogEvents", f"{group}:/emr/emr/analytics-2:log-stream:driver")
    assert not allowed(DEBUG, "emr-containers:StartJobRun", CLUSTER, START)
    assert not allowed(DEBUG, "emr-containers:CancelJobRun", RUN, OURS)


@pytest.mark.covers("PM-02", "PM-12")
def test_managing_makes_and_changes_the_tenants_virtual_cluster_only() -> None:
    assert allowed(MANAGE, "emr-containers:CreateVirtualCluster", "*", GIVEN)
    for key in GIVEN:
        assert not allowed(MANAGE, "emr-containers:CreateVirtualCluster", "*", {**GIVEN, key: "other"})
    for action in ("DeleteVirtualCluster", "UpdateVirtualCluster", "DescribeVirtualCluster"):
        assert allowed(MANAGE, f"emr-containers:{action}", CLUSTER, OURS)
        assert not allowed(MANAGE, f"emr-containers:{action}", CLUSTER, {**OURS, "aws:ResourceTag/tenant": "risk"})


@pytest.mark.covers("PM-19")
@pytest.mark.parametrize("action", ["DeleteVirtualCluster", "UpdateVirtualCluster"])
def test_destruction_may_be_tied_to_multi_factor_authentication(action: str) -> None:
    tied = submission.manage(TENANCY, cluster_arn=EKS, by_pod_identity=True, with_mfa=True)
    for present, expected in (("true", True), ("false", False)):
        context = {**OURS, "aws:MultiFactorAuthPresent": present}
        assert allowed(tied, f"emr-containers:{action}", CLUSTER, context) == expected
    assert not allowed(tied, f"emr-containers:{action}", CLUSTER, OURS)
    strangers = {**OURS, "aws:ResourceTag/tenant": "risk", "aws:MultiFactorAuthPresent": "true"}
    assert not allowed(tied, f"emr-containers:{action}", CLUSTER, strangers)
    assert allowed(tied, "emr-containers:DescribeVirtualCluster", CLUSTER, OURS)
    assert allowed(MANAGE, f"emr-containers:{action}", CLUSTER, OURS)


@pytest.mark.covers("PM-03")
def test_the_service_linked_role_is_emrs_alone() -> None:
    role = "arn:aws:iam::123456789012:role/aws-service-role/emr-containers.amazonaws.com/"
    role += "AWSServiceRoleForAmazonEMRContainers"
    emr = {"iam:AWSServiceName": "emr-containers.amazonaws.com"}
    assert allowed(MANAGE, "iam:CreateServiceLinkedRole", role, emr)
    assert not allowed(MANAGE, "iam:CreateServiceLinkedRole", role, {"iam:AWSServiceName": "eks.amazonaws.com"})


def test_roles_are_passed_to_pod_identity_of_the_cluster_only() -> None:
    passing = {"iam:PassedToService": "pods.eks.amazonaws.com", "iam:AssociatedResourceARN": EKS}
    assert allowed(MANAGE, "iam:PassRole", ROLES[0], passing)
    assert not allowed(MANAGE, "iam:PassRole", "arn:aws:iam::123456789012:role/emr-risk-job", passing)
    assert not allowed(MANAGE, "iam:PassRole", ROLES[0], {**passing, "iam:PassedToService": "ec2.amazonaws.com"})
    assert not allowed(MANAGE, "iam:PassRole", ROLES[0], {**passing, "iam:AssociatedResourceARN": f"{EKS}2"})
    without = submission.manage(TENANCY, cluster_arn=EKS, by_pod_identity=False)
    assert not allowed(without, "iam:PassRole", ROLES[0], passing)


def statement(effect: str, actions: list[str], operator: str, key: str, value: str) -> dict[str, Any]:
    """A statement as the guide prints it."""
    names = [f"emr-containers:{action}" for action in actions]
    return {"Effect": effect, "Action": names, "Resource": "*", "Condition": {operator: {key: value}}}


@pytest.mark.covers("PM-10", "PM-11", "PM-12", "PM-13")
def test_the_statements_about_tags_are_the_guides() -> None:
    dev, create = {"department": "dev"}, ["emr-containers:CreateVirtualCluster"]
    assert abac.only_tagged(["emr-containers:DescribeVirtualCluster"], "*", dev) == statement(
        "Allow", ["DescribeVirtualCluster"], "StringEquals", "aws:ResourceTag/department", "dev"
    )
    assert abac.created_with(create, "*", dev) == statement(
        "Allow", ["CreateVirtualCluster"], "StringEquals", "aws:RequestTag/department", "dev"
    )
    assert abac.created_with_any(create, "*", "department") == statement(
        "Allow", ["CreateVirtualCluster"], "Null", "aws:RequestTag/department", "false"
    )


@pytest.mark.covers("PM-14")
def test_the_denial_of_tag_changes_has_the_sense_of_the_guides_text() -> None:
    printed = statement(
        "Deny", ["TagResource", "UntagResource"], "StringNotEquals", "aws:ResourceTag/department", "dev"
    )
    ours = abac.tags_stay("*", {"department": "dev"})
    assert ours != printed
    assert json.dumps(ours) == json.dumps(printed).replace("StringNotEquals", "StringEquals")


@pytest.mark.covers("PM-02", "PM-04")
def test_the_guides_actions_are_there_but_those_of_the_application_ui() -> None:
    def actions(policy: dict[str, Any]) -> set[str]:
        return {action for each in policy["Statement"] if each["Effect"] == "Allow" for action in each["Action"]}

    jobs = {"StartJobRun", "ListJobRuns", "DescribeJobRun", "CancelJobRun", "ListVirtualClusters"}
    clusters = {"CreateVirtualCluster", "ListVirtualClusters", "DescribeVirtualCluster", "DeleteVirtualCluster"}
    assert {f"emr-containers:{each}" for each in jobs} <= actions(SUBMIT)
    assert {"iam:CreateServiceLinkedRole", *(f"emr-containers:{each}" for each in clusters)} <= actions(MANAGE)
    reading = {"s3:GetObject", "s3:ListBucket", "logs:DescribeLogGroups", "logs:DescribeLogStreams"}
    assert reading <= actions(DEBUG)
    assert not any(action.startswith("elasticmapreduce:") for action in actions(DEBUG))


@pytest.mark.covers("PM-07")
@pytest.mark.parametrize("policy", [SUBMIT, DEBUG, MANAGE])
def test_only_what_has_no_arn_is_allowed_on_everything(policy: dict[str, Any]) -> None:
    everywhere = {a for each in policy["Statement"] if each["Resource"] == "*" for a in each["Action"]}
    assert everywhere <= {"emr-containers:ListVirtualClusters", "emr-containers:CreateVirtualCluster"}
