"""Whether the values of an existing foundation are what they should be."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from emr.fault import Fault
from spec.contracts import VERSION
from spec.existing_network import check_id, check_range, check_ranges
from spec.subnets import ZONES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spec.contracts import Foundation
    from spec.place import Place

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_ISSUER = re.compile(r"[a-z0-9.-]+(:\d+)?(/[\w-]+)+")
# EKS API reference, CreateCluster: the form of a cluster's name.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")


def check_existing_foundation(foundation: Foundation[str], place: Place) -> list[Fault]:
    """What is wrong with the values of a foundation, each fault under its key."""
    return [*_of_place(foundation, place), *_of_network(foundation), *_of_cluster(foundation), *_of_stores(foundation)]


def _of_place(foundation: Foundation[str], place: Place) -> Iterator[Fault]:
    if foundation.version != VERSION:
        why = "another version of the contract says other things under the same keys"
        yield _fault("version", str(foundation.version), str(VERSION), why)
    for key in ("platform", "account", "region"):
        given, own = getattr(foundation, key), getattr(place, key)
        if given != own:
            why = f"the stack says {key}: {own}, by which its names and its providers are made"
            yield _fault(key, repr(given), own, why)


def _of_network(foundation: Foundation[str]) -> Iterator[Fault]:
    ids = {"vpcId": (foundation.vpc_id, "vpc")}
    ids["endpointsSecurityGroupId"] = (foundation.endpoints_security_group_id, "sg")
    ids["clusterSecurityGroupId"] = (foundation.cluster_security_group_id, "sg")
    for service, prefix_list in foundation.gateway_prefix_list_ids.items():
        ids[f"gatewayPrefixListIds.{service}"] = (prefix_list, "pl")
    for key, (given, kind) in ids.items():
        yield from (fault.within(key) for fault in check_id(given, kind))
    zones = foundation.zones
    if len(set(zones)) != ZONES or not all(re.fullmatch(rf"{foundation.region}[a-z]", zone) for zone in zones):
        allowed = ", ".join(f"{foundation.region}{letter}" for letter in "abc")
        yield _fault("zones", ", ".join(zones) or "none", allowed, "subnets are given in the order of three zones")
    if "s3" not in foundation.gateway_prefix_list_ids:
        why = "pods reach S3 by its gateway endpoint, and their security group names its addresses"
        yield _fault("gatewayPrefixListIds", "no s3", "s3, with the id of its prefix list", why, "{s3: pl-...}")
    for key, ranges in (("privateCidrs", foundation.private_cidrs), ("podCidrs", foundation.pod_cidrs)):
        yield from (fault.within(key) for fault in check_ranges(ranges))
    yield from (fault.within("serviceCidr") for fault in check_range(foundation.service_cidr))
    for key, subnets in (
        ("privateSubnetIds", foundation.private_subnet_ids),
        ("podSubnetIds", foundation.pod_subnet_ids),
    ):
        for index, subnet in enumerate(subnets):
            yield from (fault.within(f"{key}[{index}]") for fault in check_id(subnet, "subnet"))
        if len(set(subnets)) != ZONES or len(subnets) != ZONES:
            why = "the platform spreads over three zones, so that losing one leaves two"
            yield _fault(key, f"{len(subnets)} subnets", f"{ZONES} different subnets, one a zone", why)


def _of_cluster(foundation: Foundation[str]) -> Iterator[Fault]:
    where = f"{foundation.region}:{foundation.account}"
    name = foundation.cluster_name
    if not _NAME.fullmatch(name):
        yield _fault("clusterName", repr(name), "the name of an EKS cluster", "EKS gives no other names")
    arn = re.fullmatch(rf"arn:[a-z-]+:eks:{where}:cluster/(.+)", foundation.cluster_arn)
    if arn is None or arn[1] != name:
        allowed = f"arn:aws:eks:{where}:cluster/{name}"
        yield _fault("clusterArn", repr(foundation.cluster_arn), allowed, "it is the ARN of clusterName")
    issuer = foundation.oidc_issuer
    if not _ISSUER.fullmatch(issuer):
        why = "trust documents name it so, without https://"
        yield _fault("oidcIssuer", repr(issuer), "host and path", why, issuer.removeprefix("https://"))
    if not re.fullmatch(
        rf"arn:[a-z-]+:iam::{foundation.account}:oidc-provider/{re.escape(issuer)}", foundation.oidc_provider_arn
    ):
        allowed = f"arn:aws:iam::{foundation.account}:oidc-provider/{issuer}"
        why = "without the account's IAM provider of that issuer no role trusts the cluster's service accounts"
        yield _fault("oidcProviderArn", repr(foundation.oidc_provider_arn), allowed, why)
    if not _is_kubeconfig(foundation.kubeconfig):
        yield _fault(
            "kubeconfig",
            "no kubeconfig",
            "a kubeconfig as JSON, with a cluster, a user and a context",
            "the Kubernetes provider reads nothing else",
            "what `pulumi stack output foundation` shows, or of others' clusters: "
            "KUBECONFIG=x aws eks update-kubeconfig --name ..., then kubectl --kubeconfig x config view --raw -o json",
        )


def _of_stores(foundation: Foundation[str]) -> Iterator[Fault]:
    for key, bucket in (
        ("logsBucket", foundation.logs_bucket),
        ("artefactsBucket", foundation.artefacts_bucket),
        ("auditBucket", foundation.audit_bucket),
    ):
        if not _BUCKET.fullmatch(bucket):
            yield _fault(key, repr(bucket), "the name of an S3 bucket", "S3 gives no other names", "my-bucket")
    for key, arn in (
        ("logsKeyArn", foundation.logs_key_arn),
        ("dataKeyArn", foundation.data_key_arn),
        ("auditKeyArn", foundation.audit_key_arn),
    ):
        where = f"{foundation.region}:{foundation.account}"
        if not re.fullmatch(rf"arn:[a-z-]+:kms:{where}:key/[\w-]+", arn):
            why = "policies name a key by its ARN; an alias is no resource that they could name"
            yield _fault(key, repr(arn), f"arn:aws:kms:{where}:key/ and the key's id", why)


def _is_kubeconfig(text: str) -> bool:
    try:
        read: Any = json.loads(text)
    except ValueError:
        return False
    return isinstance(read, dict) and all(read.get(key) for key in ("clusters", "users", "contexts"))  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType, reportUnknownArgumentType]


def _fault(where: str, given: str, allowed: str, why: str, write: str | None = None) -> Fault:
    return Fault(where=where, given=given, allowed=allowed, why=why, write=write or allowed)
