"""A namespace as EMR finds it on a real API server: the Role of the guide, and pods with hand-made statuses."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import yaml

from emr import cluster_role
from local.aws.emulator.emr_containers.workload import names, service_accounts
from local.control_plane import Api, ControlPlane, User
from tests.cloud.control_plane.world import Callers, eventually
from tests.local.aws.emulator.emr_workload.namespace_job import job_run

if TYPE_CHECKING:
    from local.aws.emulator.emr_containers.job_run import JobRun

TOKEN = "token-of-emr"
RBAC = "/apis/rbac.authorization.k8s.io/v1/namespaces"


class JobNamespace:
    """One namespace, seen by its administrator and by EMR."""

    def __init__(self, plane: ControlPlane, callers: Callers, name: str) -> None:
        callers.users[TOKEN] = User(name="emr-containers", uid="emr", groups=(), extra={})
        self.plane, self.name = plane, name
        self.admin = plane.api
        self.emr = plane.as_user(TOKEN)

    def let_emr_in(self, *without: tuple[str, str]) -> None:
        """Make EMR's Role, as the guide has it today but for some (resource, verb), and its binding."""
        rules = [
            {
                "apiGroups": list(rule.api_groups),
                "resources": [resource],
                "verbs": [verb for verb in rule.verbs if (resource, verb) not in without],
            }
            for rule in cluster_role.RULES
            for resource in rule.resources
        ]
        role = {"metadata": {"name": "emr-containers"}, "rules": [rule for rule in rules if rule["verbs"]]}
        self.admin.apply(
            f"{RBAC}/{self.name}/roles/emr-containers",
            {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", **role},
            manager="test",
        )
        group = "rbac.authorization.k8s.io"
        binding = {
            "metadata": {"name": "emr-containers"},
            "roleRef": {"apiGroup": group, "kind": "Role", "name": "emr-containers"},
            "subjects": [{"apiGroup": group, "kind": "User", "name": "emr-containers"}],
        }
        self.admin.apply(
            f"{RBAC}/{self.name}/rolebindings/emr-containers",
            {"apiVersion": f"{group}/v1", "kind": "RoleBinding", **binding},
            manager="test",
        )
        # The API server's view of rules and bindings follows what is stored.
        for rule in cluster_role.RULES:
            for resource in rule.resources:
                for verb in {"create", "delete", "deletecollection", "get", "patch"} & set(rule.verbs):
                    may = (resource, verb) not in without
                    eventually(lambda: self._may(rule.api_groups[0], resource, verb) is may)  # noqa: B023 - called here

    def _may(self, group: str, resource: str, verb: str) -> bool:
        """Whether the API server lets EMR do something in the namespace."""
        resource, _, part = resource.partition("/")
        asked = {"namespace": self.name, "group": group, "resource": resource, "subresource": part, "verb": verb}
        review = {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "spec": {"resourceAttributes": asked},
        }
        answer = self.emr.create("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", review)
        return bool(answer["status"]["allowed"])

    def job(self, **changes: Any) -> JobRun:
        """A job run of this namespace with an id of its own."""
        return job_run(namespace=self.name, **{"job_id": uuid.uuid4().hex[:19], **changes})

    def as_account(self, job: JobRun, component: str) -> Api:
        """A client with the token of one of the job's service accounts."""
        path = names.core(job, "serviceaccounts", service_accounts.account_name(job, component))
        answer = self.admin.create(f"{path}/token", {"spec": {"expirationSeconds": 600}})
        return self.plane.as_user(answer["status"]["token"])

    def submitter(self, job: JobRun) -> dict[str, Any]:
        """The pod that the Job's controller makes."""
        selector = f"job-name={names.job_name(job)}"
        found = eventually(lambda: self.admin.list(names.core(job, "pods"), labelSelector=selector))
        return found[0]

    def driver_pod(self, job: JobRun, **resources: Any) -> dict[str, Any]:
        """The driver as spark-submit makes it of EMR's template and the fixed settings."""
        data = self.admin.get(names.core(job, "configmaps", names.config_map_name(job)))["data"]
        pod = yaml.safe_load(data["driver-podtemplate.yaml"])
        pod["metadata"]["name"] = names.driver_pod_name(job)
        pod["metadata"]["labels"] |= {"spark-role": "driver", "spark-app-selector": "spark-1"}
        pod["spec"] |= {
            "restartPolicy": "Never",
            "serviceAccountName": service_accounts.account_name(job, service_accounts.DRIVER),
        }
        pod["spec"]["containers"][0] |= {"image": "spark", "args": ["driver"], "resources": resources}
        return pod

    def executor_pod(self, job: JobRun, driver: dict[str, Any]) -> dict[str, Any]:
        """An executor as the driver makes it of EMR's template."""
        data = self.admin.get(names.core(job, "configmaps", names.config_map_name(job)))["data"]
        pod = yaml.safe_load(data["executor-podtemplate.yaml"])
        pod["metadata"] |= {"name": f"pi-{job.id}-exec-1", "ownerReferences": [owner(driver)]}
        pod["spec"]["serviceAccountName"] = service_accounts.account_name(job, service_accounts.EXECUTOR)
        pod["spec"]["containers"][0] |= {"image": "spark", "args": ["executor"]}
        return pod

    def set_status(self, job: JobRun, pod: str, phase: str, container: str, state: dict[str, Any]) -> None:
        """What kubelet would write."""
        status = {
            "phase": phase,
            "containerStatuses": [
                {
                    "name": container,
                    "image": "spark",
                    "imageID": "",
                    "ready": False,
                    "restartCount": 0,
                    "state": state,
                }
            ],
        }
        self.admin.patch(f"{names.core(job, 'pods', pod)}/status", {"status": status})


def owner(pod: dict[str, Any]) -> dict[str, Any]:
    """A reference to the driver, as Spark writes it."""
    name, uid = pod["metadata"]["name"], pod["metadata"]["uid"]
    return {"apiVersion": "v1", "kind": "Pod", "name": name, "uid": uid, "controller": True}
