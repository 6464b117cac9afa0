"""The policies that the EMR on EKS guide prints, next to ours: what is the same, and by name what is not.

Each sample is an action on a resource, as printed. `wider` lists what ours allows beyond it and why, `missing` what
ours does not allow and why; a difference that nobody has named fails.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from iam import execution, submission
from iam.deployer import Deployed, Scope, policies
from iam.evaluation import Request, evaluate
from iam.s3 import of_tenant, prefix

KEYS = "arn:aws:kms:us-west-2:123456789012:key"
TENANCY = submission.Tenancy(
    account="123456789012",
    region="us-west-2",
    decisive={"platform": "emr", "tenant": "analytics"},
    fixed=("platform", "tenant"),
    role_arns=("arn:aws:iam::123456789012:role/emr-analytics-job",),
    template_ids=(),
)
EXECUTION = execution.permissions(
    region="us-west-2",
    account="123456789012",
    log_group="/emr/emr/analytics",
    logs=of_tenant("emr-logs", "analytics"),
    logs_key=f"{KEYS}/logs",
    artefacts=of_tenant("emr-artefacts", "analytics"),
    artefacts_key=f"{KEYS}/data",
    read=[prefix("s3://lake/curated/")],
    write=[prefix("s3://lake/analytics/")],
)
SUBMIT = submission.submit(TENANCY)
DEBUG = submission.debug(
    TENANCY, log_group="/emr/emr/analytics", logs=of_tenant("emr-logs", "analytics"), logs_key=f"{KEYS}/logs"
)
MANAGE = submission.manage(TENANCY, cluster_arn="arn:aws:eks:us-west-2:123456789012:cluster/emr", by_pod_identity=False)


@dataclass(frozen=True, kw_only=True)
class Sample:
    """A policy of the guide, and how ours differs from it."""

    section: str
    printed: str
    ours: dict[str, Any]
    wider: dict[str, str] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)


STATE_FIRST = "the section itself advises it: the virtual cluster's state is checked before a job is submitted"
TAGS = "job runs are found by tags"
KMS = "the platform's buckets are encrypted with keys of ours; the sample has none"
NO_SCOPE = "the application UI knows neither virtual cluster nor tag, so it would show other tenants' jobs"
WHOLE = "the sample's pattern, written out, and only the part that reads events"
SAMPLES = (
    Sample(
        section="Create a job execution role",
        printed="s3:PutObject s3:GetObject s3:ListBucket "
        "logs:PutLogEvents logs:CreateLogStream logs:DescribeLogGroups logs:DescribeLogStreams",
        ours=EXECUTION,
        wider={
            "kms:Decrypt": KMS,
            "kms:GenerateDataKey": KMS,
            "s3:AbortMultipartUpload": "Spark's committers end uploads in parts",
            "s3:DeleteObject": "a job that overwrites a table deletes what was there",
            "s3:ListMultipartUploadParts": "Spark's committers end uploads in parts",
        },
    ),
    Sample(
        section="Permissions for submitting jobs",
        printed="emr-containers:StartJobRun emr-containers:ListJobRuns emr-containers:DescribeJobRun "
        "emr-containers:CancelJobRun",
        ours=SUBMIT,
        wider={
            "emr-containers:DescribeVirtualCluster": STATE_FIRST,
            "emr-containers:ListVirtualClusters": STATE_FIRST,
            "emr-containers:ListTagsForResource": TAGS,
            "emr-containers:TagResource": TAGS,
            "emr-containers:UntagResource": TAGS,
        },
    ),
    Sample(
        section="Permissions for debugging and monitoring",
        printed="emr-containers:DescribeJobRun elasticmapreduce:CreatePersistentAppUI "
        "elasticmapreduce:DescribePersistentAppUI elasticmapreduce:GetPersistentAppUIPresignedURL "
        "s3:GetObject s3:ListBucket logs:Get* logs:DescribeLogGroups logs:DescribeLogStreams",
        ours=DEBUG,
        wider={
            "emr-containers:DescribeVirtualCluster": STATE_FIRST,
            "emr-containers:ListJobRuns": "a job run is found by listing",
            "emr-containers:ListTagsForResource": TAGS,
            "emr-containers:ListVirtualClusters": STATE_FIRST,
            "kms:Decrypt": KMS,
            "logs:FilterLogEvents": "logs are searched",
            "logs:StartQuery": "logs are searched",
            "logs:GetLogEvents": WHOLE,
            "logs:GetLogGroupFields": WHOLE,
            "logs:GetLogRecord": WHOLE,
            "logs:GetQueryResults": WHOLE,
        },
        missing={
            "elasticmapreduce:CreatePersistentAppUI": NO_SCOPE,
            "elasticmapreduce:DescribePersistentAppUI": NO_SCOPE,
            "elasticmapreduce:GetPersistentAppUIPresignedURL": NO_SCOPE,
            "logs:Get*": WHOLE,
        },
    ),
    Sample(
        section="Permissions for managing virtual clusters",
        printed="iam:CreateServiceLinkedRole emr-containers:CreateVirtualCluster emr-containers:ListVirtualClusters "
        "emr-containers:DescribeVirtualCluster emr-containers>DeleteVirtualCluster",
        ours=MANAGE,
        wider={
            "emr-containers:DeleteVirtualCluster": "the sample has > for the colon, so it is no action at all",
            "emr-containers:DescribeJobRun": "jobs are ended before their virtual cluster is",
            "emr-containers:ListJobRuns": "jobs are ended before their virtual cluster is",
            "emr-containers:ListTagsForResource": TAGS,
            "emr-containers:UpdateVirtualCluster": "the action is younger than the section",
        },
        missing={"emr-containers>DeleteVirtualCluster": "the sample has > for the colon, so it is no action at all"},
    ),
)


def granted(policy: dict[str, Any]) -> set[str]:
    actions = (each["Action"] for each in policy["Statement"] if each["Effect"] == "Allow")
    return {action for some in actions for action in ([some] if isinstance(some, str) else some)}


@pytest.mark.covers("ID-11", "ID-13", "PM-02", "PM-04", "PM-05", "PM-06")
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.section)
def test_the_actions_are_the_guides_but_for_the_differences_that_are_named(sample: Sample) -> None:
    printed = set(sample.printed.split())
    assert granted(sample.ours) - printed == set(sample.wider)
    assert printed - granted(sample.ours) == set(sample.missing)


@pytest.mark.covers("PM-07", "ID-16")
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.section)
def test_where_the_guide_says_every_resource_ours_names_them(sample: Sample) -> None:
    """The guide's samples say `*`. Ours do so only for actions that are judged on no resource of their own."""
    everywhere = {
        action
        for each in sample.ours["Statement"]
        if each["Effect"] == "Allow" and each["Resource"] in ("*", ["*"])
        for action in each["Action"]
    }
    assert everywhere <= {"emr-containers:ListVirtualClusters", "emr-containers:CreateVirtualCluster"}


