"""The admin tier's denial of the address of instance metadata, above all that a namespace says.

Source: EKS User Guide, "Limit Pod traffic with Kubernetes network policies", "Admin network policies";
amazon-network-policy-controller-k8s, networking.k8s.aws/v1alpha1.
"""

from __future__ import annotations

from typing import Any

from spec.admission import LABEL
from spec.tenant_network import METADATA


def metadata_policy() -> dict[str, Any]:
    """The `spec` of the ClusterNetworkPolicy that keeps all tenants' pods from the metadata of their nodes.

    Namespaces are chosen by the label that the guard of admission goes by: what is guarded is fenced.
    """
    return {
        "tier": "Admin",
        "priority": 10,
        "subject": {"namespaces": {"matchLabels": {LABEL: "true"}}},
        "egress": [{"name": "no-metadata", "action": "Deny", "to": [{"networks": [METADATA]}]}],
    }
