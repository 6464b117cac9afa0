"""The two Kubernetes Roles that EMR keeps in a namespace for Spark, and their bindings to the accounts of a role.

Their rules are not published as a whole. These are what Spark does (Spark 4.0, resource-managers/kubernetes), within
what EMR's own Role allows in every published form: Kubernetes lets EMR grant only what it holds itself, verb by verb.
So a namespace whose Role lacks one of them, such as the claims for volumes that the guide added later, gets no jobs.

An existing Role is left alone: one that somebody narrowed breaks the jobs, as on EMR ("delete the roles, so that they
are made again": EMR on EKS best practices guide, "RBAC permission errors").
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.aws.emulator.emr_containers.workload import names, service_accounts
from local.aws.emulator.emr_containers.workload.cached import ensure

if TYPE_CHECKING:
    from local.aws.emulator.emr_containers.job_run import JobRun
    from local.control_plane import Api

Document = dict[str, Any]

_GROUP = "rbac.authorization.k8s.io"
# eksctl's and the best practices' Roles allow no more than these on claims, and EMR works with them.
_CLAIMS: Document = {
    "apiGroups": [""],
    "resources": ["persistentvolumeclaims"],
    "verbs": ["list", "create", "delete", "deletecollection"],
}
RULES: dict[str, list[Document]] = {
    # spark-submit makes the driver and what it needs, watches it, and deletes it if the rest cannot be made.
    service_accounts.CLIENT: [
        {
            "apiGroups": [""],
            "resources": ["pods", "services", "configmaps"],
            "verbs": ["get", "list", "watch", "create", "delete", "patch"],
        },
        _CLAIMS,
    ],
    # The driver makes, watches, labels and deletes its executors, and tidies up by label at the end.
    service_accounts.DRIVER: [
        {
            "apiGroups": [""],
            "resources": ["pods", "services", "configmaps"],
            "verbs": ["get", "list", "watch", "create", "delete", "deletecollection", "patch"],
        },
        _CLAIMS,
    ],
}
"""Rules of the Role of each component that has one; executors ask nothing of Kubernetes."""


def role_name(component: str) -> str:
    """Name of the Role of a component."""
    return f"emr-containers-role-spark-{component}"


def binding_name(job: JobRun, component: str) -> str:
    """Name of the binding of a component's Role to its service account."""
    return f"emr-containers-rb-spark-{component}-{service_accounts.role_key(job)}"


def role(job: JobRun, component: str) -> Document:
    """The Role of a component."""
    return {
        "apiVersion": f"{_GROUP}/v1",
        "kind": "Role",
        "metadata": {"name": role_name(component), "namespace": job.namespace},
        "rules": RULES[component],
    }


def binding(job: JobRun, component: str) -> Document:
    """The RoleBinding of a component."""
    account = service_accounts.account_name(job, component)
    return {
        "apiVersion": f"{_GROUP}/v1",
        "kind": "RoleBinding",
        "metadata": {"name": binding_name(job, component), "namespace": job.namespace},
        "roleRef": {"apiGroup": _GROUP, "kind": "Role", "name": role_name(component)},
        "subjects": [{"kind": "ServiceAccount", "name": account, "namespace": job.namespace}],
    }


def ensure_all(api: Api, job: JobRun) -> None:
    """Make the Roles and bindings that are not there yet."""
    for component in RULES:
        ensure(api, names.rbac(job, "roles"), role(job, component))
        ensure(api, names.rbac(job, "rolebindings"), binding(job, component))