def decided(policy: dict[str, Any], action: str, resource: str, **context: str) -> bool:
    return evaluate([policy], Request(action=action, resource=resource, context=context)).allowed


@pytest.mark.covers("PM-08")
def test_starting_a_job_has_the_guides_resource_and_the_condition_on_the_execution_role() -> None:
    """Guide, "Controlling access to the execution role": its StringEquals is our ArnEquals; both compare whole ARNs."""
    (start,) = [each for each in SUBMIT["Statement"] if each["Sid"] == "StartJobs"]
    assert start["Action"] == ["emr-containers:StartJobRun"]
    assert start["Resource"] == "arn:aws:emr-containers:us-west-2:123456789012:/virtualclusters/*"
    assert start["Condition"]["ArnEquals"] == {"emr-containers:ExecutionRoleArn": list(TENANCY.role_arns)}
    assert not any("*" in arn for arn in TENANCY.role_arns)


@pytest.mark.covers("PM-03")
def test_the_statement_about_the_service_linked_role_has_the_guides_condition_on_one_role() -> None:
    (linked,) = [each for each in MANAGE["Statement"] if each["Action"] == ["iam:CreateServiceLinkedRole"]]
    assert linked["Condition"] == {"StringLike": {"iam:AWSServiceName": "emr-containers.amazonaws.com"}}
    assert linked["Resource"].endswith(":role/aws-service-role/emr-containers.amazonaws.com/" + LINKED)


