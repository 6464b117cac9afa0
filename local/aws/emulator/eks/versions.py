"""Kubernetes versions of EKS. Every API server of the embedded cloud is of the default version's."""

from __future__ import annotations

from typing import Any

from local.aws.emulator.eks.core import INVALID
from local.aws.emulator.rest_json.errors import ServiceError

DEFAULT = "1.35"
PATCH = "1.35.5"
"""What the API server of the embedded cloud really is."""
VERSIONS = ("1.33", "1.34", "1.35", "1.36")


def check(version: str, cluster: str) -> None:
    """Refuse a version that EKS does not offer."""
    if version not in VERSIONS:
        raise ServiceError(INVALID, f"unsupported Kubernetes version {version}", clusterName=cluster)


def check_update(old: str, new: str, cluster: str) -> None:
    """Refuse an update that is not to the next minor version."""
    check(new, cluster)
    if VERSIONS.index(new) != VERSIONS.index(old) + 1:
        message = f"Unsupported Kubernetes minor version update from {old} to {new}"
        raise ServiceError(INVALID, message, clusterName=cluster)


def describe(params: dict[str, Any]) -> dict[str, Any]:
    """DescribeClusterVersions."""
    wanted = params.get("clusterVersions", VERSIONS)
    found = [
        {
            "clusterVersion": version,
            "clusterType": "eks",
            "defaultPlatformVersion": platform(version),
            "defaultVersion": version == DEFAULT,
            "status": "standard-support",
            "versionStatus": "STANDARD_SUPPORT",
            "kubernetesPatchVersion": PATCH if version == DEFAULT else f"{version}.0",
        }
        for version in reversed(VERSIONS)
        if version in wanted and (version == DEFAULT or not params.get("defaultOnly"))
    ]
    return {"clusterVersions": found}


def platform(version: str) -> str:
    """The platform version of clusters of a version."""
    return f"eks.{10 - VERSIONS.index(version)}"
