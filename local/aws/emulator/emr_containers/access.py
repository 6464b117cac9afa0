"""How EMR gets into a cluster: with its service-linked role, through aws-auth or an access entry of its own."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from local.aws.emulator import authorization, principals
from local.aws.emulator.eks import access_entries, access_policies
from local.aws.emulator.eks.authenticator import make_token
from local.aws.emulator.emr_containers import permissions
from local.aws.emulator.emr_containers.state import INVALID
from local.aws.emulator.moto_gaps import service_linked_roles
from local.aws.emulator.rest_json.errors import ServiceError
from local.control_plane import ApiError

if TYPE_CHECKING:
    from local.aws.emulator.eks.core import Eks
    from local.aws.emulator.eks.state import Cluster
    from local.aws.emulator.principals import Caller
    from local.aws.emulator.rest_json.service import Call

SERVICE = "emr-containers.amazonaws.com"
ROLE = "AWSServiceRoleForAmazonEMRContainers"
_SESSION = "AmazonEMRContainers"
# What the caller must hold on EMR's access entry (EMR on EKS Development Guide, "Enable cluster access using EKS
# access entry"); the sixth, CreateAccessEntry, is asked on the cluster.
_ENTRY_ACTIONS = (
    "DescribeAccessEntry",
    "DeleteAccessEntry",
    "ListAssociatedAccessPolicies",
    "AssociateAccessPolicy",
    "DisassociateAccessPolicy",
)


def role_arn(account: str) -> str:
    """The ARN of EMR's service-linked role."""
    return f"arn:aws:iam::{account}:role/aws-service-role/{SERVICE}/{ROLE}"


def ensure_role(call: Call) -> None:
    """Make EMR's service-linked role on its first use in the account, with the caller's right to.

    Raises:
        ServiceError: AccessDeniedException, if it is absent and the caller may not create it.
    """
    arn = role_arn(call.account)
    if principals.principal(arn) is not None:
        return
    decision = authorization.decide(
        call.caller, "iam:CreateServiceLinkedRole", arn, call.region, iam__AWSServiceName=SERVICE
    )
    if not decision.allowed:
        message = (
            f"User: {call.caller.arn} is not authorized to perform: iam:CreateServiceLinkedRole on resource: {arn}"
        )
        raise ServiceError("AccessDeniedException", message)
    service_linked_roles.create(call.account, SERVICE)


def refusal(eks: Eks, cluster: Cluster, namespace: str) -> str | None:
    """What EMR may not do in a namespace, in its words; None if it may do all it must.

    EMR presents a token of its service-linked role to the API server, as anybody else would.

    Raises:
        ServiceError: ValidationException, when the cluster does not answer.
    """
    try:
        return permissions.refusal(client(eks, cluster), namespace)
    except ApiError as error:
        raise ServiceError(INVALID, f"Cluster {cluster.key.name} is currently not reachable.") from error


def client(eks: Eks, cluster: Cluster) -> Any:
    """A client of a cluster's API server as EMR's service-linked role; its token is good for 15 minutes.

    Raises:
        ServiceError: ServerException, when the control plane does not run.
    """
    token = make_token(_session(cluster), cluster.key.name, cluster.key.region, datetime.now(UTC))
    return eks.plane(cluster).as_user(token)


def _session(cluster: Cluster) -> Caller:
    return principals.begin_session(role_arn(cluster.key.account), _SESSION, cluster.key.region)


def may_make_entry(call: Call, cluster: Cluster, namespace: str) -> bool:
    """Say whether the caller holds the six actions with which EMR makes its own access entry."""
    if cluster.mode == "CONFIG_MAP":
        return False
    arn = role_arn(call.account)
    existing = cluster.entries.get(arn)
    entry: str = (
        existing.document["accessEntryArn"]
        if existing
        else cluster.arn("access-entry", "role", call.account, ROLE, str(uuid.uuid4()))
    )
    context = {
        "eks__principalArn": arn,
        "eks__policyArn": access_policies.EMR_JOB,
        "eks__accessScope": "namespace",
        "eks__namespaces": [namespace],
        "eks__accessEntryType": "STANDARD",
    }
    asked = [("CreateAccessEntry", cluster.document["arn"]), *((action, entry) for action in _ENTRY_ACTIONS)]
    return all(
        authorization.decide(call.caller, f"eks:{action}", resource, call.region, **context).allowed
        for action, resource in asked
    )


def make_entry(eks: Eks, cluster: Cluster, namespace: str) -> None:
    """Make EMR's access entry with the policy for jobs in a namespace, or widen its scope by the namespace."""
    arn = role_arn(cluster.key.account)
    with eks.lock:
        entry = cluster.entries.get(arn) or access_entries.add(eks, cluster, arn, "STANDARD", {})
        namespaces = _namespaces(cluster)
        scope = {"type": "namespace", "namespaces": sorted({*namespaces, namespace})}
        access_policies.attach(entry, access_policies.EMR_JOB, scope)


def leave_entry(eks: Eks, cluster: Cluster, namespace: str) -> None:
    """Take a namespace out of the scope of EMR's access entry, and the entry away with the last one."""
    arn = role_arn(cluster.key.account)
    with eks.lock:
        entry = cluster.entries.get(arn)
        remaining = [name for name in _namespaces(cluster) if name != namespace]
        if entry is not None and remaining:
            scope = {"type": "namespace", "namespaces": remaining}
            access_policies.attach(entry, access_policies.EMR_JOB, scope)
        else:
            cluster.entries.pop(arn, None)


def _namespaces(cluster: Cluster) -> list[str]:
    entry = cluster.entries.get(role_arn(cluster.key.account))
    policy = entry.policies.get(access_policies.EMR_JOB) if entry else None
    return list(policy["accessScope"]["namespaces"]) if policy else []