LINKED = "AWSServiceRoleForAmazonEMRContainers"


@pytest.mark.covers("PM-09")
def test_what_a_role_is_tagged_with_neither_opens_nor_closes_it() -> None:
    """The only condition about the execution role is on its ARN; tags in the policy are the virtual cluster's."""
    (start,) = [each for each in SUBMIT["Statement"] if each["Sid"] == "StartJobs"]
    assert set(start["Condition"]) == {"StringEquals", "ArnEquals"}
    ours = {
        f"aws:{kind}Tag/{key}": value for kind in ("Resource", "Request") for key, value in TENANCY.decisive.items()
    }
    cluster = "arn:aws:emr-containers:us-west-2:123456789012:/virtualclusters/abc"
    role = {"emr-containers:ExecutionRoleArn": TENANCY.role_arns[0]}
    stranger = {"emr-containers:ExecutionRoleArn": "arn:aws:iam::123456789012:role/emr-risk-job"}
    for tag in ({}, {"iam:ResourceTag/tenant": "analytics"}, {"iam:ResourceTag/tenant": "risk"}):
        assert decided(SUBMIT, "emr-containers:StartJobRun", cluster, **ours, **role, **tag)
        assert not decided(SUBMIT, "emr-containers:StartJobRun", cluster, **ours, **stranger, **tag)


@pytest.mark.covers("ID-12", "ID-14")
@pytest.mark.parametrize("policy", [EXECUTION, SUBMIT, DEBUG, MANAGE])
def test_nobody_makes_buckets_or_log_groups_since_the_tenant_has_them(policy: dict[str, Any]) -> None:
    """The guide adds these rights only for a bucket or group that EMR is to make; ours are there before any job."""
    assert not {"s3:CreateBucket", "logs:CreateLogGroup"} & granted(policy)
    assert not any("*" in action for action in granted(policy))


@pytest.mark.covers("ID-15")
def test_a_job_reads_its_own_pod_templates_and_no_other_tenants() -> None:
    own = "arn:aws:s3:::emr-artefacts/analytics/pod-templates/driver-abc.yaml"
    assert decided(EXECUTION, "s3:GetObject", own)
    assert not decided(EXECUTION, "s3:PutObject", own)
    assert not decided(EXECUTION, "s3:GetObject", own.replace("/analytics/", "/risk/"))
    through = {"kms:ViaService": "s3.us-west-2.amazonaws.com"}
    assert decided(EXECUTION, "kms:Decrypt", f"{KEYS}/data", **through)


@pytest.mark.covers("ID-24")
@pytest.mark.parametrize(
    "action", ["PutRolePolicy", "AttachRolePolicy", "UpdateAssumeRolePolicy", "DeleteRole", "PassRole"]
)
def test_nobody_may_change_or_take_the_service_linked_role(action: str) -> None:
    """Guide, "Editing a service-linked role": only its description can be changed, and only EMR assumes it."""
    deployer = policies(Scope(platform="emr", account="123456789012", region="us-west-2"), Deployed())
    role = f"arn:aws:iam::123456789012:role/aws-service-role/emr-containers.amazonaws.com/{LINKED}"
    contexts = ({}, {"iam:PassedToService": "pods.eks.amazonaws.com"})
    for documents in (deployer, [EXECUTION, SUBMIT, DEBUG, MANAGE]):
        for context in contexts:
            assert not evaluate(documents, Request(action=f"iam:{action}", resource=role, context=context)).allowed
            assume = Request(action="sts:AssumeRole", resource=role, context=context)
            assert not evaluate(documents, assume).allowed
