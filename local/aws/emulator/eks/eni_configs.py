"""ENIConfigs: from which subnet, and with which security groups, the pods of a node get their addresses.

The add-on vpc-cni brings the definition, and makes the objects that its configuration names (amazon-vpc-cni-k8s,
charts/aws-vpc-cni, values `eniConfig`). No traffic flows here, so nothing reads them: they are there to be seen.
"""

from __future__ import annotations

from typing import Any

from local.control_plane import ApiError, define

Document = dict[str, Any]
_MANAGER = "eks"
_GROUP, _VERSION = "crd.k8s.amazonaws.com", "v1alpha1"
_PATH = f"/apis/{_GROUP}/{_VERSION}/eniconfigs"
_OURS = {"app.kubernetes.io/managed-by": "eks"}
_DEFINITION: Document = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": f"eniconfigs.{_GROUP}"},
    "spec": {
        "scope": "Cluster",
        "group": _GROUP,
        "names": {"plural": "eniconfigs", "singular": "eniconfig", "kind": "ENIConfig"},
        "versions": [
            {
                "name": _VERSION,
                "served": True,
                "storage": True,
                "schema": {
                    "openAPIV3Schema": {
                        "type": "object",
                        "x-kubernetes-preserve-unknown-fields": True,
                        "properties": {
                            "spec": {
                                "type": "object",
                                "required": ["subnet"],
                                "properties": {
                                    "securityGroups": {"type": "array", "items": {"type": "string"}},
                                    "subnet": {"type": "string"},
                                },
                            }
                        },
                    }
                },
            }
        ],
    },
}


def install(api: Any, values: Document) -> None:
    """Make the objects that the configuration of vpc-cni names, and take away those it no longer names."""
    define(api, _DEFINITION, manager=_MANAGER)
    wanted = _documents(values)
    for name, document in wanted.items():
        api.apply(f"{_PATH}/{name}", document, manager=_MANAGER)
    for found in api.list(_PATH):
        name = found["metadata"]["name"]
        if found["metadata"].get("labels") == _OURS and name not in wanted:
            api.delete(f"{_PATH}/{name}")


def remove(api: Any) -> None:
    """Take away what the add-on made; the definition stays, as Helm leaves it."""
    try:
        found = api.list(_PATH)
    except ApiError as error:
        if error.reason != "NotFound":
            raise
        return
    for each in found:
        if each["metadata"].get("labels") == _OURS:
            api.delete(f"{_PATH}/{each['metadata']['name']}")


def _documents(values: Document) -> dict[str, Document]:
    configured: Document = values.get("eniConfig", {})
    if not configured.get("create"):
        return {}
    subnets: Document = configured["subnets"]
    return {name: _document(name, subnet) for name, subnet in subnets.items()}


def _document(name: str, subnet: Document) -> Document:
    groups = {"securityGroups": subnet["securityGroups"]} if subnet.get("securityGroups") else {}
    return {
        "apiVersion": f"{_GROUP}/{_VERSION}",
        "kind": "ENIConfig",
        "metadata": {"name": name, "labels": dict(_OURS)},
        "spec": {"subnet": subnet["id"], **groups},
    }
