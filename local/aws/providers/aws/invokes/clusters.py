"""What EKS knows of clusters and add-ons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.aws.providers.aws.failures import ProviderError
from local.aws.providers.aws.invokes.results import result
from local.aws.providers.aws.tables.eks import log_types_from_api

if TYPE_CHECKING:
    from local.aws.providers.aws.invokes import Call


def cluster(call: Call) -> dict[str, Any]:
    """Give a cluster."""
    name = call.arguments["name"]
    raw = call.api("eks", "DescribeCluster", name=name)["cluster"]
    answered = ("eks", "DescribeCluster", "cluster")
    found = result(call, "aws:eks/getCluster:getCluster", answered, raw, {"vpcConfig": "resourcesVpcConfig"})
    return {**found, "enabledClusterLogTypes": log_types_from_api(raw), "id": name, "region": call.region}


def addon_version(call: Call) -> dict[str, Any]:
    """Give an add-on's default version for a Kubernetes version, or its most recent one."""
    name, kubernetes = call.arguments["addonName"], call.arguments["kubernetesVersion"]
    answer = call.api("eks", "DescribeAddonVersions", addonName=name, kubernetesVersion=kubernetes)
    versions = [version for addon in answer["addons"] for version in addon["addonVersions"]]
    if not call.arguments.get("mostRecent"):
        versions = [each for each in versions if any(fit.get("defaultVersion") for fit in each["compatibilities"])]
    if not versions:
        raise ProviderError(f"no version of add-on {name} is known for Kubernetes {kubernetes}")
    return {"version": versions[0]["addonVersion"], "id": name, "region": call.region}
