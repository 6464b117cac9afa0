"""Fargate profiles: which pods EKS gives to Fargate.

Source: EKS API reference, CreateFargateProfile and DeleteFargateProfile; EKS User Guide, "Define which Pods use AWS
Fargate when launched", "View and manage service quotas".
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from local.aws.emulator.eks import access_entries, network
from local.aws.emulator.eks.core import IN_USE, INVALID, NOT_FOUND, Eks
from local.aws.emulator.eks.roles import check_fargate_role
from local.aws.emulator.eks.state import Cluster, Document, now
from local.aws.emulator.eks.tags import check_tags
from local.aws.emulator.pages import page
from local.aws.emulator.rest_json.errors import ServiceError
from local.control_plane import fargate

if TYPE_CHECKING:
    from local.aws.emulator.rest_json.service import Call

MOST = 10
_MOST_SELECTORS = 5


def create(eks: Eks, call: Call, params: dict[str, Any]) -> Document:
    """CreateFargateProfile: answers at once, and the profile is active behind it."""
    cluster = eks.active(call, params["clusterName"])
    name, place = params["fargateProfileName"], {"clusterName": cluster.key.name}
    check_tags(params.get("tags", {}), INVALID)
    check_fargate_role(params["podExecutionRoleArn"], cluster.key.name)
    subnets: list[str] = params.get("subnets", [])
    _check_subnets(cluster, subnets)
    selectors: list[Document] = params.get("selectors", [])
    if not 1 <= len(selectors) <= _MOST_SELECTORS or not all(each.get("namespace") for each in selectors):
        message = f"A Fargate profile takes 1 to {_MOST_SELECTORS} selectors, each with a namespace"
        raise ServiceError(INVALID, message, **place)
    with eks.lock:
        if name in cluster.fargate_profiles:
            raise ServiceError(IN_USE, f"Fargate Profile already exists with name {name} in this cluster.", **place)
        if len(cluster.fargate_profiles) >= MOST:
            message = f"Fargate profile limit exceeded: a cluster takes {MOST}"
            raise ServiceError("ResourceLimitExceededException", message, **place)
        document: Document = {
            "fargateProfileName": name,
            "fargateProfileArn": cluster.arn("fargateprofile", name, str(uuid.uuid4())),
            "clusterName": cluster.key.name,
            "createdAt": now(),
            "podExecutionRoleArn": params["podExecutionRoleArn"],
            "subnets": list(subnets),
            "selectors": selectors,
            "status": "CREATING",
            "tags": dict(params.get("tags", {})),
        }
        cluster.fargate_profiles[name] = document
    _admit(eks, cluster, document["podExecutionRoleArn"])
    answer = {"fargateProfile": dict(document)}
    eks.background.start(f"creation of Fargate profile {name}", bring_up, eks, document)
    return answer


def bring_up(eks: Eks, document: Document) -> None:
    """Let a profile take pods."""
    with eks.lock:
        if document["status"] == "CREATING":
            document["status"] = "ACTIVE"


def describe(eks: Eks, call: Call, params: dict[str, Any]) -> Document:
    """DescribeFargateProfile."""
    return {"fargateProfile": _find(eks, call, params)[1]}


def list_all(eks: Eks, call: Call, params: dict[str, Any]) -> Document:
    """ListFargateProfiles."""
    names = sorted(eks.cluster(call, params["clusterName"]).fargate_profiles)
    return page(names, params, "fargateProfileNames", invalid=INVALID)


def delete(eks: Eks, call: Call, params: dict[str, Any]) -> Document:
    """DeleteFargateProfile: one at a time in a cluster."""
    cluster, document = _find(eks, call, params)
    with eks.lock:
        going = [each for each in cluster.fargate_profiles.values() if each["status"] == "DELETING"]
        if going and document not in going:
            message = f"Cannot delete Fargate Profile {document['fargateProfileName']} because cluster "
            message += f"{cluster.key.name} currently has Fargate profile {going[0]['fargateProfileName']} in "
            raise ServiceError(IN_USE, f"{message}status DELETING", clusterName=cluster.key.name)
        document["status"] = "DELETING"
    name = document["fargateProfileName"]
    eks.background.start(f"deletion of Fargate profile {name}", take_down, eks, cluster, document)
    return {"fargateProfile": dict(document)}


def take_down(eks: Eks, cluster: Cluster, document: Document) -> None:
    """Forget a profile that is being deleted, and its role's entry if no other has the role."""
    with eks.lock:
        cluster.fargate_profiles.pop(document["fargateProfileName"], None)
        role = document["podExecutionRoleArn"]
        entry = cluster.entries.get(role)
        others = [each["podExecutionRoleArn"] for each in cluster.fargate_profiles.values()]
        if entry is not None and entry.document["type"] == "FARGATE_LINUX" and role not in others:
            cluster.entries.pop(role)


def taken(cluster: Cluster, pod: Document, namespace: str) -> str:
    """Name the profile that takes a new pod; empty for none."""
    return fargate.profile_of(pod, namespace, list(cluster.fargate_profiles.values()))


def _admit(eks: Eks, cluster: Cluster, role: str) -> None:
    """Let the role's nodes in by an entry; in mode CONFIG_MAP by nothing, for no pod runs on them here."""
    if cluster.mode != "CONFIG_MAP" and role not in cluster.entries:
        access_entries.add(eks, cluster, role, "FARGATE_LINUX", {})


def _check_subnets(cluster: Cluster, ids: list[str]) -> None:
    """Refuse subnets that are not there, or have a route to an internet gateway, in EKS's words."""
    if not ids:  # which ones EKS would take is not written anywhere
        message = "Fargate profiles without subnets are not handled here: name private subnets"
        raise ServiceError(INVALID, message, clusterName=cluster.key.name)
    found = network.subnets(cluster.key, ids)
    vpc = cluster.document["resourcesVpcConfig"]["vpcId"]
    tables = network.ec2(cluster.key.account, cluster.key.region).describe_route_tables()
    for subnet in found:
        own = [each for each in tables if subnet.id in [known.get("SubnetId") for known in each.associations]]
        main = [each for each in tables if each.vpc_id == vpc and each.main_association_id]
        gateways = [route.gateway for table in own or main for route in table.routes if route.gateway]
        if subnet.vpc_id != vpc or any(gateway.id.startswith("igw-") for gateway in gateways):
            message = f"Subnet {subnet.id} provided in Fargate Profile is not a private subnet"
            raise ServiceError(INVALID, message, clusterName=cluster.key.name)


def _find(eks: Eks, call: Call, params: dict[str, Any]) -> tuple[Cluster, Document]:
    cluster = eks.cluster(call, params["clusterName"])
    document = cluster.fargate_profiles.get(params["fargateProfileName"])
    if document is None:
        message = f"No Fargate Profile found with name: {params['fargateProfileName']}."
        raise ServiceError(NOT_FOUND, message, clusterName=cluster.key.name)
    return cluster, document
