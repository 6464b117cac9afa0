"""Policies of the people and schedulers of a tenant: to submit jobs, to look into them, to run the virtual cluster.

Sources: EMR on EKS guide, "Permissions for submitting jobs", "Permissions for debugging and monitoring", "Permissions
for managing virtual clusters", "Controlling access to the execution role" and "Controlling access to job templates";
Service Authorization Reference of EMR on EKS for the resource that each action is judged on. The guide's samples are
open on every resource; these differ in what follows.

- A virtual cluster's id is not known before EMR has given it, so its tags stand for it: what else bears them is the
  platform's, and a denial keeps everyone from giving them away.
- Job runs inherit no tags. StartJobRun is allowed only with the tenant's tags, by which later calls are judged.
  The reference names `aws:RequestTag` for StartJobRun and no further action, so tags at the start take no TagResource.
- DescribeJobRun and CancelJobRun are judged on the job run, not on its virtual cluster.
- The guide's rights to the persistent application UI (`elasticmapreduce:*PersistentAppUI`) are left out: they know
  neither virtual cluster nor tag, so whoever had them could open the UI of another tenant's job.
- None of them has any right in Kubernetes: EKS maps nobody to the cluster for them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from emr.cluster_role import SERVICE_LINKED_ROLE, SERVICE_PRINCIPAL
from iam import abac, keys, trust
from iam.documents import document
from iam.names import partition

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iam.documents import Document, Statement
    from iam.s3 import Prefix

_SERVICE = "emr-containers"
_LOOK_AT_RUNS = ("DescribeJobRun", "ListTagsForResource")
_READ_LOG_GROUP = (
    "DescribeLogStreams",
    "FilterLogEvents",
    "GetLogEvents",
    "GetLogGroupFields",
    "GetLogRecord",
    "GetQueryResults",
    "StartQuery",
)


@dataclass(frozen=True, kw_only=True)
class Tenancy:
    """A tenant, as its policies know it."""

    account: str
    """AWS account, twelve digits."""
    region: str
    """AWS Region."""
    decisive: dict[str, str]
    """Tags of its virtual cluster, and of its job runs, by which access is judged."""
    fixed: tuple[str, ...]
    """Keys of the tags that nobody may change: those above, and those that bills rest on."""
    role_arns: tuple[str, ...]
    """ARNs of the roles as which its jobs may run."""
    template_ids: tuple[str, ...] = ()
    """Ids of the job templates by which alone jobs may be started; by default any job may be."""

    def arn(self, service: str, resource: str) -> str:
        """ARN, or pattern of ARNs, of something in the account and Region."""
        return f"arn:{partition(self.region)}:{service}:{self.region}:{self.account}:{resource}"

    @property
    def clusters(self) -> str:
        """Pattern of virtual clusters; of what lies below them too, since `*` goes beyond slashes."""
        return self.arn(_SERVICE, "/virtualclusters/*")

    @property
    def runs(self) -> str:
        """Pattern of job runs."""
        return self.arn(_SERVICE, "/virtualclusters/*/jobruns/*")

    @property
    def templates(self) -> list[str]:
        """ARNs of the job templates; the guide prints them without the slash that the reference has."""
        return [self.arn(_SERVICE, f"/jobtemplates/{each}") for each in self.template_ids]


def submit(tenancy: Tenancy) -> Document:
    """Start jobs as the tenant's roles, look at them, cancel them, and tag them with tags that decide nothing."""
    return document(
        _start(tenancy),
        *_read_templates(tenancy),
        *_look(tenancy),
        _named("CancelJobs", abac.only_tagged(_actions("CancelJobRun"), tenancy.runs, dict(tenancy.decisive))),
        _named(
            "TagJobs",
            abac.only_tagged(_actions("TagResource", "UntagResource"), tenancy.runs, dict(tenancy.decisive)),
        ),
        _tags_stay(tenancy),
    )


def debug(tenancy: Tenancy, *, log_group: str, logs: Prefix, logs_key: str) -> Document:
    """Look at jobs and read their logs.

    Args:
        tenancy: the tenant.
        log_group: name of the log group of its jobs.
        logs: place of the logs of its jobs in S3.
        logs_key: ARN of the KMS key that encrypts that place.
    """
    part = partition(tenancy.region)
    return document(
        *_look(tenancy),
        _allow("ReadLogObjects", ["s3:GetObject"], logs.objects_arn(part)),
        {
            **_allow("ListLogObjects", ["s3:ListBucket"], logs.bucket_arn(part)),
            "Condition": {"StringLike": {"s3:prefix": f"{logs.key}*"}},
        },
        keys.reading_through_s3("DecryptLogs", logs_key, tenancy.region),
        _allow(
            "ReadLogGroup",
            [f"logs:{each}" for each in _READ_LOG_GROUP],
            tenancy.arn("logs", f"log-group:{log_group}:*"),
        ),
        # The call lists log groups, so it cannot be granted on one of them.
        _allow("FindLogGroups", ["logs:DescribeLogGroups"], tenancy.arn("logs", "log-group:*")),
        _tags_stay(tenancy),
    )


