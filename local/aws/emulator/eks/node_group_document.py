"""The API's document of a new node group: what was asked for, EKS's defaults, and what EKS refuses."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from local.aws.emulator.eks import instance_types, launch_templates, network, roles, versions
from local.aws.emulator.eks.core import INVALID
from local.aws.emulator.eks.state import Cluster, Document, now
from local.aws.emulator.eks.tags import check_tags
from local.aws.emulator.rest_json.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Iterable

_DEFAULT_TYPE = "t3.medium"
_DEFAULT_DISK = 20
_RELEASE = "20261112"


def build(cluster: Cluster, params: dict[str, Any]) -> Document:
    """The document of a node group that is being created.

    Raises:
        ServiceError: InvalidParameterException.
    """
    name = params["nodegroupName"]
    key = cluster.key
    check_tags(params.get("tags", {}), INVALID)
    roles.check_node_role(params["nodeRole"], key.name, name)
    _check_subnets(cluster, params["subnets"], name)
    scaling = check_scaling({"minSize": 1, "maxSize": 2, "desiredSize": 2} | params.get("scalingConfig", {}), cluster)
    version = params.get("version", cluster.document["version"])
    versions.check(version, key.name)
    group_id = str(uuid.uuid4())
    return {
        "nodegroupName": name,
        "nodegroupArn": cluster.arn("nodegroup", name, group_id),
        "clusterName": key.name,
        "version": version,
        "releaseVersion": params.get("releaseVersion", release(version)),
        "createdAt": now(),
        "modifiedAt": now(),
        "status": "CREATING",
        "capacityType": params.get("capacityType", "ON_DEMAND"),
        "scalingConfig": scaling,
        "subnets": params["subnets"],
        "nodeRole": params["nodeRole"],
        "labels": dict(params.get("labels", {})),
        "taints": params.get("taints"),
        "resources": {"autoScalingGroups": [{"name": f"eks-{name}-{group_id}"}]},
        "health": {"issues": []},
        "updateConfig": params.get("updateConfig", {"maxUnavailable": 1}),
        "nodeRepairConfig": params.get("nodeRepairConfig"),
        "tags": dict(params.get("tags", {})),
        **machine(cluster, params),
    }


def machine(cluster: Cluster, params: dict[str, Any]) -> Document:
    """What the instances are: types, image, disk, and the launch template if there is one.

    Raises:
        ServiceError: InvalidParameterException.
    """
    fields: Document = {}
    data: Document = {}
    if "launchTemplate" in params:
        fields["launchTemplate"], data = launch_templates.resolve(cluster.key, params["launchTemplate"])
        if "diskSize" in params:
            raise ServiceError(INVALID, "Disk size must be specified within the launch template")
    if data.get("InstanceType") and params.get("instanceTypes"):
        raise ServiceError(INVALID, "Instance types can't be specified in both the launch template and the request")
    types = params.get("instanceTypes") or ([] if data.get("InstanceType") else [_DEFAULT_TYPE])
    figures = [instance_types.figures(t, cluster.key.name) for t in (types or [data["InstanceType"]])]
    architectures = {f.architecture for f in figures}
    if len(architectures) > 1:
        raise ServiceError(INVALID, f"Instance types of different architectures: {', '.join(types)}")
    standard = "AL2023_ARM_64_STANDARD" if architectures == {"arm64"} else "AL2023_x86_64_STANDARD"
    image = "CUSTOM" if data.get("ImageId") else params.get("amiType", standard)
    if image != "CUSTOM" and ("ARM_64" in image) != (architectures == {"arm64"}):
        raise ServiceError(INVALID, f"[{', '.join(types)}] is not a valid instance type for requested amiType {image}")
    if "launchTemplate" not in params:
        fields["diskSize"] = params.get("diskSize", _DEFAULT_DISK)
    return {**fields, "instanceTypes": types or None, "amiType": image, "_instanceType": data.get("InstanceType")}


def check_scaling(scaling: Document, cluster: Cluster) -> Document:
    """Refuse sizes that contradict each other, in EKS's words."""
    least, most, desired = (scaling[name] for name in ("minSize", "maxSize", "desiredSize"))
    message = None
    if least > most:
        message = f"Minimum capacity {least} can't be greater than maximum capacity {most}"
    elif least > desired:
        message = f"Minimum capacity {least} can't be greater than desired size {desired}"
    elif desired > most:
        message = f"Desired capacity {desired} can't be greater than max size {most}"
    if message:
        raise ServiceError(INVALID, message, clusterName=cluster.key.name)
    return scaling


def release(version: str) -> str:
    """The version of the node image for a Kubernetes version."""
    patch = versions.PATCH if version == versions.DEFAULT else f"{version}.0"
    return f"{patch}-{_RELEASE}"


def _check_subnets(cluster: Cluster, ids: Iterable[str], name: str) -> None:
    vpc = cluster.document["resourcesVpcConfig"]["vpcId"]
    found = network.subnets(cluster.key, ids)
    if not found:
        raise ServiceError(INVALID, "subnets can not be empty", nodegroupName=name)
    for subnet in found:
        if subnet.vpc_id != vpc:
            message = f"Subnet {subnet.id} is not in the cluster's VPC {vpc}"
            raise ServiceError(INVALID, message, clusterName=cluster.key.name, nodegroupName=name)
