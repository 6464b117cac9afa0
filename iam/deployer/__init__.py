"""What whoever deploys a platform may do: the calls that the program makes, on one platform's own.

It is no small right: roles of the platform's name may be given inline policies of any kind, so whoever deploys can
give himself what the account has, unless a permissions boundary or an organization's policy stands above.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from iam.deployer import boundary, capacity, cluster, events, fargate, network, stores, tenants
from iam.deployer.cluster import ADMIN_POLICY, NAMESPACE_ADMIN_POLICY
from iam.deployer.scope import Scope
from iam.deployer.tenants import Artefacts
from iam.documents import MANAGED_POLICY, check_size, document, size

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from emr.fault import Fault
    from iam.documents import Document, Statement

__all__ = ["ADMIN_POLICY", "NAMESPACE_ADMIN_POLICY", "Artefacts", "Deployed", "Scope", "check_policies", "policies"]


@dataclass(frozen=True, kw_only=True)
class Deployed:
    """What a stack makes, as far as its deployer's rights depend on it."""

    admins: Sequence[str] = ()
    """ARNs of the roles that get access entries for the whole cluster."""
    namespace_admins: Mapping[str, Sequence[str]] = field(default_factory=dict[str, "Sequence[str]"])
    """The namespaces that other roles get access entries for, by the ARNs of the roles."""
    emr_namespaces: Sequence[str] | None = None
    """Namespaces of tenants for which EMR makes its own access entry with the deployer's rights; None where EMR comes
    in by aws-auth, and must not make one."""
    data_may_go: bool = False
    """Whether objects may be deleted with their buckets."""
    subnets: Sequence[str] = ()
    """Ids of the subnets of nodes, where the network is there already."""
    foundation: bool = True
    """Whether cluster, keys, buckets and audit trail are made here."""
    artefacts: Artefacts | None = None
    """Where pod templates go, where cluster and buckets were made by others."""
    fargate: bool = False
    """Whether pods of a tenant run on Fargate."""
    platform: bool = True
    """Whether what tenants share is made here."""
    boundaries: Sequence[str] = ()
    """ARNs of the policies, of which every job role must bear one; by default they need none."""


def policies(scope: Scope, deployed: Deployed) -> tuple[Document, ...]:
    """The deployer's policies, each fit for a managed policy of its own."""
    found = network.statements(scope, deployed.subnets)
    if deployed.foundation:
        found += cluster.statements(scope) + stores.statements(scope, data_may_go=deployed.data_may_go)
    else:
        found += cluster.of_others(scope) + stores.of_tenants(scope)
    found += cluster.identities(scope) + tenants.statements(scope, deployed.artefacts)
    found += fargate.statements(scope) if deployed.fargate else []
    found += events.of_tenants(scope)
    found += [*capacity.statements(scope), *events.of_platform(scope)] if deployed.platform else []
    found += boundary.statements(scope, deployed.boundaries, fargate=deployed.fargate) if deployed.boundaries else []
    nodes = [capacity.worker(scope)] if deployed.platform else []
    found += cluster.entries(scope, deployed.admins, deployed.namespace_admins, nodes)
    if deployed.emr_namespaces is None:
        found.append(cluster.no_entry_of_emr(scope))
    else:
        found += cluster.entry_of_emr(scope, deployed.emr_namespaces)
    return _packed(found)


def check_policies(documents: Iterable[Document]) -> list[Fault]:
    """Whether IAM would find one of the deployer's policies too long: too many tenants or administrators are named."""
    return [fault for each in documents for fault in check_size(each, MANAGED_POLICY)]


def _packed(statements: Iterable[Statement]) -> tuple[Document, ...]:
    """As few documents as hold the statements in their order; one that is too long has a document to itself."""
    found: list[list[Statement]] = [[]]
    for statement in statements:
        if found[-1] and size(document(*found[-1], statement)) > MANAGED_POLICY.characters:
            found.append([])
        found[-1].append(statement)
    return tuple(document(*each) for each in found)
