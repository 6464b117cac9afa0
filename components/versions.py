"""Every version that a cluster is made of, pinned: an unrelated update never upgrades one of them.

What was checked and when stands with each Kubernetes version. EKS reports what it offers with
`aws eks describe-addon-versions --kubernetes-version 1.35`, and until when it supports a version with
`aws eks describe-cluster-versions`.
"""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from emr.fault import Fault

KARPENTER = "1.13.0"
"""Version of Karpenter: of its chart, its definitions and its controller alike."""

NEEDED = ("vpc-cni", "kube-proxy", "eks-pod-identity-agent", "coredns")
"""Add-ons without which no cluster of ours works."""


@dataclass(frozen=True, kw_only=True)
class Release:
    """What a cluster of one Kubernetes version is made of."""

    checked: str
    """The day on which it was checked."""
    what: str
    """What was checked then."""
    addons: Mapping[str, str]
    """The version of each add-on, by its name at EKS."""
    node_image: str
    """Release of EKS's machine images on Amazon Linux 2023 that Karpenter's nodes start from."""


RELEASES: Mapping[str, Release] = {
    "1.35": Release(
        checked="2026-11-23",
        what="EKS publishes these versions of the add-ons for it; whole stacks come up with an API server 1.35.5",
        addons={
            # Least for several tenants is 1.23.0: earlier network-policy agents could mix up pods of different
            # namespaces.
            "vpc-cni": "v1.23.1-eksbuild.1",
            "kube-proxy": "v1.35.3-eksbuild.29",  # of the control plane's minor version
            "eks-pod-identity-agent": "v1.4.0-eksbuild.2",
            "coredns": "v1.14.3-eksbuild.22",
            "aws-ebs-csi-driver": "v1.55.0-eksbuild.1",
            "metrics-server": "v0.8.0-eksbuild.5",
            # With it comes the Secrets Store CSI driver itself.
            "aws-secrets-store-csi-driver-provider": "v2.1.1-eksbuild.1",
        },
        node_image="v20261023",  # awslabs/amazon-eks-ami, releases: made for 1.33 to 1.37
    ),
}
"""The Kubernetes versions that clusters can have."""


def check_version(kubernetes: str) -> list[Fault]:
    """What keeps a cluster from having a Kubernetes version."""
    if kubernetes in RELEASES:
        return []
    latest = list(RELEASES)[-1]
    return [
        Fault(
            given=repr(kubernetes),
            allowed=", ".join(RELEASES),
            why="for these versions it was checked which add-ons belong to them (components/versions.py)",
            write=f'"{latest}", in quotes',
        )
    ]


def check_addons(chosen: Sequence[str], kubernetes: str) -> list[Fault]:
    """What keeps a cluster from having some add-ons beside those it needs, each fault under its place in the list."""
    known = list(RELEASES.get(kubernetes, list(RELEASES.values())[-1]).addons)
    faults: list[Fault] = []
    for index, addon in enumerate(chosen):
        if addon in NEEDED or addon in chosen[:index]:
            why, write = "it is there already", "nothing: take it out"
        elif addon not in known:
            near = difflib.get_close_matches(addon, known, n=1, cutoff=0.4)
            why = "of another add-on no version was checked, and what it may do in AWS is not known"
            write = near[0] if near else "nothing: take it out"
        else:
            continue
        allowed = ", ".join(name for name in known if name not in NEEDED)
        faults.append(Fault(given=repr(addon), allowed=allowed, why=why, write=write).within(f"[{index}]"))
    return faults
