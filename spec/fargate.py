"""What placement on Fargate gives and what it cannot, and what is checked of a tenant that asks for it.

Source: EKS User Guide, "Simplify compute management with AWS Fargate" (considerations), "Define which Pods use AWS
Fargate when launched", "View and manage service quotas", "Learn how EKS Pod Identity grants Pods access to AWS
services" (considerations), "Limit Pod traffic with Kubernetes network policies" (considerations).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from emr.fault import Fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from spec.tenant import TenantSpec

SCHEDULER = "fargate-scheduler"
"""The scheduler to which EKS gives the pods that a profile selects."""
PRIORITY_CLASS = "system-node-critical"
"""The class that EKS gives these pods, whatever they name: each has its node to itself, and pushes out none."""
GROUPS = "fargate.amazonaws.com/pod-sg"
"""Annotation with a pod's security groups, which EKS adds (amazon-vpc-resource-controller-k8s, pod_webhook.go)."""
MOST_PROFILES = 10
"""Fargate profiles of one cluster, unless AWS has raised the quota."""

_ROLES: tuple[str, ...] = ("driver", "executor")


def check_fargate(tenant: TenantSpec) -> list[Fault]:
    """What of a tenant's file Fargate cannot give, each fault under its key."""
    if tenant.placement != "fargate":
        return _check_unasked(tenant)
    return [*_check_accepted(tenant), *_check_credentials(tenant), *_check_templates(tenant)]


def check_profiles(tenants: Iterable[TenantSpec]) -> list[Fault]:
    """Whether the tenants of one cluster want more profiles than it takes: each placed on Fargate has one."""
    placed = [tenant.name for tenant in tenants if tenant.placement == "fargate"]
    if len(placed) <= MOST_PROFILES:
        return []
    return [
        Fault(
            where="tenants",
            given=f"{len(placed)} tenants with placement: fargate ({', '.join(placed)})",
            allowed=f"at most {MOST_PROFILES} in a cluster",
            why=f"each has a Fargate profile, and a cluster takes {MOST_PROFILES} (EKS quota Fargate profiles)",
            write=f"placement: dedicated in the files of {', '.join(placed[MOST_PROFILES:])}",
        )
    ]


def _check_unasked(tenant: TenantSpec) -> list[Fault]:
    if not tenant.accept_fargate_network:
        return []
    return [
        Fault(
            where="acceptFargateNetwork",
            given=f"true, with placement: {tenant.placement}",
            allowed="true only with placement: fargate",
            why="pods on nodes keep both fences, and nothing is there to accept",
            write="nothing: take it out, or placement: fargate",
        )
    ]


def _check_accepted(tenant: TenantSpec) -> Iterator[Fault]:
    if not tenant.accept_fargate_network:
        yield Fault(
            where="acceptFargateNetwork",
            given="false, with placement: fargate",
            allowed="true, where pods run on Fargate",
            why="no NetworkPolicy is enforced on Fargate: security groups alone fence its pods off",
            write="acceptFargateNetwork: true, or placement: dedicated, which keeps both fences",
        )


def _check_credentials(tenant: TenantSpec) -> Iterator[Fault]:
    for index, role in enumerate(tenant.roles):
        if role.by_pod_identity:
            yield Fault(
                where=f"roles[{index}].credentials",
                given=f"{role.credentials!r}, with placement: fargate",
                allowed="irsa",
                why="the agent of EKS Pod Identity runs on EC2 nodes only",
                write="credentials: irsa",
            )


def _check_templates(tenant: TenantSpec) -> Iterator[Fault]:
    if tenant.pod_templates.zone is not None:
        yield Fault(
            where="podTemplates.zone",
            given=f"{tenant.pod_templates.zone!r}, with placement: fargate",
            allowed="no zone",
            why="Fargate takes any subnet of the profile, and there are no nodes to choose by their zone",
            write="nothing: take it out, or placement: dedicated",
        )
    for role in _ROLES:
        for path, driver in _volumes(getattr(tenant.pod_templates, role)):
            yield Fault(
                where=f"podTemplates.{role}.{path}",
                given=f"a volume of {driver}, with placement: fargate",
                allowed="emptyDir, configMap, secret, projected and downwardAPI",
                why="a volume's driver runs as a DaemonSet, and Fargate runs none: the pod would wait for ever. "
                "Secrets are read by the AWS SDK, as the job's role",
                write="nothing: take it out, or placement: dedicated",
            )


def _volumes(template: object) -> Iterator[tuple[str, str]]:
    """The volumes that need a driver on the node, with their paths; what is no list of mappings is another check's."""
    volumes = _mapping(_mapping(template).get("spec")).get("volumes")
    for index, each in enumerate(cast("list[object]", volumes) if isinstance(volumes, list) else []):
        volume = _mapping(each)
        if "csi" in volume:
            yield f"spec.volumes[{index}].csi", str(_mapping(volume["csi"]).get("driver"))
        if "ephemeral" in volume:
            yield f"spec.volumes[{index}].ephemeral", "a claim of its own"


def _mapping(value: object) -> dict[str, object]:
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}
