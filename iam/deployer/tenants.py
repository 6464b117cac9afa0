"""What a deployer does for tenants beyond their roles and virtual clusters: people, Pod Identity, templates of jobs.

Sources: Service Authorization Reference of IAM, EKS, S3, KMS and EMR on EKS; EKS User Guide, "Grant a user permissions
to pass a role"; S3 User Guide, "Reducing the cost of SSE-KMS with S3 Bucket Keys" (the key's encryption context is the
bucket's ARN).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from iam import names, trust
from iam.deployer.scope import Scope, allow

if TYPE_CHECKING:
    from iam.documents import Statement

_POLICIES = (
    "CreatePolicy",
    "CreatePolicyVersion",
    "DeletePolicy",
    "DeletePolicyVersion",
    "GetPolicy",
    "GetPolicyVersion",
    "ListPolicyVersions",
    "TagPolicy",
    "UntagPolicy",
)
_ASSOCIATIONS = (
    "DeletePodIdentityAssociation",
    "DescribePodIdentityAssociation",
    "TagResource",
    "UntagResource",
    "UpdatePodIdentityAssociation",
)
_POD_TEMPLATES = (
    "DeleteObject",
    "DeleteObjectTagging",
    "DeleteObjectVersion",
    "GetObject",
    "GetObjectTagging",
    "PutObject",
    "PutObjectTagging",
)


@dataclass(frozen=True, kw_only=True)
class Artefacts:
    """A bucket of what jobs are started from, made by others."""

    bucket: str
    """Name of the bucket."""
    key_arn: str
    """ARN of the KMS key that encrypts it."""


def statements(scope: Scope, artefacts: Artefacts | None = None) -> list[Statement]:
    """The statements about the policies of tenants' people, associations of Pod Identity and templates of jobs.

    Args:
        scope: the platform.
        artefacts: where its templates go, where that was made by others; by default it is the platform's own.
    """
    any_access = names.access_policy(scope.platform, "*", "*")
    job_roles = scope.iam_arn(f"role/{names.job_role(scope.platform, '*', '*')}")
    to_pods = {"StringEquals": {"iam:PassedToService": trust.POD_IDENTITY}}
    cluster = scope.arn("eks", f"cluster/{scope.platform}")
    associations = scope.arn("eks", f"podidentityassociation/{scope.platform}/*")
    return [
        allow("AccessPolicies", "iam", _POLICIES, scope.iam_arn(f"policy/{any_access}")),
        allow("MakeAssociations", "eks", ["CreatePodIdentityAssociation"], cluster),
        allow("Associations", "eks", _ASSOCIATIONS, associations),
        allow("PassJobRoles", "iam", ["PassRole"], job_roles, to_pods),
        allow("BoundRoles", "iam", ["DeleteRolePermissionsBoundary", "PutRolePermissionsBoundary"], scope.roles),
        *_templates(scope, artefacts),
    ]


def _templates(scope: Scope, artefacts: Artefacts | None) -> list[Statement]:
    """Pod templates are the only objects that a deployer reads and writes; job templates are told by their tag."""
    bucket = names.bucket(scope.platform, "artefacts", account=scope.account, region=scope.region)
    bucket_arn = f"arn:{scope.partition}:s3:::{artefacts.bucket if artefacts else bucket}"
    key = artefacts.key_arn if artefacts else scope.arn("kms", "key/*")
    owned: dict[str, str] = {} if artefacts else scope.tagged["StringEquals"]
    through = {
        "StringEquals": {
            **owned,
            "kms:ViaService": f"s3.{scope.region}.amazonaws.com",
            "kms:EncryptionContext:aws:s3:arn": bucket_arn,
        }
    }
    return [
        allow("PodTemplates", "s3", _POD_TEMPLATES, f"{bucket_arn}/*/pod-templates/*"),
        allow("FindPodTemplates", "s3", ["ListBucket", "ListBucketVersions"], bucket_arn),
        allow("EncryptPodTemplates", "kms", ["Decrypt", "GenerateDataKey"], key, through),
        # A job template has no ARN before EMR has made it.
        allow("MakeJobTemplates", "emr-containers", ["CreateJobTemplate"], "*", scope.tagging),
        allow(
            "JobTemplates",
            "emr-containers",
            ["DeleteJobTemplate", "DescribeJobTemplate"],
            scope.arn("emr-containers", "/jobtemplates/*"),
            scope.tagged,
        ),
    ]
