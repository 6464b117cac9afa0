"""Pod templates of a tenant: drivers on on-demand nodes, executors on spot nodes, both on the nodes that are its own.

Sources: EMR on EKS Development Guide, "Using pod templates" and "Using job submitter classification" (pod templates do
not reach the submitter's pod); Karpenter documentation, "Disruption", "Pod-Level Controls".
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from emr.pod_template_fields import MAIN_CONTAINER
from emr.pod_templates import is_main
from spec import nodes

if TYPE_CHECKING:
    from emr.spark_sizes import Role
    from spec.tenant import TenantSpec

Document = dict[str, Any]
"""A pod template, or a part of one, as YAML has it."""

ROLES: tuple[Role, ...] = ("driver", "executor")
"""The pods that have templates."""
DO_NOT_DISRUPT = "karpenter.sh/do-not-disrupt"
"""Annotation of pods whose nodes Karpenter does not take away of its own will; its value is `true`."""
ZONE = "topology.kubernetes.io/zone"
"""Label of nodes: their availability zone."""
SUBMITTER = "emr-job-submitter"
"""Classification of the submitter's pod."""


@dataclass(frozen=True, kw_only=True)
class PodTemplatesSpec:
    """What a tenant adds to the pod templates of its jobs; where its pods run, the platform says."""

    zone: str | None = None
    """Availability zone to which all pods keep, so that none pays for traffic between zones; by default any."""
    driver: dict[str, Any] = field(default_factory=dict[str, Any])
    """Pod template of drivers: sidecars, init containers, volumes, labels; by default nothing more."""
    executor: dict[str, Any] = field(default_factory=dict[str, Any])
    """Pod template of executors; by default nothing more."""


@dataclass(frozen=True, kw_only=True)
class Platform:
    """What the platform gives the pods of jobs."""

    priority_classes: dict[Role, str]
    """Name of the priority class of drivers, 100, and of executors, 50."""
    spot: bool
    """Whether executors run on spot nodes; drivers never do."""


def selectors(role: Role, tenant: TenantSpec, *, spot: bool) -> dict[str, str]:
    """Labels by which pods of a role choose their nodes; on Fargate there is nothing to choose."""
    if tenant.placement == "fargate":
        return {}
    zone = {ZONE: tenant.pod_templates.zone} if tenant.pod_templates.zone else {}
    return {**_pool(role, tenant, spot=spot).labels, **zone}


def pod_template(role: Role, tenant: TenantSpec, platform: Platform) -> Document:
    """The template of drivers or executors: what the platform decides, and what the tenant adds."""
    own: Document = getattr(tenant.pod_templates, role)
    pod: Document = own.get("spec") or {}
    metadata: Document = own.get("metadata") or {}
    containers: list[Document] = pod.get("containers") or []
    if not any(is_main(each, role) for each in containers):
        containers = [{"name": MAIN_CONTAINER[role]}, *containers]
    kept = {DO_NOT_DISRUPT: "true"} if role == "driver" and tenant.placement != "fargate" else {}
    annotations: dict[str, str] = {**(metadata.get("annotations") or {}), **kept}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {**metadata, **({"annotations": annotations} if annotations else {})},
        "spec": {
            **pod,
            **_placed(role, tenant, platform),
            "containers": containers,
        },
    }


def _placed(role: Role, tenant: TenantSpec, platform: Platform) -> Document:
    """Where a pod runs and what it pushes out; on Fargate EKS says so, and neither taints nor priorities count."""
    if tenant.placement == "fargate":
        return {}
    return {
        "priorityClassName": platform.priority_classes[role],
        "nodeSelector": selectors(role, tenant, spot=platform.spot),
        "tolerations": [_toleration(taint) for taint in _pool(role, tenant, spot=platform.spot).taints],
    }


def submitter(tenant: TenantSpec) -> dict[str, str]:
    """Properties of the classification of the submitter's pod, which takes its place among the drivers.

    Its priority is the cluster's default class: the classification has no word for another.
    """
    if tenant.placement == "fargate":
        return {}
    pool = _pool("driver", tenant, spot=False)
    properties = {
        f"jobsubmitter.node.selector.{key}": value for key, value in selectors("driver", tenant, spot=False).items()
    }
    for taint in pool.taints:
        properties[f"jobsubmitter.node.toleration.{taint.key}"] = taint.value
        properties[f"jobsubmitter.node.toleration.{taint.key}.effect"] = taint.effect
    return properties | {f"jobsubmitter.annotation.{DO_NOT_DISRUPT}": "true"}


def text(template: Document) -> str:
    """A template as its file has it: JSON, which is YAML too."""
    return json.dumps(template, indent=2, sort_keys=True) + "\n"


def key(role: Role, content: str) -> str:
    """Key of the file below the tenant's prefix: so what a job template names never changes."""
    return f"pod-templates/{role}-{hashlib.sha256(content.encode()).hexdigest()[:16]}.yaml"


def _pool(role: Role, tenant: TenantSpec, *, spot: bool) -> nodes.Pool:
    drivers, executors = nodes.pools(spot=spot, tenant=tenant.name if tenant.placement == "dedicated" else "")
    return drivers if role == "driver" else executors


def _toleration(taint: nodes.Taint) -> dict[str, str]:
    return {"key": taint.key, "operator": "Equal", "value": taint.value, "effect": taint.effect}
