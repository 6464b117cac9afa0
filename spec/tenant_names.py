"""What tenants' names are made of, and what a message proposes for one that cannot be."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from emr import service_accounts
from iam import names

if TYPE_CHECKING:
    from spec.place import Place

NAME = re.compile(r"[a-z]([a-z0-9-]*[a-z0-9])?")
"""What a tenant may be called; a double hyphen is refused besides."""
RESERVED = re.compile(r"default|(kube|amazon|aws|eks|karpenter)(-.*)?")
"""Names of namespaces that belong to the cluster."""


def why_short(place: Place, tenant: str, role: str) -> str:
    """Why names of tenants and roles are short, with what these two would become."""
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


def shortened(name: str) -> str:
    """A tenant's name that is like a given one and may be had."""
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-0123456789")
    if not slug or RESERVED.fullmatch(slug):
        slug = f"team-{slug or 'a'}"
    return slug[: names.LONGEST_TENANT].rstrip("-")