def manage(tenancy: Tenancy, *, cluster_arn: str, by_pod_identity: bool, with_mfa: bool = False) -> Document:
    """Make, look at, change and delete the tenant's virtual cluster, by its tags.

    Under Pod Identity the roles may be passed to EKS for the cluster. Associations themselves are not allowed: EKS has
    no condition on their namespace, so the right would reach the accounts of other tenants.

    Args:
        tenancy: the tenant.
        cluster_arn: ARN of the EKS cluster.
        by_pod_identity: whether any role of the tenant is handed out by Pod Identity.
        with_mfa: whether changing and deleting take a session that was opened with multi-factor authentication. IAM
            knows it of its own users and of sessions they open; sessions of other identity providers do not say it, and
            are refused (IAM User Guide, "AWS global condition context keys", of `aws:MultiFactorAuthPresent`).
    """
    tags = dict(tenancy.decisive)
    changes = _actions("DeleteVirtualCluster", "UpdateVirtualCluster")
    change = abac.only_tagged(changes, tenancy.clusters, tags)
    if with_mfa:
        change["Condition"] |= {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    create = abac.created_with(_actions("CreateVirtualCluster"), "*", tags)  # it has no ARN before EMR has made it
    return document(
        _named("CreateVirtualCluster", create),
        *_look(tenancy),
        _named("ChangeVirtualCluster", change),
        {
            **_allow("CreateServiceLinkedRole", ["iam:CreateServiceLinkedRole"], _linked_role(tenancy)),
            "Condition": {"StringLike": {"iam:AWSServiceName": SERVICE_PRINCIPAL}},
        },
        *(_pass_roles(tenancy, cluster_arn) if by_pod_identity else []),
        _tags_stay(tenancy),
    )


def _start(tenancy: Tenancy) -> Statement:
    tags = dict(tenancy.decisive)
    condition: dict[str, dict[str, str | list[str]]] = {
        "StringEquals": {**abac.resource_tags(tags), **abac.request_tags(tags)},
        "ArnEquals": {"emr-containers:ExecutionRoleArn": list(tenancy.role_arns)},
    }
    if tenancy.template_ids:
        condition["ArnLike"] = {"emr-containers:JobTemplateArn": tenancy.templates}
    return {**_allow("StartJobs", _actions("StartJobRun"), tenancy.clusters), "Condition": condition}


def _read_templates(tenancy: Tenancy) -> list[Statement]:
    """Whoever starts a job by a template must be allowed to read it."""
    if not tenancy.template_ids:
        return []
    return [_allow("ReadTemplates", _actions("DescribeJobTemplate"), tenancy.templates)]


def _look(tenancy: Tenancy) -> list[Statement]:
    tags = dict(tenancy.decisive)
    cluster = _actions("DescribeVirtualCluster", "ListJobRuns", "ListTagsForResource")
    return [
        _named("SeeVirtualCluster", abac.only_tagged(cluster, tenancy.clusters, tags)),
        _named("SeeJobs", abac.only_tagged(_actions(*_LOOK_AT_RUNS), tenancy.runs, tags)),
        # A list has no ARN; it shows names and ids of every tenant's virtual cluster, and nothing of their jobs.
        _allow("FindVirtualClusters", _actions("ListVirtualClusters"), "*"),
    ]


def _tags_stay(tenancy: Tenancy) -> Statement:
    return _named("TagsStay", abac.decisive_tags_stay(tenancy.clusters, tenancy.fixed))


def _pass_roles(tenancy: Tenancy, cluster_arn: str) -> list[Statement]:
    """EKS User Guide, "Grant a user permissions to pass a role"; EMR on EKS guide, "Enable EKS Pod Identity"."""
    roles = list(tenancy.role_arns)
    condition = {
        "StringEquals": {"iam:PassedToService": trust.POD_IDENTITY},
        "ArnLike": {"iam:AssociatedResourceARN": cluster_arn},
    }
    return [
        _allow("SeeJobRoles", ["iam:GetRole"], roles),
        {**_allow("PassJobRoles", ["iam:PassRole"], roles), "Condition": condition},
    ]


def _linked_role(tenancy: Tenancy) -> str:
    name = f"{SERVICE_PRINCIPAL}/{SERVICE_LINKED_ROLE}"
    return f"arn:{partition(tenancy.region)}:iam::{tenancy.account}:role/aws-service-role/{name}"


def _allow(sid: str, actions: Sequence[str], resource: str | list[str]) -> Statement:
    return {"Sid": sid, "Effect": "Allow", "Action": list(actions), "Resource": resource}


def _named(sid: str, statement: Statement) -> Statement:
    return {"Sid": sid, **statement}


def _actions(*operations: str) -> list[str]:
    return [f"{_SERVICE}:{operation}" for operation in operations]
