"""AssumeRoleForPodIdentity: a pod's token becomes a session of the role that its service account is associated with.

Sources: EKS API reference, AssumeRoleForPodIdentity; EKS User Guide, "Grant Pods access to AWS resources based on
tags" (session tags), "Create IAM role with trust policy required by EKS Pod Identity" (trust), "Access AWS Resources
using EKS Pod Identity Target IAM Roles" (role chaining).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from iam.evaluation import Principal, Request, evaluate_resource_policy
from local.aws.emulator import principals
from local.aws.emulator.eks_auth import pods
from local.aws.emulator.rest_json.errors import ServiceError
from local.aws.emulator.sts import roles
from local.aws.emulator.sts.errors import StsError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.aws.emulator.eks.core import Eks
    from local.aws.emulator.eks.state import Cluster, Document
    from local.aws.emulator.eks_auth.pods import Pod
    from local.aws.emulator.principals import Session
    from local.aws.emulator.sts.tokens import Token

SERVICE = "pods.eks.amazonaws.com"
"""The principal that a role trusts."""
DENIED = "AccessDeniedException"
NOT_FOUND = "ResourceNotFoundException"
_NOT_TRUSTED = "Unauthorized Exception! EKS does not have permissions to assume the associated role."
_SECONDS = 6 * 3600
_CHAINED_SECONDS = 3600  # role chaining: one hour at most
_LONGEST_NAME = 64  # STS API reference, RoleSessionName


@dataclass(frozen=True, kw_only=True)
class Assumption:
    """A pod that became a role."""

    pod: Pod
    association: Document
    session: Session


def assume(eks: Eks, cluster: Cluster, token: Token) -> Assumption:
    """Judge the token and the role's trust; begin the session.

    Raises:
        ServiceError: InvalidTokenException, ExpiredTokenException, ResourceNotFoundException, AccessDeniedException.
    """
    pod = pods.verified(eks, cluster, token)
    association = find(cluster, pod.namespace, pod.service_account)
    if association is None:
        message = f"No EKS pod identity association found for service account {pod.namespace}/{pod.service_account}"
        raise ServiceError(NOT_FOUND, message)
    tags = {} if association["disableSessionTags"] else _tags(cluster, pod)
    role: Any = principals.principal(association["roleArn"])
    if role is None or not _trusted(role, cluster, tags):
        raise ServiceError(DENIED, _NOT_TRUSTED)
    name = f"eks-{cluster.key.name}-{pod.name}-{pod.uid}"[:_LONGEST_NAME]
    limits = [json.loads(association["policy"])] if association.get("policy") else []
    session = principals.begin(
        association["roleArn"], name, cluster.key.region, seconds=_SECONDS, policies=limits, tags=tags
    )
    target: str = association.get("targetRoleArn") or ""
    if target:
        session = _chained(session, association, target, tags, cluster)
    return Assumption(pod=pod, association=association, session=session)


def find(cluster: Cluster, namespace: str, service_account: str) -> Document | None:
    """Give the association of a service account; None without one."""
    for association in list(cluster.associations.values()):
        if (association["namespace"], association["serviceAccount"]) == (namespace, service_account):
            return association
    return None


def associated(cluster: Cluster, namespace: str, service_account: str) -> bool:
    """Say whether a service account has an association."""
    return find(cluster, namespace, service_account) is not None


def _tags(cluster: Cluster, pod: Pod) -> dict[str, str]:
    return {
        "eks-cluster-arn": cluster.document["arn"],
        "eks-cluster-name": cluster.key.name,
        "kubernetes-namespace": pod.namespace,
        "kubernetes-service-account": pod.service_account,
        "kubernetes-pod-name": pod.name,
        "kubernetes-pod-uid": pod.uid,
    }


def _trusted(role: Any, cluster: Cluster, tags: Mapping[str, str]) -> bool:
    """Say whether the role lets EKS assume it, and tag the session where there are tags."""
    context: dict[str, Any] = {
        "aws:SourceAccount": cluster.document["arn"].split(":")[4],
        "aws:SourceArn": cluster.document["arn"],
        "aws:PrincipalIsAWSService": "true",
        **{f"aws:RequestTag/{name}": value for name, value in tags.items()},
    }
    if tags:
        context["aws:TagKeys"] = list(tags)
    trust = json.loads(role.assume_role_policy_document)
    return all(
        evaluate_resource_policy(
            trust,
            Principal(kind="Service", names=(SERVICE,)),
            Request(action=action, resource=role.arn, context=context),
        ).allowed
        for action in ("sts:AssumeRole", "sts:TagSession")[: 2 if tags else 1]
    )


def _chained(first: Session, association: Document, target: str, tags: Mapping[str, str], cluster: Cluster) -> Session:
    """Let the associated role's session assume the target role, with the external id that EKS gives it."""
    wanted: dict[str, Any] = {
        "RoleArn": target,
        "RoleSessionName": first.caller.session_name,
        "DurationSeconds": _CHAINED_SECONDS,
        "ExternalId": association["externalId"],
        "Tags": [{"Key": name, "Value": value} for name, value in tags.items()],
    }
    try:
        return roles.begin(first.caller, wanted, cluster.key.region)
    except StsError as error:
        raise ServiceError(DENIED, error.message) from error
