"""What is checked about the roles of a tenant: their names, what they open, whom they trust, and IAM's sizes."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from emr.fault import Fault
from iam import documents, keys, names, s3, trust
from spec import job_documents
from spec.job_role_checks import check_opened
from spec.tenant_names import NAME, shortened, why_short

if TYPE_CHECKING:
    from spec.job_role import JobRoleSpec
    from spec.place import Place
    from spec.tenant import TenantSpec

_ROLE = re.compile(r"[a-z][a-z0-9]*")


def check_roles(tenant: TenantSpec, place: Place) -> list[Fault]:
    """What is wrong with the roles of a tenant, each fault under its key of the file."""
    return [
        *_check_role_names(tenant, place),
        *_check_trust_domains(tenant.roles),
        *(
            fault.within(f"roles[{index}]")
            for index, role in enumerate(tenant.roles)
            for fault in _check_role(tenant, role, place)
        ),
    ]


def _check_trust_domains(roles: tuple[JobRoleSpec, ...]) -> list[Fault]:
    first = roles[0].trust_domain if roles else ""
    return [
        Fault(
            where=f"roles[{index}].trustDomain",
            given=f"{role.trust_domain!r}, where {roles[0].name} says {first!r}",
            allowed="one trust domain for all roles of a tenant",
            why="a driver may start pods with any service account of its namespace, so code that runs as one role can "
            "become each of them (EMR on EKS guide, Isolate untrusted application code)",
            write=f"the role {role.name} in the file of another tenant, which has a namespace of its own",
        )
        for index, role in enumerate(roles)
        if role.trust_domain != first
    ]


def _check_role_names(tenant: TenantSpec, place: Place) -> list[Fault]:
    faults: list[Fault] = []
    if not tenant.roles:
        faults.append(
            Fault(
                where="roles",
                given="no role",
                allowed="one role or more",
                why="a job runs as a role of its tenant",
                write="roles: [{name: job}]",
            )
        )
    for name, count in Counter(role.name for role in tenant.roles).items():
        if count > 1:
            faults.append(
                Fault(
                    where="roles",
                    given=f"{count} roles named {name!r}",
                    allowed="one role of a name",
                    why=f"both would be the IAM role {names.job_role(place.platform, tenant.name, name)}",
                    write="another name for one of them",
                )
            )
    return faults


def _check_role(tenant: TenantSpec, role: JobRoleSpec, place: Place) -> list[Fault]:
    if not _ROLE.fullmatch(role.name) or len(role.name) > names.LONGEST_ROLE:
        return [
            Fault(
                where="name",
                given=f"{role.name!r} ({len(role.name)} characters)",
                allowed=f"1 to {names.LONGEST_ROLE} lower-case letters and digits, a letter first, no hyphen",
                why=why_short(place, tenant.name, role.name),
                write=f"a shorter name, such as {shortened(role.name).replace('-', '')[: names.LONGEST_ROLE]!r}",
            )
        ]
    return check_opened(role, place) or _check_documents(tenant, role, place)


def _check_documents(tenant: TenantSpec, role: JobRoleSpec, place: Place) -> list[Fault]:
    """Whether IAM would find a document too long, with ids as long as AWS gives any."""
    name = names.job_role(place.platform, tenant.name, role.name)
    if not NAME.fullmatch(tenant.name) or len(name) > names.LONGEST_JOB_ROLE:
        return []  # reported where the name is
    trusted = job_documents.trusted(
        tenant,
        role,
        place,
        provider_arn=f"arn:{place.partition}:iam::{place.account}:oidc-provider/{trust.LONGEST_ISSUER}",
        issuer=trust.LONGEST_ISSUER,
    )
    key = keys.key_arn(
        partition=place.partition, region=place.region, account=place.account, key_id=keys.LONGEST_KEY_ID
    )
    stores = job_documents.Stores(
        logs=s3.of_tenant(place.logs_bucket, tenant.name),
        logs_key=key,
        artefacts=s3.of_tenant(place.artefacts_bucket, tenant.name),
        artefacts_key=key,
    )
    return [
        *documents.check_size(trusted, documents.TRUST_POLICY),
        *documents.check_size(job_documents.permitted(tenant, role, place, stores), documents.INLINE_POLICIES),
    ]
