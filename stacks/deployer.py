"""The rights of whoever deploys a stack, from what its settings say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam import deployer

if TYPE_CHECKING:
    from iam.documents import Document
    from stacks.settings import Settings


def policies(settings: Settings) -> tuple[Document, ...]:
    """The policies of the deployer of a stack, each fit for a managed policy of its own."""
    place = settings.place
    namespaces = [tenant.name for tenant in settings.tenants]
    return deployer.policies(
        deployer.Scope(platform=place.platform, account=place.account, region=place.region),
        admins=settings.cluster.admins,
        emr_namespaces=namespaces if settings.cluster.emr_access == "accessEntry" else None,
        data_may_go=settings.allow_data_loss,
    )
