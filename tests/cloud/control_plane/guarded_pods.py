"""Pods of a tenant: what jobs are made of, and what no tenant may ask for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from emr.service_accounts import account_name
from spec import admission
from spec.place import Place
from spec.tenant import TenantSpec

PLACE = Place(platform="emr", account="123456789012", region="us-west-2")
TENANT = TenantSpec(
    name="analytics",
    owner="x",
    cost_centre="y",
    stack="local",
    registries=("123456789012.dkr.ecr.us-west-2.amazonaws.com/analytics",),
)
ALLOWED = replace(
    admission.of_tenant(TENANT, PLACE),
    tolerations=(*admission.SHARED_TOLERATIONS, "team=analytics:NoSchedule", "nvidia.com/gpu:NoSchedule"),
    node_selectors=(*admission.SHARED_NODE_LABELS, "team=analytics"),
    pod_eni=False,
)
"""Without the interface's limit: no namespace here has a SecurityGroupPolicy, so nothing adds it."""
DEDICATED = replace(admission.of_tenant(replace(TENANT, placement="dedicated"), PLACE), pod_eni=False)
EMR = "895885662937.dkr.ecr.us-west-2.amazonaws.com"
PRIVATE = "123456789012.dkr.ecr.us-west-2.amazonaws.com"


def account(kind: str) -> str:
    return account_name(kind, account=PLACE.account, role_name="emr-analytics-job")


def container(name: str, image: str = f"{EMR}/spark/emr-7.9.0:latest", **more: Any) -> dict[str, Any]:
    return {"name": name, "image": image, **more}


def job_pod(kind: str, **spec: Any) -> dict[str, Any]:
    """A pod such as EMR or Spark makes, with the sidecar for logs."""
    component = {"client": "job-runner"}.get(kind, f"spark-kubernetes-{kind}")
    sidecar = container(f"emr-container-fluentd-{kind}", f"{EMR}/fluentd/emr-7.9.0:latest")
    return {
        "metadata": {"generateName": f"{kind}-", "labels": {"spark-role": kind, "spark-app-selector": "spark-0"}},
        "spec": {
            "serviceAccountName": account(f"spark-{kind}"),
            "restartPolicy": "Never",
            "containers": [container(component), sidecar],
            "volumes": [{"name": "spark-local-dir-1", "emptyDir": {}}],
            **spec,
        },
    }


def requirement(key: str, operator: str, *values: str) -> dict[str, Any]:
    return {"matchExpressions": [{"key": key, "operator": operator} | ({"values": list(values)} if values else {})]}


def required(*terms: dict[str, Any]) -> dict[str, Any]:
    return {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": list(terms)}}}


def preferred(term: dict[str, Any]) -> dict[str, Any]:
    weighted = [{"weight": 1, "preference": term}]
    return {"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": weighted}}


