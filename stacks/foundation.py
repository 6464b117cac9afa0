"""The foundation layer: network, cluster with EMR let in, and buckets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from components.bucket import Bucket, BucketArgs
from components.cluster import Cluster, ClusterArgs
from components.network import Network, NetworkArgs
from spec.contracts import Foundation

if TYPE_CHECKING:
    from stacks.settings import Settings


def build(settings: Settings, providers: list[pulumi.ProviderResource]) -> Foundation[pulumi.Output[str]]:
    """Make the foundation that the settings describe."""
    place = settings.place
    options = pulumi.ResourceOptions(providers=providers)
    network = Network("network", NetworkArgs(spec=settings.network, place=place), options)
    cluster = Cluster(
        "cluster",
        ClusterArgs(
            spec=settings.cluster,
            place=place,
            vpc_id=network.vpc_id,
            private_subnet_ids=network.private_subnet_ids,
            allow_data_loss=settings.allow_data_loss and settings.cluster.allow_data_loss,
        ),
        options,
    )
    keep = not (settings.allow_data_loss and settings.storage.allow_data_loss)
    logs = Bucket("logs", BucketArgs(place=place, name=place.logs_bucket, retain=keep), options)
    artefacts = Bucket("artefacts", BucketArgs(place=place, name=place.artefacts_bucket, retain=keep), options)
    return Foundation(
        platform=place.platform,
        account=place.account,
        region=place.region,
        vpc_id=network.vpc_id,
        private_subnet_ids=network.private_subnet_ids,
        cluster_name=cluster.name,
        cluster_arn=place.cluster_arn,
        cluster_security_group_id=cluster.security_group_id,
        logs_bucket=logs.name,
        artefacts_bucket=artefacts.name,
        kubeconfig=cluster.kubeconfig,
        oidc_issuer=cluster.oidc_issuer,
        oidc_provider_arn=cluster.oidc_provider_arn,
    )
