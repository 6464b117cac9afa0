"""The foundation layer: keys, buckets, network, cluster with EMR let in, audit trail and alarms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi

from components.alarms import Alarms, AlarmsArgs
from components.audit_trail import AuditTrail, AuditTrailArgs
from components.bucket import Bucket, BucketArgs
from components.cluster import Cluster, ClusterArgs
from components.key import Key, KeyArgs
from components.network import Network, NetworkArgs
from components.vpc_endpoints import VpcEndpoints, VpcEndpointsArgs
from iam import keys
from iam.documents import render
from spec.contracts import Foundation
from spec.endpoints import declared_buckets
from spec.subnets import layout, service_range
from stacks.deployer import policies

if TYPE_CHECKING:
    from stacks.settings import Settings


@dataclass(frozen=True, kw_only=True)
class _Stores:
    """What keeps logs and data."""

    logs_key: Key
    data_key: Key
    logs: Bucket
    artefacts: Bucket


def build(settings: Settings, providers: list[pulumi.ProviderResource]) -> Foundation[pulumi.Output[str]]:
    """Make the foundation that the settings describe."""
    place = settings.place
    options = pulumi.ResourceOptions(providers=providers)
    stores = _stores(settings, options)
    network, endpoints = _network(settings, stores, options)
    cluster = Cluster(
        "cluster",
        ClusterArgs(
            spec=settings.cluster,
            place=place,
            vpc_id=network.vpc_id,
            private_subnet_ids=endpoints.private_subnet_ids,
            pod_subnet_ids=dict(zip(settings.network.zones, network.pod_subnet_ids, strict=True)),
            logs_key_arn=stores.logs_key.arn,
            service_cidr=service_range(settings.network.cidr),
            allow_data_loss=settings.allow_data_loss and settings.cluster.allow_data_loss,
        ),
        options,
    )
    trail, alarms = _audit(settings, stores, cluster, options)
    return Foundation(
        platform=place.platform,
        account=place.account,
        region=place.region,
        vpc_id=network.vpc_id,
        private_subnet_ids=endpoints.private_subnet_ids,
        pod_subnet_ids=network.pod_subnet_ids,
        private_cidrs=layout(settings.network.cidr, settings.network.pod_cidr).private,
        pod_cidrs=(settings.network.pod_cidr,),
        service_cidr=service_range(settings.network.cidr),
        gateway_prefix_list_ids=endpoints.gateway_prefix_list_ids,
        endpoints_security_group_id=endpoints.security_group_id,
        cluster_name=cluster.name,
        cluster_arn=place.cluster_arn,
        cluster_security_group_id=cluster.security_group_id,
        logs_bucket=stores.logs.name,
        artefacts_bucket=stores.artefacts.name,
        audit_bucket=trail.bucket,
        logs_key_arn=stores.logs_key.arn,
        data_key_arn=stores.data_key.arn,
        audit_key_arn=trail.key_arn,
        alarms_topic_arn=alarms.topic_arn,
        deployer_policies=tuple(render(each) for each in policies(settings)),
        kubeconfig=cluster.kubeconfig,
        oidc_issuer=cluster.oidc_issuer,
        oidc_provider_arn=cluster.oidc_provider_arn,
    )


def _network(settings: Settings, stores: _Stores, options: pulumi.ResourceOptions) -> tuple[Network, VpcEndpoints]:
    """Make the VPC and its endpoints."""
    spec = settings.network
    network = Network(
        "network",
        NetworkArgs(
            spec=spec,
            place=settings.place,
            retain=not (settings.allow_data_loss and spec.allow_data_loss),
            key_arn=stores.logs_key.arn,
        ),
        options,
    )
    endpoints = VpcEndpoints(
        "endpoints",
        VpcEndpointsArgs(
            spec=spec,
            place=settings.place,
            vpc_id=network.vpc_id,
            private_subnet_ids=network.private_subnet_ids,
            route_table_ids=network.route_table_ids,
            buckets=declared_buckets(spec, settings.tenants),
        ),
        options,
    )
    return network, endpoints


def _stores(settings: Settings, options: pulumi.ResourceOptions) -> _Stores:
    """Make the buckets and the keys of logs and data."""
    place, storage = settings.place, settings.storage
    keep = not (settings.allow_data_loss and storage.allow_data_loss)
    common = {"partition": place.partition, "account": place.account, "region": place.region}
    logs_key = Key(
        "logs",
        KeyArgs(
            alias=f"{place.platform}-logs",
            description=f"Logs of platform {place.platform}",
            policy=keys.logs_key(**common),
            retain=settings.keeps_logs,
        ),
        options,
    )
    data_key = Key(
        "data",
        KeyArgs(
            alias=f"{place.platform}-data",
            description=f"Data of platform {place.platform} in S3",
            policy=keys.data_key(**common),
            retain=keep,
        ),
        options,
    )
    logs = BucketArgs(
        place=place,
        name=place.logs_bucket,
        key_arn=logs_key.arn,
        expiration_days=storage.log_retention_days,
        noncurrent_days=storage.noncurrent_days,
        retain=keep,
    )
    artefacts = BucketArgs(
        place=place,
        name=place.artefacts_bucket,
        key_arn=data_key.arn,
        noncurrent_days=storage.noncurrent_days,
        retain=keep,
    )
    return _Stores(
        logs_key=logs_key,
        data_key=data_key,
        logs=Bucket("logs", logs, options),
        artefacts=Bucket("artefacts", artefacts, options),
    )


def _audit(
    settings: Settings, stores: _Stores, cluster: Cluster, options: pulumi.ResourceOptions
) -> tuple[AuditTrail, Alarms]:
    """Make the audit trail, and the alarms on it and on the cluster's audit log."""
    trail = AuditTrail(
        "audit",
        AuditTrailArgs(
            spec=settings.audit,
            place=settings.place,
            buckets=[stores.logs.name, stores.artefacts.name],
            retain=not (settings.allow_data_loss and settings.audit.allow_data_loss),
        ),
        options,
    )
    alarms = Alarms(
        "alarms",
        AlarmsArgs(
            spec=settings.audit,
            place=settings.place,
            trail_log_group=trail.log_group,
            cluster_log_group=cluster.log_group,
            key_arn=trail.key_arn,
        ),
        options,
    )
    return trail, alarms
