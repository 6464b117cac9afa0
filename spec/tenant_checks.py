"""What is checked about a tenant before anything is made."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from emr import quotas
from emr.fault import Fault
from iam import names
from spec.admission import check_registry
from spec.events import check_events
from spec.fargate import check_fargate
from spec.job_bounds import check_smallest_job
from spec.job_template_checks import check_job_templates
from spec.retention import check_retention
from spec.scheduler import check_scheduler
from spec.size_checks import check_quota
from spec.template_checks import check_pod_templates
from spec.tenant_names import NAME, RESERVED, shortened, why_short
from spec.tenant_network_checks import check_tenant_network
from spec.tenant_policies import check_policies
from spec.tenant_roles import check_roles

if TYPE_CHECKING:
    from spec.place import Place
    from spec.tenant import TenantSpec

_LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?")
_LABEL_LENGTH = 63
_BOUNDARY = re.compile(r"arn:([a-z-]+):iam::(\d{12}|aws):policy/[A-Za-z0-9_+=,.@/-]{1,640}")


def check_tenant(tenant: TenantSpec, place: Place) -> list[Fault]:
    """What is wrong with a tenant on a platform, each fault under its key of the file."""
    quota = check_quota(tenant.size, tenant.quota) or check_smallest_job(tenant.size, tenant.quota)
    return [
        *_check_name(tenant, place),
        *_check_label("owner", tenant.owner),
        *_check_label("costCentre", tenant.cost_centre),
        *(fault.within("quota") for fault in quota),
        *(fault.within("logRetentionDays") for fault in check_retention(tenant.log_retention_days)),
        *(
            fault.within(f"registries[{index}]")
            for index, registry in enumerate(tenant.registries)
            for fault in check_registry(registry)
        ),
        *(fault.within("network") for fault in check_tenant_network(tenant.network)),
        *check_roles(tenant, place),
        *check_fargate(tenant),
        *(fault.within("boundary") for fault in check_boundary(tenant.boundary, place.partition)),
        *_check_access(tenant),
        *(fault.within("podTemplates") for fault in check_pod_templates(tenant, place)),
        *check_job_templates(tenant, place),
        *(fault.within("events") for fault in check_events(tenant.events)),
        *(fault.within("scheduler") for fault in check_scheduler(tenant.scheduler)),
        *check_policies(tenant, place),
    ]


def check_boundary(arn: str | None, partition: str) -> list[Fault]:
    """What keeps a text from being the ARN of a permissions boundary."""
    found = None if arn is None else _BOUNDARY.fullmatch(arn)
    if arn is None or (found and found.group(1) == partition):
        return []
    return [
        Fault(
            given=repr(arn),
            allowed=f"the ARN of a managed policy, arn:{partition}:iam::<account>:policy/<name>",
            why="IAM takes a managed policy as a permissions boundary, and nothing else",
            write=f"arn:{partition}:iam::123456789012:policy/tenant-boundary, with the account and name of yours",
        )
    ]


def _check_name(tenant: TenantSpec, place: Place) -> list[Fault]:
    name = tenant.name
    if not NAME.fullmatch(name) or "--" in name or len(name) > names.LONGEST_TENANT:
        role = tenant.roles[0].name if tenant.roles else "job"
        return [
            Fault(
                where="name",
                given=f"{name!r} ({len(name)} characters)",
                allowed=f"1 to {names.LONGEST_TENANT} lower-case letters, digits and single hyphens inside, "
                "a letter first",
                why=why_short(place, name, role),
                write=f"a shorter name, such as {shortened(name)!r}",
            )
        ]
    if RESERVED.fullmatch(name):
        return [
            Fault(
                where="name",
                given=repr(name),
                allowed="any name but default and those of kube-, amazon-, aws-, eks- and karpenter-",
                why="the tenant's namespace has its name, and these belong to the cluster",
                write=f"the name of a team, such as {shortened(name)!r}",
            )
        ]
    return [fault.within("name") for fault in quotas.check_text(quotas.NAMESPACE, name)]


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


def _check_access(tenant: TenantSpec) -> list[Fault]:
    return [
        Fault(
            where="access",
            given=f"{access!r}, {count} times",
            allowed="submit, debug and manage, each once",
            why="each is one IAM policy",
            write=f"{access} once",
        )
        for access, count in Counter(tenant.access).items()
        if count > 1
    ]
