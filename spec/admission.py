"""What the pods of a tenant may ask for, as its Namespace says it to the rules of admission.

The API server reads these annotations whenever it judges a pod. Who may change a Namespace may change them: that is
administrators only, for EMR's Role may `get` namespaces and do nothing else with them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from emr import registries, service_accounts
from emr.fault import Fault
from iam import names
from spec import nodes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spec.place import Place
    from spec.tenant import TenantSpec

_PREFIX = "admission.tenancy"
_REGISTRY = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+(:\d+)?(/[a-z0-9]+([._-]+[a-z0-9]+)*)*")

LABEL = f"{_PREFIX}/guarded"
"""Label of the namespaces whose pods are judged; its value is `true`."""
PRIORITY_CLASSES = f"{_PREFIX}/priority-classes"
"""Annotation: names of priority classes."""
NODE_SELECTORS = f"{_PREFIX}/node-selectors"
"""Annotation: labels of nodes that pods may choose by, `key=value`, or `key` where any value will do."""
TOLERATIONS = f"{_PREFIX}/tolerations"
"""Annotation: taints that pods may tolerate, `key=value:effect`, and `key:effect` for the operator Exists."""
REGISTRIES = f"{_PREFIX}/registries"
"""Annotation: registries, or parts of them, that images may come from."""
SERVICE_ACCOUNTS = f"{_PREFIX}/service-accounts"
"""Annotation: names of service accounts, in which `*` stands for letters, digits and hyphens."""
OWN_NODES = f"{_PREFIX}/own-nodes"
"""Annotation: the label, `key=value`, of the nodes that are the tenant's alone; where it is there, every pod must
choose nodes by it and tolerate the taint of the same key and value."""
FARGATE = f"{_PREFIX}/fargate"
"""Annotation: `required` where every pod must run on Fargate, with security groups of its own."""
POD_ENI = f"{_PREFIX}/pod-eni"
"""Annotation: `required` where every pod must have a network interface with security groups of its own."""

SHARED_NODE_LABELS = (
    "eks.amazonaws.com/capacityType",
    "karpenter.sh/capacity-type",
    "kubernetes.io/arch",
    "kubernetes.io/os",
    "node.kubernetes.io/instance-type",
    nodes.CAPACITY_TYPE,
    nodes.POOL,
    "topology.kubernetes.io/zone",
)
"""What any tenant may choose nodes by: none of it leads to nodes that a taint keeps for others."""

SHARED_TOLERATIONS = (nodes.SPOT_TAINT.text,)
"""What any tenant may tolerate: that a node is taken back."""


@dataclass(frozen=True, kw_only=True)
class Allowed:
    """What the pods of one namespace may ask for; what is not named is refused."""

    node_selectors: Sequence[str] = SHARED_NODE_LABELS
    """Labels of nodes, as `key=value` or as `key`; by default those that every tenant may choose by."""
    tolerations: Sequence[str] = SHARED_TOLERATIONS
    """Taints, as `key=value:effect` or `key:effect`; by default those that every tenant may tolerate."""
    own_nodes: Sequence[str] = ()
    """Label of the nodes, as `key=value`, to which pods must keep; by default they may go to any that all share."""
    registries: Sequence[str]
    """Registries, or parts of them, without a closing slash."""
    service_accounts: Sequence[str]
    """Patterns of service account names."""
    fargate: bool = False
    """Whether every pod must run on Fargate; by default none may."""
    pod_eni: bool = False
    """Whether every pod must have an interface with security groups of its own; by default not."""


def of_tenant(tenant: TenantSpec, place: Place) -> Allowed:
    """What a tenant's pods may ask for: EMR's images and the tenant's registries, as the accounts of its roles.

    Pods of a dedicated tenant may, and must, go to its own nodes. Those on Fargate choose no nodes: each has one to
    itself, and its groups come by an annotation.
    """
    on_fargate = tenant.placement == "fargate"
    taint = nodes.tenant_taint(tenant.name)
    own = (f"{taint.key}={taint.value}",) if tenant.placement == "dedicated" else ()
    shared_labels, shared_tolerations = ((), ()) if on_fargate else (SHARED_NODE_LABELS, SHARED_TOLERATIONS)
    return Allowed(
        node_selectors=(*shared_labels, *own),
        tolerations=(*shared_tolerations, taint.text) if own else shared_tolerations,
        own_nodes=own,
        registries=(registries.host(registries.EMR[place.region], place.region), *tenant.registries),
        service_accounts=tuple(
            service_accounts.name_pattern(
                account=place.account, role_name=names.job_role(place.platform, tenant.name, role.name)
            )
            for role in tenant.roles
        ),
        fargate=on_fargate,
        pod_eni=not on_fargate,
    )


def annotations_of(allowed: Allowed) -> dict[str, str]:
    """The annotations that say so, without the one of priority classes: they are the platform's to name.

    Raises:
        ValueError: an entry would be read as two, or tolerates every taint.
    """
    lists = {
        NODE_SELECTORS: allowed.node_selectors,
        TOLERATIONS: allowed.tolerations,
        REGISTRIES: allowed.registries,
        SERVICE_ACCOUNTS: allowed.service_accounts,
        **({OWN_NODES: allowed.own_nodes} if allowed.own_nodes else {}),
    }
    for key, entries in lists.items():
        for entry in entries:
            if not entry or "," in entry or entry[0] in ":=":
                raise ValueError(f"{entry!r} is no entry of {key}: it has a comma in it, or no key")
    required = {key: "required" for key, is_so in ((FARGATE, allowed.fargate), (POD_ENI, allowed.pod_eni)) if is_so}
    return {key: ",".join(entries) for key, entries in lists.items()} | required


def check_registry(registry: str) -> list[Fault]:
    """What keeps a text from being a registry, or a part of one, that images may come from."""
    if _REGISTRY.fullmatch(registry):
        return []
    return [
        Fault(
            given=repr(registry),
            allowed="a registry's host, and a path in it if only that part is meant; no tag, no closing slash",
            why="an image is allowed if its name begins with this text and a slash",
            write="123456789012.dkr.ecr.us-west-2.amazonaws.com/spark",
        )
    ]
