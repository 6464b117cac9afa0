"""Figures of EC2 instance types: moto's copy of DescribeInstanceTypes, and branch interfaces by rule."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from moto.ec2.models.instance_types import INSTANCE_TYPES  # pyright: ignore[reportMissingTypeStubs]

from local.aws.emulator.eks.core import INVALID
from local.aws.emulator.rest_json.errors import ServiceError

_CATALOGUE: dict[str, Any] = INSTANCE_TYPES
# amazon-vpc-resource-controller-k8s, pkg/aws/vpc/limits.go: families without trunk interfaces, and how many
# branch interfaces a size of the others has.
_NO_TRUNK = re.compile(r"(t\d+[a-z]*|m[1-4]|c[1-4]|r[34]|i2|x1e?|p[23]|g3s?|d2|h1|f1|i3)\.")
_BRANCHES = {"medium": 4, "large": 9, "xlarge": 18, "2xlarge": 38, "4xlarge": 54, "8xlarge": 54}
_BRANCHES_OF_BIG = 107
_MANY_CPUS = 30
_MOST_PODS_SMALL, _MOST_PODS_BIG = 110, 250  # amazon-eks-ami, max-pods: by whether there are 30 vCPUs


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What a node of an instance type offers."""

    cpu: int
    """vCPUs."""
    memory_gib: float
    """Memory, GiB."""
    max_pods: int
    """Pods, by the network plugin's addresses."""
    pod_eni: int
    """Branch network interfaces; 0 if the type has no trunk."""
    architecture: str
    """`x86_64` or `arm64`."""


def figures(name: str, cluster: str) -> Figures:
    """Look an instance type up.

    Raises:
        ServiceError: InvalidParameterException, in EC2's words, for one that does not exist.
    """
    found = _CATALOGUE.get(name)
    if found is None:
        message = f"The following supplied instance types do not exist: [{name}]"
        raise ServiceError(INVALID, message, clusterName=cluster)
    cpu: int = found["VCpuInfo"]["DefaultVCpus"]
    interfaces: Any = found["NetworkInfo"]
    addresses = interfaces["MaximumNetworkInterfaces"] * (interfaces["Ipv4AddressesPerInterface"] - 1) + 2
    return Figures(
        cpu=cpu,
        memory_gib=found["MemoryInfo"]["SizeInMiB"] / 1024,
        max_pods=min(addresses, _MOST_PODS_BIG if cpu >= _MANY_CPUS else _MOST_PODS_SMALL),
        pod_eni=branches(name),
        architecture="arm64" if "arm64" in found["ProcessorInfo"]["SupportedArchitectures"] else "x86_64",
    )


def branches(name: str) -> int:
    """How many branch interfaces an instance type has."""
    return 0 if _NO_TRUNK.match(name) else _BRANCHES.get(name.split(".")[1], _BRANCHES_OF_BIG)
