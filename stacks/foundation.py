"""The foundation layer: keys, buckets, network, cluster with EMR let in, audit trail, alarms; or one that is there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pulumi

from components.alarms import Alarms, AlarmsArgs
from components.audit_trail import AuditTrail, AuditTrailArgs
from components.aws_auth_mapping import AwsAuthMapping, AwsAuthMappingArgs
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
from stacks.lifting import known, lifted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stacks.settings import Settings


@dataclass(frozen=True, kw_only=True)
class _Stores:
    """What keeps logs and data."""

    logs_key: Key
    data_key: Key
    logs: Bucket
    artefacts: Bucket


@dataclass(frozen=True, kw_only=True)
class _Net:
    """Where the cluster lies, whoever made it."""

    zones: tuple[str, ...]
    """Letters of the zones."""
    vpc_id: pulumi.Output[str]
    private_subnet_ids: tuple[pulumi.Output[str], ...]
    pod_subnet_ids: tuple[pulumi.Output[str], ...]
    private_cidrs: tuple[str, ...]
    pod_cidrs: tuple[str, ...]
    gateway_prefix_list_ids: Mapping[str, pulumi.Output[str]]
    endpoints_security_group_id: pulumi.Output[str]

    @property
    def service_cidr(self) -> str:
        """The range of the cluster's Services."""
        return service_range(self.private_cidrs[0])


def build(settings: Settings, providers: list[pulumi.ProviderResource]) -> Foundation[pulumi.Output[str]]:
    """Make the foundation that the settings describe, or take the one that they say is there."""
    options = pulumi.ResourceOptions(providers=providers)
    if settings.existing.foundation:
        return _there(settings, settings.existing.foundation, options)
    return _made(settings, options)


def _there(
    settings: Settings, foundation: Foundation[str], options: pulumi.ResourceOptions
) -> Foundation[pulumi.Output[str]]:
    """Take a foundation by its values; EMR is let into its cluster, if the settings say so."""
    name = known(foundation.cluster_name)
    if settings.existing.emr_access == "awsAuth":
        mapping = AwsAuthMapping("emr", AwsAuthMappingArgs(place=settings.place, cluster_name=name), options)
        name = pulumi.Output.all(name, mapping.username).apply(lambda values: values[0])
    documents = tuple(render(each) for each in policies(settings))
    return replace(lifted(foundation), cluster_name=name, deployer_policies=documents)


def _made(settings: Settings, options: pulumi.ResourceOptions) -> Foundation[pulumi.Output[str]]:
    place = settings.place
    stores = _stores(settings, options)
    network = _network(settings, stores, options)
    cluster = Cluster(
        "cluster",
        ClusterArgs(
            spec=settings.cluster,
            place=place,
            vpc_id=network.vpc_id,
            private_subnet_ids=network.private_subnet_ids,
            pod_subnet_ids=dict(zip(network.zones, network.pod_subnet_ids, strict=True)),
            logs_key_arn=stores.logs_key.arn,
            service_cidr=network.service_cidr,
            allow_data_loss=settings.allow_data_loss and settings.cluster.allow_data_loss,
        ),
        options,
    )
    trail, alarms = _audit(settings, stores, cluster, options)
    return Foundation(
        platform=place.platform,
        account=place.account,
        region=place.region,
        zones=tuple(f"{place.region}{zone}" for zone in network.zones),
        vpc_id=network.vpc_id,
        private_subnet_ids=network.private_subnet_ids,
        pod_subnet_ids=network.pod_subnet_ids,
        private_cidrs=network.private_cidrs,
        pod_cidrs=network.pod_cidrs,
        service_cidr=network.service_cidr,
        gateway_prefix_list_ids=network.gateway_prefix_list_ids,
        endpoints_security_group_id=network.endpoints_security_group_id,
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


def _network(settings: Settings, stores: _Stores, options: pulumi.ResourceOptions) -> _Net:
    """Make the VPC and its endpoints, or take the ones that are there."""
    spec, there = settings.network, settings.existing.network
    if there:
        zones = tuple(sorted(there.private_subnet_ids))
        return _Net(
            zones=zones,
            vpc_id=known(there.vpc_id),
            private_subnet_ids=tuple(known(there.private_subnet_ids[zone]) for zone in zones),
            pod_subnet_ids=tuple(known(there.pod_subnet_ids[zone]) for zone in zones),
            private_cidrs=there.private_cidrs,
            pod_cidrs=there.pod_cidrs,
            gateway_prefix_list_ids={"s3": known(there.s3_prefix_list_id)},
            endpoints_security_group_id=known(there.endpoints_security_group_id),
        )
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
    return _Net(
        zones=spec.zones,
        vpc_id=network.vpc_id,
        private_subnet_ids=endpoints.private_subnet_ids,
        pod_subnet_ids=network.pod_subnet_ids,
        private_cidrs=layout(spec.cidr, spec.pod_cidr).private,
        pod_cidrs=(spec.pod_cidr,),
        gateway_prefix_list_ids=endpoints.gateway_prefix_list_ids,
        endpoints_security_group_id=endpoints.security_group_id,
    )


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
            deployer=settings.cluster.deployer,
            place=settings.place,
            trail_log_group=trail.log_group,
            cluster_log_group=cluster.log_group,
            key_arn=trail.key_arn,
        ),
        options,
    )
    return trail, alarms
