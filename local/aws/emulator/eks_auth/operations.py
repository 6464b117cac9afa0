"""The API of EKS Auth, which the agents on the nodes call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.aws.emulator.authorization.verdicts import decide
from local.aws.emulator.eks_auth import pods
from local.aws.emulator.eks_auth.assumption import DENIED, assume
from local.aws.emulator.rest_json.errors import ServiceError
from local.aws.emulator.rest_json.service import Operation

if TYPE_CHECKING:
    from local.aws.emulator.eks.core import Eks
    from local.aws.emulator.rest_json.service import Call

_ACTION = "eks-auth:AssumeRoleForPodIdentity"


def operations(eks: Eks) -> dict[str, Operation]:
    """Give the service's operations."""

    def run(call: Call, params: dict[str, Any]) -> dict[str, Any]:
        return assume_role_for_pod_identity(eks, call, params)

    return {"AssumeRoleForPodIdentity": Operation(run=run)}


def assume_role_for_pod_identity(eks: Eks, call: Call, params: dict[str, Any]) -> dict[str, Any]:
    """AssumeRoleForPodIdentity."""
    cluster = eks.cluster(call, params["clusterName"])
    verdict = decide(call.caller, _ACTION, cluster.document["arn"], call.region)
    if not verdict.allowed:
        message = f"User: {call.caller.arn} is not authorized to perform: {_ACTION} {verdict.reason}"
        raise ServiceError(DENIED, message)
    made = assume(eks, cluster, pods.read(params["token"]))
    caller = made.session.caller
    return {
        "subject": {"namespace": made.pod.namespace, "serviceAccount": made.pod.service_account},
        "audience": pods.AUDIENCE,
        "podIdentityAssociation": {
            "associationArn": made.association["associationArn"],
            "associationId": made.association["associationId"],
        },
        "assumedRoleUser": {"arn": caller.arn, "assumeRoleId": caller.user_id},
        "credentials": {
            "accessKeyId": caller.access_key_id,
            "secretAccessKey": caller.secret_access_key,
            "sessionToken": made.session.token,
            "expiration": made.session.expiration,
        },
    }
