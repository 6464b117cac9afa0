"""The rights of whoever deploys a stack, from what its settings say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam import deployer

if TYPE_CHECKING:
    from iam.documents import Document
    from stacks.settings import Settings


def policies(settings: Settings) -> tuple[Document, ...]:
    """The policies of the deployer of a stack, each fit for a managed policy of its own."""
    place, existing, cluster = settings.place, settings.existing, settings.cluster
    foundation = existing.foundation
    access = existing.emr_access if foundation else cluster.emr_access
    subnets = existing.network.private_subnet_ids.values() if existing.network else ()
    deployer_enters = cluster.deployer and cluster.made_by == "other"
    return deployer.policies(
        deployer.Scope(
            platform=place.platform,
            account=place.account,
            region=place.region,
            of_others=foundation.cluster_name if foundation else None,
        ),
        deployer.Deployed(
            admins=([cluster.deployer] if cluster.deployer and deployer_enters else []) + list(cluster.admins),
            namespace_admins={each.role: each.namespaces for each in cluster.namespace_admins},
            emr_namespaces=[each.name for each in settings.tenants] if access == "accessEntry" else None,
            data_may_go=settings.allow_data_loss,
            subnets=foundation.private_subnet_ids if foundation else tuple(subnets),
            foundation=not foundation,
            artefacts=deployer.Artefacts(bucket=foundation.artefacts_bucket, key_arn=foundation.data_key_arn)
            if foundation
            else None,
            fargate=any(tenant.placement == "fargate" for tenant in settings.tenants),
            boundaries=_boundaries(settings),
            platform=not existing.platform and settings.up_to != "foundation",
        ),
    )


def _boundaries(settings: Settings) -> tuple[str, ...]:
    """The boundaries of the stack's job roles; none where the stack does not ask for one."""
    if settings.boundary is None:
        return ()
    return tuple(sorted({settings.boundary, *(each.boundary for each in settings.tenants if each.boundary)}))
