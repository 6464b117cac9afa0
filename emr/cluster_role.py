"""The Kubernetes Role that lets EMR work in a namespace.

Today's superset of what AWS publishes: the seven rules of the EMR on EKS guide ("Enable cluster access"), claims for
volumes (the guide since Kubernetes 1.22; Spark deletes them as a collection since EMR 6.12), ingresses under their
present API group, and pod groups for the Volcano scheduler (eksctl, `emr-containers-rbac.yaml`).

It must be a superset: EMR makes Roles for each job, and Kubernetes lets nobody grant what he does not hold. That
comparison is textual, so `describe`, `edit`, `annotate` and `label` stay although no API verb has these names: they
grant nothing, but a Role made by EMR that lists them could not be made without them.
"""

from __future__ import annotations

from dataclasses import dataclass

USER = "emr-containers"
"""The Kubernetes user as which EMR works in a cluster."""

ROLE_NAME = "emr-containers"
"""Name of the Role and of its RoleBinding in every namespace."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule of a Kubernetes Role."""

    api_groups: tuple[str, ...]
    """API groups; the empty text is the core group."""
    resources: tuple[str, ...]
    """Resources in these groups, subresources after a slash."""
    verbs: tuple[str, ...]
    """What may be done with them."""


_ALL = (
    "get",
    "list",
    "watch",
    "describe",
    "create",
    "edit",
    "delete",
    "deletecollection",
    "annotate",
    "patch",
    "label",
)
_ONE_BY_ONE = tuple(verb for verb in _ALL if verb != "deletecollection")

RULES = (
    Rule(api_groups=("",), resources=("namespaces",), verbs=("get",)),
    Rule(
        api_groups=("",),
        resources=("serviceaccounts", "services", "configmaps", "events", "pods", "pods/log"),
        verbs=_ALL,
    ),
    Rule(api_groups=("",), resources=("secrets",), verbs=("create", "patch", "delete", "watch")),
    Rule(api_groups=("apps",), resources=("statefulsets", "deployments"), verbs=_ONE_BY_ONE),
    Rule(api_groups=("batch",), resources=("jobs",), verbs=_ONE_BY_ONE),
    Rule(api_groups=("extensions",), resources=("ingresses",), verbs=_ONE_BY_ONE),
    Rule(api_groups=("rbac.authorization.k8s.io",), resources=("roles", "rolebindings"), verbs=_ALL),
    Rule(api_groups=("",), resources=("persistentvolumeclaims",), verbs=_ALL),
    Rule(api_groups=("networking.k8s.io",), resources=("ingresses",), verbs=_ONE_BY_ONE),
    Rule(
        api_groups=("scheduling.volcano.sh",),
        resources=("podgroups",),
        verbs=("get", "list", "watch", "create", "delete", "update"),
    ),
)
"""The rules; the first seven in the order of the guide."""

SERVICE_PRINCIPAL = "emr-containers.amazonaws.com"
"""The service whose service-linked role enters the cluster."""

SERVICE_LINKED_ROLE = "AWSServiceRoleForAmazonEMRContainers"
"""Name of that role; aws-auth wants its ARN without the path `aws-service-role/...`."""
