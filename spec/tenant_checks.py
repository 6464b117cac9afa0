"""What is checked about tenants before anything is made."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from emr import quotas, service_accounts
from emr.fault import Fault
from iam import documents, execution, keys, names, s3, trust
from spec.admission import check_registry
from spec.retention import check_retention
from spec.sizes import check_quota

if TYPE_CHECKING:
    from collections.abc import Iterable

    from spec.place import Place
    from spec.tenant import JobRoleSpec, TenantSpec

_NAME = re.compile(r"[a-z]([a-z0-9-]*[a-z0-9])?")
_ROLE = re.compile(r"[a-z][a-z0-9]*")
_LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?")
_RESERVED = re.compile(r"default|(kube|amazon|aws|eks|karpenter)(-.*)?")
_LABEL_LENGTH = 63


def check_tenant(tenant: TenantSpec, place: Place) -> list[Fault]:
    """What is wrong with a tenant on a platform, each fault under its key of the file."""
    return [
        *_check_name(tenant, place),
        *_check_label("owner", tenant.owner),
        *_check_label("costCentre", tenant.cost_centre),
        *(fault.within("quota") for fault in check_quota(tenant.size, tenant.quota)),
        *(fault.within("logRetentionDays") for fault in check_retention(tenant.log_retention_days)),
        *(
            fault.within(f"registries[{index}]")
            for index, registry in enumerate(tenant.registries)
            for fault in check_registry(registry)
        ),
        *_check_role_names(tenant, place),
        *(
            fault.within(f"roles[{index}]")
            for index, role in enumerate(tenant.roles)
            for fault in _check_role(tenant, role, place)
        ),
    ]


def check_unique(tenants: Iterable[tuple[str, TenantSpec]]) -> list[Fault]:
    """Tenants of one name; each comes with its file, and the first one's gets the fault."""
    files: dict[str, list[str]] = {}
    for file, tenant in tenants:
        files.setdefault(tenant.name, []).append(file)
    return [
        Fault(
            file=others[0],
            where="name",
            given=f"{name!r}, which {' and '.join(others[1:])} says too",
            allowed="one tenant of a name",
            why="namespace and roles are named after the tenant, so one would take over the other's",
            write="another name in one of the files",
        )
        for name, others in files.items()
        if len(others) > 1
    ]


def _check_name(tenant: TenantSpec, place: Place) -> list[Fault]:
    name = tenant.name
    if not _NAME.fullmatch(name) or "--" in name or len(name) > names.LONGEST_TENANT:
        role = tenant.roles[0].name if tenant.roles else "job"
        return [
            Fault(
                where="name",
                given=f"{name!r} ({len(name)} characters)",
                allowed=f"1 to {names.LONGEST_TENANT} lower-case letters, digits and single hyphens inside, "
                "a letter first",
                why=_why_short(place, name, role),
                write=f"a shorter name, such as {_shortened(name)!r}",
            )
        ]
    if _RESERVED.fullmatch(name):
        return [
            Fault(
                where="name",
                given=repr(name),
                allowed="any name but default and those of kube-, amazon-, aws-, eks- and karpenter-",
                why="the tenant's namespace has its name, and these belong to the cluster",
                write=f"the name of a team, such as {_shortened(name)!r}",
            )
        ]
    return [fault.within("name") for fault in quotas.check_text(quotas.NAMESPACE, name)]


def _why_short(place: Place, tenant: str, role: str) -> str:
    composed = names.job_role(place.platform, tenant, role)
    why = f"its roles are named <platform>-<tenant>-<role>, of at most {names.LONGEST_JOB_ROLE} characters"
    try:
        account = service_accounts.longest_name(account=place.account, role_name=composed)
    except ValueError:
        return why
    return (
        f"{why}: {composed} has {len(composed)}, and EMR would name service accounts of up to {len(account)} "
        f"characters after it"
    )


def _shortened(name: str) -> str:
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-0123456789")
    if not slug or _RESERVED.fullmatch(slug):
        slug = f"team-{slug or 'a'}"
    return slug[: names.LONGEST_TENANT].rstrip("-")


def _check_label(key: str, value: str) -> list[Fault]:
    if _LABEL.fullmatch(value):
        return []
    return [
        Fault(
            where=key,
            given=f"{value!r} ({len(value)} characters)",
            allowed=f"1 to {_LABEL_LENGTH} letters, digits and . _ - inside",
            why="it becomes a label of the namespace, and Kubernetes takes nothing else as a label's value",
            write=re.sub(r"[^A-Za-z0-9_.-]+", "-", value)[:_LABEL_LENGTH].strip("-_.") or "data-platform",
        )
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
                why=_why_short(place, tenant.name, role.name),
                write=f"a shorter name, such as {_shortened(role.name).replace('-', '')[: names.LONGEST_ROLE]!r}",
            )
        ]
    faults = [
        fault.within(f"{key}[{index}]")
        for key, uris in (("read", role.read), ("write", role.write))
        for index, uri in enumerate(uris)
        for fault in s3.check_prefix(uri)
    ]
    return faults or _check_documents(tenant, role, place)


def _check_documents(tenant: TenantSpec, role: JobRoleSpec, place: Place) -> list[Fault]:
    name = names.job_role(place.platform, tenant.name, role.name)
    if not _NAME.fullmatch(tenant.name) or len(name) > names.LONGEST_JOB_ROLE:
        return []  # reported where the name is
    trusted = trust.web_identity(
        provider_arn=f"arn:{place.partition}:iam::{place.account}:oidc-provider/{trust.LONGEST_ISSUER}",
        issuer=trust.LONGEST_ISSUER,
        subject=service_accounts.subject_pattern(namespace=tenant.namespace, account=place.account, role_name=name),
    )
    key = keys.key_arn(
        partition=place.partition, region=place.region, account=place.account, key_id=keys.LONGEST_KEY_ID
    )
    permitted = execution.permissions(
        region=place.region,
        account=place.account,
        log_group=names.log_group(place.platform, tenant.name),
        logs=s3.of_tenant(place.logs_bucket, tenant.name),
        logs_key=key,
        artefacts=s3.of_tenant(place.artefacts_bucket, tenant.name),
        artefacts_key=key,
        read=[s3.prefix(uri) for uri in role.read],
        write=[s3.prefix(uri) for uri in role.write],
    )
    return [
        *documents.check_size(trusted, documents.TRUST_POLICY),
        *documents.check_size(permitted, documents.INLINE_POLICIES),
    ]
