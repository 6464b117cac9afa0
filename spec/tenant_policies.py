"""The IAM policies of a tenant's people and schedulers, rendered from its file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam import documents, keys, names, s3, submission
from spec.tenant_names import NAME

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emr.fault import Fault
    from iam.documents import Document
    from spec.place import Place
    from spec.tenant import Access, TenantSpec

_LONGEST_ID = "0" * 64  # of a job template (service model of emr-containers)
_FIXED = ("platform", "tenant", "owner", "cost-centre")


def cluster_tags(tenant: TenantSpec, place: Place) -> dict[str, str]:
    """Tags of the tenant's virtual cluster; those of its platform and tenant decide who may use it."""
    return {"platform": place.platform, **tenant.tags}


def access_policy(
    access: Access,
    tenant: TenantSpec,
    place: Place,
    *,
    logs: s3.Prefix,
    logs_key: str,
    template_ids: Sequence[str] = (),
) -> Document:
    """One policy of a tenant.

    Args:
        access: what it lets people do.
        tenant: the tenant.
        place: platform, account and Region.
        logs: place of the logs of its jobs in S3.
        logs_key: ARN of the KMS key that encrypts that place.
        template_ids: ids of the job templates by which alone jobs may be started; by default any job may be.
    """
    tenancy = _tenancy(tenant, place, template_ids)
    if access == "submit":
        return submission.submit(tenancy)
    if access == "debug":
        log_group = names.log_group(place.platform, tenant.name)
        return submission.debug(tenancy, log_group=log_group, logs=logs, logs_key=logs_key)
    by_pod_identity = any(role.by_pod_identity for role in tenant.roles)
    return submission.manage(
        tenancy, cluster_arn=place.cluster_arn, by_pod_identity=by_pod_identity, with_mfa=tenant.manage_with_mfa
    )


def check_policies(tenant: TenantSpec, place: Place) -> list[Fault]:
    """Whether IAM would find one of the tenant's policies too long."""
    if not NAME.fullmatch(tenant.name) or len(tenant.name) > names.LONGEST_TENANT:
        return []  # reported where the name is
    key = keys.key_arn(
        partition=place.partition, region=place.region, account=place.account, key_id=keys.LONGEST_KEY_ID
    )
    logs = s3.of_tenant(place.logs_bucket, tenant.name)
    templates = (_LONGEST_ID,) * len(tenant.job_templates) if tenant.template_only else ()
    return [
        fault.within("jobTemplates" if access == "submit" and templates else "roles")
        for access in dict.fromkeys(tenant.access)
        for fault in documents.check_size(
            access_policy(access, tenant, place, logs=logs, logs_key=key, template_ids=templates),
            documents.MANAGED_POLICY,
        )
    ]


def _tenancy(tenant: TenantSpec, place: Place, template_ids: Sequence[str]) -> submission.Tenancy:
    roles = f"arn:{place.partition}:iam::{place.account}:role"
    return submission.Tenancy(
        account=place.account,
        region=place.region,
        decisive={"platform": place.platform, "tenant": tenant.name},
        fixed=_FIXED,
        role_arns=tuple(f"{roles}/{names.job_role(place.platform, tenant.name, role.name)}" for role in tenant.roles),
        template_ids=tuple(template_ids),
    )
