"""Which AWS services a platform's VPC reaches through endpoints of its own.

An interface endpoint costs a charge for each zone and hour, whether it is used or not; a gateway endpoint costs
nothing. Sources: EKS User Guide, "Deploy private clusters with limited internet access" and "Access Amazon EKS using
AWS PrivateLink".
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from emr.fault import Fault
from iam import endpoints, s3
from iam.documents import check_size

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from spec.network import NetworkSpec
    from spec.place import Place
    from spec.tenant import TenantSpec

SERVICES = {
    "autoscaling": "managed node groups and the Cluster Autoscaler",
    "dynamodb": "jobs that use DynamoDB",
    "ec2": "the network plugin, names of nodes, Karpenter",
    "ecr.api": "images",
    "ecr.dkr": "images",
    "eks": "nodes that join, tools",
    "eks-auth": "EKS Pod Identity",
    "elasticloadbalancing": "load balancers of Services and interactive endpoints",
    "emr-containers": "submitting jobs from inside the VPC",
    "glue": "jobs that use the Glue Data Catalog",
    "kms": "encryption on the client's side, disks",
    "lakeformation": "jobs under Lake Formation",
    "logs": "logs of jobs in CloudWatch",
    "monitoring": "metrics to CloudWatch",
    "oidc-eks": "making the cluster's OIDC provider from inside the VPC",
    "s3": "code, data, logs, layers of images",
    "secretsmanager": "secrets of tenants",
    "sqs": "Karpenter's interruption queue",
    "ssm": "Karpenter's choice of machine images",
    "sts": "IAM roles for service accounts",
    "xray": "traces",
}
"""Every service that can be chosen, with what needs it."""

GATEWAYS = ("dynamodb", "s3")
"""Those whose endpoint is an entry of route tables, not an interface; they cost nothing."""

_WITHOUT_NAT = (
    *("autoscaling", "ec2", "ecr.api", "ecr.dkr", "eks", "eks-auth", "elasticloadbalancing", "emr-containers"),
    *("kms", "logs", "s3", "secretsmanager", "sqs", "ssm", "sts"),
)
_WITH_NAT = ("ecr.api", "ecr.dkr", "logs", "s3", "sts")


def chosen(network: NetworkSpec) -> tuple[str, ...]:
    """The services that get an endpoint, in alphabetical order.

    Without NAT: all that the platform itself and every job need, for nothing else leads there. With NAT only what
    pays or protects: S3 is free and its policy keeps data from strangers' buckets; images, logs and S3 are the bulk
    of the traffic, for which NAT would charge by the gigabyte; and credentials of jobs come from STS, so that a job
    runs even where its pods are let out to endpoints only. More is a choice: what a tenant's pods call beside these,
    such as Glue, needs an endpoint wherever pods are let out to endpoints only.
    """
    default = _WITHOUT_NAT if network.nat == "none" else _WITH_NAT
    return tuple(sorted({*default, *network.endpoints}))


def declared_buckets(network: NetworkSpec, tenants: Iterable[TenantSpec]) -> tuple[str, ...]:
    """Buckets that the network or a tenant names, in alphabetical order; places that cannot be read are left out."""
    uris = {uri for tenant in tenants for role in tenant.roles for uri in (*role.read, *role.write)}
    named = {s3.prefix(uri).bucket for uri in uris if not s3.check_prefix(uri)}
    return tuple(sorted({*network.buckets, *named}))


def check_endpoints(network: NetworkSpec, place: Place, buckets: Sequence[str]) -> list[Fault]:
    """What is wrong with the endpoints of a network, each fault under its key of the network.

    Args:
        network: the network.
        place: platform, account and a Region of EMR on EKS.
        buckets: all buckets that the S3 endpoint is to admit by name.
    """
    faults = [
        _unknown(service).within(f"endpoints[{index}]")
        for index, service in enumerate(network.endpoints)
        if service not in SERVICES
    ]
    policy = endpoints.default("s3", region=place.region, account=place.account, buckets=buckets)
    return faults + [fault.within("buckets") for fault in check_size(policy or {}, endpoints.LIMIT)]


def _unknown(service: str) -> Fault:
    near = difflib.get_close_matches(service, SERVICES, n=1, cutoff=0.4)
    return Fault(
        given=repr(service),
        allowed=", ".join(SERVICES),
        why="for another service there is no policy that would fence its endpoint",
        write=near[0] if near else "nothing: take it out",
    )
