"""Checks of the IAM roles and principals that EKS is given."""

from __future__ import annotations

from typing import Any

from local.aws.emulator.eks.core import INVALID
from local.aws.emulator.principals import principal, trusts_service
from local.aws.emulator.rest_json.errors import ServiceError

_ARN_PARTS = 6


def _entity(arn: str) -> Any | None:
    parts = arn.split(":")
    return principal(arn) if len(parts) == _ARN_PARTS and parts[2] == "iam" else None


def check_cluster_role(arn: str, cluster: str) -> None:
    """Refuse a cluster role that EKS cannot assume, in EKS's words."""
    role = _entity(arn)
    if role is None or ":role/" not in arn or not trusts_service(role, "eks.amazonaws.com"):
        raise ServiceError(
            INVALID,
            f"Role with arn: {arn}, could not be assumed because it does not exist or the trusted entity is "
            "not correct",
            clusterName=cluster,
        )


def check_node_role(arn: str, cluster: str, node_group: str) -> None:
    """Refuse a node role that EC2 cannot assume, in EKS's words."""
    role = _entity(arn)
    fields = {"clusterName": cluster, "nodegroupName": node_group}
    if role is None:
        name = arn.rsplit("/", 1)[-1]
        raise ServiceError(INVALID, f"The role with name {name} cannot be found.", **fields)
    if not trusts_service(role, "ec2.amazonaws.com"):
        raise ServiceError(
            INVALID,
            "Following required service principals [ec2.amazonaws.com] were not found in the trust "
            f"relationships of nodeRole {arn}",
            **fields,
        )


def check_fargate_role(arn: str, cluster: str) -> None:
    """Refuse an execution role that Fargate cannot assume, in EKS's words."""
    role = _entity(arn)
    if role is None or not trusts_service(role, "eks-fargate-pods.amazonaws.com"):
        message = "Misconfigured PodExecutionRole Trust Policy; Please add the eks-fargate-pods.amazonaws.com Service "
        raise ServiceError(INVALID, f"{message}Principal", clusterName=cluster)


def principal_id(arn: str, cluster: str) -> str:
    """The unique id of the IAM user or role that an access entry is made for.

    Raises:
        ServiceError: InvalidParameterException, if there is none.
    """
    entity = _entity(arn)
    if entity is None:
        message = "The specified principalArn is invalid: invalid principal."
        raise ServiceError(INVALID, message, clusterName=cluster)
    return str(entity.id)


def check_pod_role(arn: str, cluster: str) -> None:
    """Refuse a Pod Identity role that does not exist, in EKS's words."""
    if _entity(arn) is None:
        raise ServiceError(INVALID, "Role provided in the request does not exist.", clusterName=cluster)
