"""Who administers a cluster, or some of its namespaces, and who deploys it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from emr.fault import Fault

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spec.place import Place

_ROLE = re.compile(r"arn:(aws[a-z-]*):iam::\d{12}:role/([!-~]+/)?[\w+=,.@-]+")
_PRINCIPAL = re.compile(r"arn:[a-z-]+:iam::\d{12}:(role|user)/([!-~]+/)?[\w+=,.@-]+")
_NAMESPACE = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_SYSTEM = "kube-"


@dataclass(frozen=True, kw_only=True)
class NamespaceAdminSpec:
    """An IAM role that administers some namespaces: whatever is in them, but not their quotas."""

    role: str
    """ARN of the role."""
    namespaces: tuple[str, ...]
    """Names of the namespaces."""


def check_admins(
    admins: Sequence[str], of_namespaces: Sequence[NamespaceAdminSpec], deployer: str | None, made_by: str
) -> list[Fault]:
    """What is wrong with who gets access entries, each fault under its key of the cluster.

    Args:
        admins: ARNs of roles that administer the cluster.
        of_namespaces: roles that administer namespaces.
        deployer: ARN of the role or user that deploys the stack.
        made_by: who makes the cluster, `deployer` or `other`.
    """
    before = [deployer] if deployer else []
    faults: list[Fault] = []
    for index, admin in enumerate(admins):
        faults += [fault.within(f"admins[{index}]") for fault in _check_role(admin, before)]
        before.append(admin)
    for index, each in enumerate(of_namespaces):
        where = f"namespaceAdmins[{index}]"
        faults += [fault.within(f"{where}.role") for fault in _check_role(each.role, before)]
        faults += [fault.within(f"{where}.namespaces") for fault in _check_namespaces(each.namespaces)]
        before.append(each.role)
    if made_by == "other" and deployer is None:
        why = "another one makes the cluster: EKS lets nobody else in, so whoever deploys afterwards needs an entry"
        write = "the ARN of the role that deploys"
        faults.append(Fault(where="deployer", given="nothing", allowed="the ARN of an IAM role", why=why, write=write))
    return faults


def check_deployer(deployer: str | None, made_by: str, place: Place) -> list[Fault]:
    """What keeps a text from being the ARN of who deploys a platform: someone of its account."""
    beginning = f"arn:{place.partition}:iam::{place.account}:"
    write = f"{beginning}role/deployer"
    if deployer is None:
        return []
    if not _PRINCIPAL.fullmatch(deployer) or not deployer.startswith(beginning):
        allowed = f"{beginning}role/ and a name, or {beginning}user/ and a name"
        why = "the cluster knows a caller by such an ARN; for a session, give the ARN of its role"
        return [Fault(given=repr(deployer), allowed=allowed, why=why, write=write)]
    if made_by == "other" and ":role/" not in deployer:
        why = "access entries are made for roles only: users' keys last for ever"
        return [Fault(given=repr(deployer), allowed=f"{beginning}role/ and a name", why=why, write=write)]
    return []


def _check_role(role: str, before: Sequence[str]) -> list[Fault]:
    why = ""
    if not _ROLE.fullmatch(role):
        why = "EKS knows a role by its IAM ARN: not by that of a session, and users' keys last for ever"
    elif ":role/aws-service-role/" in role:
        why = "nobody may make an access entry for a service-linked role (EKS User Guide, access entries)"
    elif role in before:
        why = "a cluster has one access entry of a role, and the deployer has one already"
    if not why:
        return []
    allowed = "the ARN of an IAM role, with its path; each once"
    return [Fault(given=repr(role), allowed=allowed, why=why, write="arn:aws:iam::123456789012:role/admins")]


def _check_namespaces(namespaces: Sequence[str]) -> list[Fault]:
    if not namespaces:
        why = "without one the role would administer nothing"
        return [Fault(given="none", allowed="one namespace or more", why=why, write="[analytics]")]
    return [
        Fault(
            given=repr(namespace),
            allowed="the name of a namespace that is not the system's",
            why="the access policy takes names, and who administers the system's namespaces administers the cluster",
            write="a tenant's name, such as analytics",
        ).within(f"[{index}]")
        for index, namespace in enumerate(namespaces)
        if not _NAMESPACE.fullmatch(namespace) or namespace.startswith(_SYSTEM)
    ]
