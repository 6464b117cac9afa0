"""The command lines of the programs, with EKS's choices where EKS publishes them."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from local.control_plane.kubelet.configuration import API_SERVER
from local.control_plane.kubelet.nodes import ADDRESS_TYPE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from local.control_plane.images import Image
    from local.control_plane.pki import Pki
    from local.control_plane.ports import Ports

# What EKS switches on beside Kubernetes' defaults (PodSecurity, LimitRanger, ResourceQuota and so on are
# defaults): NodeRestriction, and since 1.19 ExtendedResourceToleration (aws/containers-roadmap#739).
_ADMISSION = "NodeRestriction,ExtendedResourceToleration"

# The audience of EKS's own service-account tokens. A token projected for sts.amazonaws.com (IRSA) is none
# of the API server's, so it does not log in here.
_AUDIENCE = "https://kubernetes.default.svc"

# Addresses for simulated pods: the secondary range that EKS proposes for pods (EKS user guide, custom networking).
_POD_RANGE = "100.64.0.0/16"


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What all command lines of one control plane are made from."""

    programs: Mapping[str, Path]
    """Paths of etcd, kube-apiserver, kube-controller-manager, kube-scheduler and kwok."""
    folder: Path
    """Holds the data and, under `config`, the files that the flags name."""
    ports: Ports
    pki: Pki
    issuer: str
    """The cluster's OIDC issuer URL, which signs service-account tokens."""
    service_cidr: str
    """Range of Service addresses."""

    aws_endpoint: str
    """The emulator's address, which containers that are run for real find AWS at."""
    images: tuple[Image, ...]
    """The images whose containers are run for real."""

    def config(self, name: str) -> str:
        """Return the path of a configuration file."""
        return str(self.folder / "config" / name)


def etcd(setting: Setting) -> list[str]:
    """Return etcd's command line: one member, on loopback, without fsync (a power cut may lose its data)."""
    clients = f"http://127.0.0.1:{setting.ports.etcd}"
    peers = f"http://127.0.0.1:{setting.ports.etcd_peer}"
    return [
        str(setting.programs["etcd"]),
        f"--data-dir={setting.folder / 'etcd'}",
        f"--listen-client-urls={clients}",
        f"--advertise-client-urls={clients}",
        f"--listen-peer-urls={peers}",
        f"--initial-advertise-peer-urls={peers}",
        f"--initial-cluster=default={peers}",
        "--unsafe-no-fsync",
        "--log-level=warn",
    ]


def kube_apiserver(setting: Setting) -> list[str]:
    """Return the API server's command line."""
    pki = setting.pki
    return [
        str(setting.programs["kube-apiserver"]),
        f"--etcd-servers=http://127.0.0.1:{setting.ports.etcd}",
        "--bind-address=127.0.0.1",
        # Without it the API server looks for a routed network and does not start on a machine that has none.
        "--advertise-address=127.0.0.1",
        f"--secure-port={setting.ports.kube_apiserver}",
        # The kubernetes Service gets no endpoints: they may not be loopback addresses.
        "--endpoint-reconciler-type=none",
        f"--tls-cert-file={pki.certificate('server')}",
        f"--tls-private-key-file={pki.key('server')}",
        f"--client-ca-file={pki.certificate('ca')}",
        f"--service-account-issuer={setting.issuer}",
        f"--service-account-jwks-uri={setting.issuer}/keys",
        f"--service-account-key-file={pki.key('service-account')}",
        f"--service-account-signing-key-file={pki.key('service-account')}",
        f"--api-audiences={_AUDIENCE}",
        f"--service-cluster-ip-range={setting.service_cidr}",
        "--allow-privileged=true",
        f"--enable-admission-plugins={_ADMISSION}",
        f"--authentication-config={setting.config('authentication.json')}",
        f"--authentication-token-webhook-config-file={setting.config('authentication-webhook.json')}",
        "--authentication-token-webhook-version=v1",
        # A change of the mapping bites at the next new token. A token that was accepted is remembered for 10 s
        # by a cache that no flag reaches (TokenSuccessCacheTTL); EKS promises no more than "seconds" either.
        "--authentication-token-webhook-cache-ttl=0s",
        "--authorization-mode=Node,RBAC,Webhook",
        f"--authorization-webhook-config-file={setting.config('authorization-webhook.json')}",
        "--authorization-webhook-version=v1",
        "--authorization-webhook-cache-authorized-ttl=0s",
        "--authorization-webhook-cache-unauthorized-ttl=0s",
        # How it reaches kubelets, for logs: they say where they answer in an address of a type of their own.
        f"--kubelet-preferred-address-types={ADDRESS_TYPE}",
        f"--kubelet-certificate-authority={pki.certificate('ca')}",
        f"--kubelet-client-certificate={pki.certificate(API_SERVER)}",
        f"--kubelet-client-key={pki.key(API_SERVER)}",
        "--profiling=false",
    ]


def kube_controller_manager(setting: Setting) -> list[str]:
    """Return the controller manager's command line: every controller that Kubernetes runs by default."""
    return [
        str(setting.programs["kube-controller-manager"]),
        f"--kubeconfig={setting.config('kube-controller-manager.json')}",
        f"--service-account-private-key-file={setting.pki.key('service-account')}",
        f"--root-ca-file={setting.pki.certificate('ca')}",
        "--use-service-account-credentials",
        "--leader-elect=false",
        "--secure-port=0",
        # Nodes' taints follow their conditions within a second instead of five.
        "--node-monitor-period=1s",
        # The default of 20 requests a second makes deleting namespaces slow; nothing here needs protection.
        "--kube-api-qps=200",
        "--kube-api-burst=400",
    ]


def kube_scheduler(setting: Setting) -> list[str]:
    """Return the scheduler's command line."""
    return [
        str(setting.programs["kube-scheduler"]),
        f"--kubeconfig={setting.config('kube-scheduler.json')}",
        "--leader-elect=false",
        "--secure-port=0",
    ]


def kwok(setting: Setting) -> list[str]:
    """Return kwok's command line; it plays every kubelet (kwok.py) but one."""
    return [
        str(setting.programs["kwok"]),
        f"--kubeconfig={setting.config('kwok.json')}",
        f"--config={setting.config('stages.yaml')}",
        "--manage-all-nodes",
        f"--cidr={_POD_RANGE}",
        "--node-lease-duration-seconds=40",  # the kubelet's own
    ]


def kubelet(setting: Setting) -> list[str]:
    """Return the command line of the process kubelet, which runs pods for real."""
    return [sys.executable, "-P", "-m", "local.control_plane.kubelet", f"--config={setting.config('kubelet.json')}"]
