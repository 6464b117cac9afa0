"""What add-ons put into kube-system: workloads one recognises, run by kwok like every other pod."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Any, NamedTuple

from local.aws.emulator.eks import addon_configuration, eni_configs
from local.aws.emulator.eks.addon_table import WORKLOADS, Workload
from local.control_plane import ApiError

if TYPE_CHECKING:
    from local.aws.emulator.eks.state import Cluster

Document = dict[str, Any]

SELF_MANAGED = ("vpc-cni", "kube-proxy", "coredns")
"""What EKS installs by itself in a cluster with bootstrapSelfManagedAddons."""
_REGISTRY = "602401143452.dkr.ecr.{region}.amazonaws.com/eks"
_MANAGER = "eks"
_NAMESPACE = "kube-system"


class Place(NamedTuple):
    """Where an add-on goes."""

    region: str
    """Region of the cluster, which its image registry is of."""
    service_range: str
    """Range of the cluster's Service addresses."""

    @classmethod
    def of(cls, cluster: Cluster) -> Place:
        """The place that a cluster is."""
        return cls(cluster.key.region, cluster.document["kubernetesNetworkConfig"]["serviceIpv4Cidr"])


def install(
    api: Any, addon: str, values: Document, place: Place, *, version: str = "", role: str | None = None
) -> None:
    """Make or change the workloads of an add-on; `role` is put on its service accounts (IRSA)."""
    if addon == "vpc-cni":
        eni_configs.install(api, values)
    for workload in WORKLOADS[addon]:
        account = workload.account or workload.name
        metadata: Document = {"name": account, "namespace": _NAMESPACE}
        if role:
            metadata["annotations"] = {"eks.amazonaws.com/role-arn": role}
        document: Document = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata}
        api.apply(f"/api/v1/namespaces/{_NAMESPACE}/serviceaccounts/{account}", document, manager=_MANAGER)
        api.apply(_path(workload), _document(workload, values, place.region, version), manager=_MANAGER)
    if addon == "coredns":
        api.apply(_SERVICE_PATH, _dns_service(place.service_range), manager=_MANAGER)


def remove(api: Any, addon: str) -> None:
    """Delete the workloads of an add-on."""
    if addon == "vpc-cni":
        eni_configs.remove(api)
    paths = [_path(workload) for workload in WORKLOADS[addon]]
    for path in [*paths, *([_SERVICE_PATH] if addon == "coredns" else [])]:
        try:
            api.delete(path)
        except ApiError as error:
            if error.reason != "NotFound":
                raise


def lacking(api: Any, addon: str) -> list[str]:
    """The Deployments of an add-on that have fewer ready pods than they should."""
    return [w.name for w in WORKLOADS[addon] if w.kind == "Deployment" and not _has_replicas(api, w)]


def _has_replicas(api: Any, workload: Workload) -> bool:
    try:
        found: Document = api.get(_path(workload))
    except ApiError as error:
        if error.reason != "NotFound":
            raise
        return False
    return bool(found.get("status", {}).get("readyReplicas", 0) >= found["spec"]["replicas"])


def pod_eni(configuration: str | None) -> bool:
    """Whether a configuration of vpc-cni turns pod network interfaces on."""
    return addon_configuration.parse(configuration).get("env", {}).get("ENABLE_POD_ENI") == "true"


def _path(workload: Workload) -> str:
    return f"/apis/apps/v1/namespaces/{_NAMESPACE}/{workload.kind.lower()}s/{workload.name}"


def _document(workload: Workload, values: Document, region: str, version: str) -> Document:
    container: Document = {
        "name": workload.name,
        "image": f"{_REGISTRY.format(region=region)}/{workload.image}:{version or 'v1'}",
        "env": [{"name": name, "value": value} for name, value in sorted(values.get("env", {}).items())],
        "resources": values.get("resources") or {"requests": {"cpu": workload.cpu, "memory": workload.memory}},
    }
    pod: Document = {
        "serviceAccountName": workload.account or workload.name,
        "priorityClassName": "system-node-critical" if workload.kind == "DaemonSet" else "system-cluster-critical",
        "containers": [container],
        "tolerations": values.get("tolerations") or _tolerations(workload),
        **{name: values[name] for name in ("nodeSelector", "affinity") if name in values},
    }
    if workload.kind == "DaemonSet":
        pod["hostNetwork"] = True
    spec: Document = {
        "selector": {"matchLabels": workload.labels},
        "template": {"metadata": {"labels": workload.labels}, "spec": pod},
    }
    if workload.kind == "Deployment":
        spec["replicas"] = values.get("replicaCount") or values.get("replicas") or 2
    return {
        "apiVersion": "apps/v1",
        "kind": workload.kind,
        "metadata": {"name": workload.name, "namespace": _NAMESPACE, "labels": workload.labels},
        "spec": spec,
    }


def _tolerations(workload: Workload) -> list[Document]:
    """DaemonSets of EKS run on every node; CoreDNS and the like only where critical add-ons may."""
    if workload.kind == "DaemonSet":
        return [{"operator": "Exists"}]
    return [
        {"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule", "operator": "Exists"},
        {"key": "CriticalAddonsOnly", "operator": "Exists"},
    ]


_SERVICE_PATH = f"/api/v1/namespaces/{_NAMESPACE}/services/kube-dns"


def _dns_service(service_range: str) -> Document:
    """The Service of cluster DNS, at the tenth address of the range as in every EKS cluster."""
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "kube-dns", "namespace": _NAMESPACE, "labels": {"k8s-app": "kube-dns"}},
        "spec": {
            "clusterIP": str(ipaddress.ip_network(service_range)[10]),
            "selector": {"k8s-app": "kube-dns"},
            "ports": [
                {"name": "dns", "port": 53, "protocol": "UDP"},
                {"name": "dns-tcp", "port": 53, "protocol": "TCP"},
                {"name": "metrics", "port": 9153, "protocol": "TCP"},
            ],
        },
    }