def apart(**term: Any) -> dict[str, Any]:
    terms = [{"topologyKey": "topology.kubernetes.io/zone", "labelSelector": {}, **term}]
    return {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": terms}}


ORDINARY = {
    "submitter": job_pod("client"),
    "driver": job_pod("driver", priorityClassName="guarded-high", nodeSelector={"karpenter.sh/capacity-type": "spot"}),
    "executor": job_pod("executor", priorityClassName="guarded-low"),
    "driver of a pool": job_pod("driver", nodeSelector={"nodes.tenancy/pool": "drivers"}),
    "executor on spot": job_pod(
        "executor",
        nodeSelector={"nodes.tenancy/pool": "executors", "nodes.tenancy/capacity-type": "spot"},
        tolerations=[{"key": "nodes.tenancy/spot", "value": "true", "effect": "NoSchedule"}],
    ),
    "own image": job_pod("driver", initContainers=[container("jars", f"{PRIVATE}/analytics/jars:1")]),
    "own nodes": job_pod(
        "executor",
        nodeSelector={"team": "analytics"},
        tolerations=[{"key": "team", "value": "analytics", "effect": "NoSchedule"}],
    ),
    "own nodes by affinity": job_pod(
        "executor",
        affinity=required(requirement("topology.kubernetes.io/zone", "NotIn", "us-west-2a"))
        | apart(labelSelector={"matchLabels": {"spark-role": "driver"}}),
        tolerations=[{"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}],
    ),
    "what Kubernetes adds": job_pod(
        "executor",
        tolerations=[
            {"key": f"node.kubernetes.io/{what}", "operator": "Exists", "effect": "NoExecute"}
            for what in ("not-ready", "unreachable")
        ],
        containers=[container("spark-kubernetes-executor", resources={"limits": {"vpc.amazonaws.com/pod-eni": "1"}})],
    ),
}


PORT: dict[str, Any] = {"ports": [{"containerPort": 4040, "hostPort": 4040}]}
REFUSED: list[tuple[str, str, dict[str, Any]]] = [
    ("node-name", "ip-10-0-1-23", {"nodeName": "ip-10-0-1-23"}),
    ("host-path", "root on /", {"volumes": [{"name": "root", "hostPath": {"path": "/"}}]}),
    ("host-namespaces", "hostNetwork", {"hostNetwork": True}),
    ("host-namespaces", "hostPID", {"hostPID": True}),
    ("host-namespaces", "hostIPC", {"hostIPC": True}),
    ("host-ports", "main", {"containers": [container("main", **PORT)]}),
    ("host-ports", "first", {"initContainers": [container("first", **PORT)]}),
    ("scheduler-name", "mine", {"schedulerName": "mine"}),
    ("runtime-class", "guarded-runtime", {"runtimeClassName": "guarded-runtime"}),
    ("tolerations", ":", {"tolerations": [{"operator": "Exists"}]}),
    ("tolerations", ":NoSchedule", {"tolerations": [{"operator": "Exists", "effect": "NoSchedule"}]}),
    (
        "tolerations",
        "team:NoSchedule",
        {"tolerations": [{"key": "team", "operator": "Exists", "effect": "NoSchedule"}]},
    ),
    (
        "tolerations",
        "team=risk:NoSchedule",
        {"tolerations": [{"key": "team", "value": "risk", "effect": "NoSchedule"}]},
    ),
    ("tolerations", "team=analytics:", {"tolerations": [{"key": "team", "value": "analytics"}]}),
    (
        "tolerations",
        "node.kubernetes.io/not-ready:NoSchedule",
        {"tolerations": [{"key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoSchedule"}]},
    ),
    (
        "tolerations",
        "nodes.tenancy/tenant=risk:NoSchedule",
        {"tolerations": [{"key": "nodes.tenancy/tenant", "value": "risk", "effect": "NoSchedule"}]},
    ),
    (
        "tolerations",
        "nodes.tenancy/tenant:NoSchedule",
        {"tolerations": [{"key": "nodes.tenancy/tenant", "operator": "Exists", "effect": "NoSchedule"}]},
    ),
    ("node-selectors", "nodes.tenancy/tenant=risk", {"nodeSelector": {"nodes.tenancy/tenant": "risk"}}),
    (
        "node-selectors",
        "nodes.tenancy/tenant Exists",
        {"affinity": required(requirement("nodes.tenancy/tenant", "Exists"))},
    ),
    ("node-selectors", "team=risk", {"nodeSelector": {"team": "risk"}}),
    ("node-selectors", "team=risk", {"affinity": required(requirement("team", "In", "analytics", "risk"))}),
    ("node-selectors", "team NotIn analytics", {"affinity": required(requirement("team", "NotIn", "analytics"))}),
    ("node-selectors", "team Exists", {"affinity": preferred(requirement("team", "Exists"))}),
    (
        "node-selectors",
        "@metadata.name",
        {"affinity": required({"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["node"]}]})},
    ),
    ("pod-affinity", "podAntiAffinity by topology", {"affinity": apart(namespaceSelector={})}),
    ("pod-affinity", "podAntiAffinity by topology", {"affinity": apart(namespaces=["risk"])}),
    ("priority-class", "of-others", {"priorityClassName": "of-others"}),
    ("registries", "pause", {"containers": [container("main", "pause")]}),
    ("registries", f"{PRIVATE}/analyticsx", {"containers": [container("main", f"{PRIVATE}/analyticsx/a:1")]}),
    ("registries", "docker.io/a", {"initContainers": [container("first", "docker.io/a")]}),
    ("registries", "quay.io/a", {"volumes": [{"name": "data", "image": {"reference": "quay.io/a"}}]}),
    ("service-accounts", "default", {"serviceAccountName": "default"}),
]

HOME: dict[str, Any] = {
    "nodeSelector": {"nodes.tenancy/tenant": "analytics"},
    "tolerations": [{"key": "nodes.tenancy/tenant", "value": "analytics", "effect": "NoSchedule"}],
}
"""What keeps a pod of a dedicated tenant to its own nodes."""
STRAYING: list[tuple[str, dict[str, Any]]] = [
    ("no node selector nodes.tenancy/tenant=analytics", HOME | {"nodeSelector": {}}),
    (
        "no node selector nodes.tenancy/tenant=analytics",
        HOME | {"nodeSelector": {}, "affinity": preferred(requirement("nodes.tenancy/tenant", "In", "analytics"))},
    ),
    ("no toleration of nodes.tenancy/tenant=analytics:NoSchedule", HOME | {"tolerations": []}),
    (
        "no node selector nodes.tenancy/tenant=analytics, no toleration of nodes.tenancy/tenant=analytics:NoSchedule",
        {},
    ),
]
