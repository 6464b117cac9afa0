"""The workloads of each add-on, and the kinds of objects that it brings."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Workload:
    """One Deployment or DaemonSet."""

    kind: str
    """`Deployment` or `DaemonSet`."""
    name: str
    """Its name, also that of its service account unless told otherwise."""
    image: str
    """Image name in EKS's registry."""
    labels: dict[str, str]
    """Labels of its pods, and its selector."""
    cpu: str
    """CPU request."""
    memory: str = "64Mi"
    """Memory request."""
    account: str = ""
    """Name of the service account."""


WORKLOADS: dict[str, tuple[Workload, ...]] = {
    "vpc-cni": (
        Workload(kind="DaemonSet", name="aws-node", image="amazon-k8s-cni", labels={"k8s-app": "aws-node"}, cpu="50m"),
    ),
    "kube-proxy": (
        Workload(kind="DaemonSet", name="kube-proxy", image="kube-proxy", labels={"k8s-app": "kube-proxy"}, cpu="100m"),
    ),
    "eks-pod-identity-agent": (
        Workload(
            kind="DaemonSet",
            name="eks-pod-identity-agent",
            image="eks-pod-identity-agent",
            labels={"app.kubernetes.io/name": "eks-pod-identity-agent"},
            cpu="0",
        ),
    ),
    "coredns": (
        Workload(
            kind="Deployment",
            name="coredns",
            image="coredns",
            labels={"k8s-app": "kube-dns", "eks.amazonaws.com/component": "coredns"},
            cpu="100m",
            memory="70Mi",
        ),
    ),
    "aws-ebs-csi-driver": (
        Workload(
            kind="Deployment",
            name="ebs-csi-controller",
            image="aws-ebs-csi-driver",
            labels={"app": "ebs-csi-controller"},
            cpu="60m",
            account="ebs-csi-controller-sa",
        ),
        Workload(
            kind="DaemonSet",
            name="ebs-csi-node",
            image="aws-ebs-csi-driver",
            labels={"app": "ebs-csi-node"},
            cpu="30m",
            account="ebs-csi-node-sa",
        ),
    ),
    "metrics-server": (
        Workload(
            kind="Deployment",
            name="metrics-server",
            image="metrics-server",
            labels={"app.kubernetes.io/name": "metrics-server"},
            cpu="100m",
            memory="200Mi",
        ),
    ),
    "aws-secrets-store-csi-driver-provider": (
        Workload(
            kind="DaemonSet",
            name="secrets-store-csi-driver-provider-aws",
            image="secrets-store-csi-driver-provider-aws",
            labels={"app": "secrets-store-csi-driver-provider-aws"},
            cpu="50m",
        ),
    ),
}
"""By name of the add-on."""

DEFINITIONS: dict[str, tuple[str, ...]] = {
    "aws-secrets-store-csi-driver-provider": ("secretproviderclasses", "secretproviderclasspodstatuses"),
}
"""Plural names of the kinds that come and go with an add-on, by its name."""
