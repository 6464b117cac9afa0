"""What whoever deploys a platform may do: the calls that the program makes, on one platform's own.

It is no small right: roles of the platform's name may be given inline policies of any kind, so whoever deploys can
give himself what the account has, unless a permissions boundary or an organization's policy stands above.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam.deployer import cluster, network, stores, tenants
from iam.deployer.cluster import ADMIN_POLICY
from iam.deployer.scope import Scope
from iam.documents import MANAGED_POLICY, check_size, document, size

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from emr.fault import Fault
    from iam.documents import Document, Statement

__all__ = ["ADMIN_POLICY", "Scope", "check_policies", "policies"]


def policies(
    scope: Scope, *, admins: Sequence[str], emr_namespaces: Sequence[str] | None, data_may_go: bool
) -> tuple[Document, ...]:
    """The deployer's policies, each fit for a managed policy of its own.

    Args:
        scope: the platform.
        admins: ARNs of the principals that get access entries.
        emr_namespaces: namespaces of tenants for which EMR makes its own access entry with the deployer's rights;
            None where EMR comes in by aws-auth, and must not make one.
        data_may_go: whether objects may be deleted with their buckets.
    """
    emr = [cluster.no_entry_of_emr(scope)] if emr_namespaces is None else cluster.entry_of_emr(scope, emr_namespaces)
    return _packed(
        [
            *network.statements(scope),
            *cluster.statements(scope),
            *stores.statements(scope, data_may_go=data_may_go),
            *tenants.statements(scope),
            *cluster.entries(scope, admins),
            *emr,
        ]
    )


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
