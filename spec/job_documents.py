"""The two IAM documents of a job role, rendered whole from its tenant's file: nothing is ever appended to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from emr import service_accounts
from iam import data_access, execution, names, s3, trust

if TYPE_CHECKING:
    from iam.documents import Document, Statement
    from spec.job_role import JobRoleSpec, StatementSpec
    from spec.place import Place
    from spec.tenant import TenantSpec


@dataclass(frozen=True, kw_only=True)
class Stores:
    """Where the jobs of a tenant find programs and leave logs."""

    logs: s3.Prefix
    """Place to which EMR uploads the logs of jobs."""
    logs_key: str
    """ARN of the KMS key that encrypts that place."""
    artefacts: s3.Prefix
    """Place of what jobs are started from."""
    artefacts_key: str
    """ARN of the KMS key that encrypts that place."""


def trusted(tenant: TenantSpec, role: JobRoleSpec, place: Place, *, provider_arn: str, issuer: str) -> Document:
    """Who may become a role: the service accounts that EMR makes for it, in its tenant's namespace.

    Args:
        tenant: the tenant.
        role: one of its roles.
        place: platform, account and Region.
        provider_arn: ARN of the IAM OIDC provider of the cluster.
        issuer: the cluster's OIDC issuer, host and path without `https://`.
    """
    name = names.job_role(place.platform, tenant.name, role.name)
    subject = service_accounts.subject_pattern(namespace=tenant.namespace, account=place.account, role_name=name)
    by_token = trust.web_identity(provider_arn=provider_arn, issuer=issuer, subject=subject)
    by_agent = trust.pod_identity(
        cluster_arn=place.cluster_arn,
        namespace=tenant.namespace,
        service_accounts=accounts(tenant, role, place),
    )
    return trust.either(
        *([by_token] if role.by_web_identity else []),
        *([by_agent] if role.by_pod_identity else []),
    )


def accounts(tenant: TenantSpec, role: JobRoleSpec, place: Place) -> list[str]:
    """The service accounts that a job run of a role uses: of submitter, driver and executors."""
    name = names.job_role(place.platform, tenant.name, role.name)
    return [
        service_accounts.account_name(kind, account=place.account, role_name=name)
        for kind in service_accounts.OF_JOB_RUNS
    ]


def permitted(tenant: TenantSpec, role: JobRoleSpec, place: Place, stores: Stores) -> Document:
    """What a role may do: what its file declares, and what EMR needs to start a job and keep its logs."""
    return execution.permissions(
        region=place.region,
        account=place.account,
        log_group=names.log_group(place.platform, tenant.name),
        logs=stores.logs,
        logs_key=stores.logs_key,
        artefacts=stores.artefacts,
        artefacts_key=stores.artefacts_key,
        read=[s3.prefix(uri) for uri in role.read],
        write=[s3.prefix(uri) for uri in role.write],
        others=_others(role, data_access.Home(account=place.account, region=place.region)),
    )


def _others(role: JobRoleSpec, home: data_access.Home) -> list[Statement]:
    uses_tables = bool(role.dynamodb.read or role.dynamodb.write)
    through = ["s3", *(["dynamodb"] if uses_tables else []), *(["secretsmanager"] if role.secrets else [])]
    return [
        *data_access.glue(home, read=role.glue.read, write=role.glue.write),
        *data_access.dynamodb(home, read=role.dynamodb.read, write=role.dynamodb.write),
        *data_access.secrets(home, role.secrets),
        *data_access.keys(home, decrypt=role.keys.decrypt, encrypt=role.keys.encrypt, services=through),
        *data_access.assume(role.assume, tagged_session=role.by_pod_identity),
        *(_statement(each) for each in role.statements),
    ]


def _statement(said: StatementSpec) -> Statement:
    condition = {
        operator: {key: list(values) for key, values in keys.items()} for operator, keys in said.conditions.items()
    }
    return {
        "Sid": said.name,
        "Effect": "Allow",
        "Action": list(said.actions),
        "Resource": list(said.resources),
        **({"Condition": condition} if condition else {}),
    }
