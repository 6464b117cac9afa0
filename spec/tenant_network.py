"""Whom the pods of a tenant may talk to, as its NetworkPolicy says it."""

from __future__ import annotations

from typing import Any

Document = dict[str, Any]

POLICY_NAME = "tenant-network"
"""Name of a tenant's NetworkPolicy."""
LINK_LOCAL = "169.254.0.0/16"
"""Where a node has services of its own, the instance metadata with the node's credentials at 169.254.169.254 among
them (EC2 User Guide, "Instance metadata and user data")."""

# EKS User Guide, "Understand how EKS Pod Identity works".
_POD_IDENTITY_AGENT, _POD_IDENTITY_PORT = "169.254.170.23/32", 80


def network_policy() -> Document:
    """The `spec` of the one NetworkPolicy of a tenant's namespace, for every pod in it.

    In come connections from the tenant's own pods only: so no tenant reaches another's. Out go connections to all but
    the node's own services; of these the Pod Identity agent answers each pod for itself alone. Source: Kubernetes,
    "Network Policies"; what is not named is refused in both directions.
    """
    agent = {"protocol": "TCP", "port": _POD_IDENTITY_PORT}
    return {
        "podSelector": {},
        "policyTypes": ["Ingress", "Egress"],
        "ingress": [{"from": [{"podSelector": {}}]}],
        "egress": [
            {"to": [{"namespaceSelector": {}}]},
            {"to": [{"ipBlock": {"cidr": "0.0.0.0/0", "except": [LINK_LOCAL]}}]},
            {"to": [{"ipBlock": {"cidr": _POD_IDENTITY_AGENT}}], "ports": [agent]},
        ],
    }
