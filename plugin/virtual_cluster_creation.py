"""CreateVirtualCluster, so that a repetition after a lost answer or a killed run makes no second one."""

from __future__ import annotations

import hashlib
import json
import time
from typing import TYPE_CHECKING, Any

import botocore.exceptions

from plugin import aws_errors
from plugin.custom_resource import Call, Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

_CREATE_SECONDS = 10 * 60
_DEAD = ("TERMINATING", "TERMINATED")


def create_virtual_cluster(call: Call, inputs: dict[str, Any]) -> dict[str, Any]:
    """The description of the virtual cluster of these inputs, made now or by an earlier run of this resource.

    The client token names the resource and its parameters, so EMR answers a repetition with the virtual cluster
    that it made before. When that one has been deleted since, the next token names it too: the chain of tokens is
    the same in every run and ends at the living one.

    Raises:
        Refused: the service refuses, or the namespace is registered already.
    """
    dead: list[str] = []
    while True:
        answer = _ask(call, inputs, dead)
        found = _look(call, answer["id"])
        if found["state"] not in _DEAD or answer["id"] in dead:
            return found
        dead.append(answer["id"])


def _parameters(inputs: dict[str, Any]) -> dict[str, Any]:
    parameters: dict[str, Any] = {
        "name": inputs["name"],
        "containerProvider": {
            "type": "EKS",
            "id": inputs["clusterName"],
            "info": {"eksInfo": {"namespace": inputs["namespace"]}},
        },
    }
    optional = {name: inputs.get(name) for name in ("tags", "schedulerConfiguration")}
    return parameters | {name: value for name, value in optional.items() if value}


def client_token(urn: str, parameters: dict[str, Any], dead: Sequence[str]) -> str:
    """The token of a resource with these parameters, after these deleted virtual clusters: 64 characters."""
    text = json.dumps([urn, parameters, list(dead)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _ask(call: Call, inputs: dict[str, Any], dead: Sequence[str]) -> dict[str, Any]:
    emr, parameters = call.aws.client("emr-containers"), _parameters(inputs)
    token = client_token(call.urn, parameters, dead)
    deadline, attempt = time.monotonic() + (call.timeout or _CREATE_SECONDS), 0
    while True:
        try:
            return emr.create_virtual_cluster(**parameters, clientToken=token)
        except botocore.exceptions.ClientError as error:
            # EKS's own throttle, which botocore does not know as one (declared by CreateVirtualCluster).
            throttled = aws_errors.code(error) == "EKSRequestThrottledException"
            if not throttled or time.monotonic() > deadline:
                raise _refusal(emr, inputs, error) from error
        call.pause(attempt, longest=20)
        attempt += 1


def _look(call: Call, virtual_cluster_id: str) -> dict[str, Any]:
    emr, attempts = call.aws.client("emr-containers"), 10
    for attempt in range(attempts):
        try:
            return emr.describe_virtual_cluster(id=virtual_cluster_id)["virtualCluster"]
        except botocore.exceptions.ClientError as error:
            # What was just made may not be seen everywhere at once.
            if aws_errors.code(error) != "ResourceNotFoundException":
                raise
        call.pause(attempt, longest=2)
    raise Refused(f"virtual cluster {virtual_cluster_id} was made but cannot be found; run `pulumi up` again")


def _refusal(emr: Any, inputs: dict[str, Any], error: botocore.exceptions.ClientError) -> Refused:
    place = f"namespace {inputs['namespace']} of cluster {inputs['clusterName']}"
    code, message = aws_errors.code(error), aws_errors.message(error)
    present = _registered(emr, inputs) if code == "ValidationException" else None
    if present is None:
        return Refused(f"EMR cannot register {place} as virtual cluster {inputs['name']}: {code}: {message}")
    if present["state"] == "TERMINATING":
        return Refused(f"{place} still has virtual cluster {present['id']}, which is TERMINATING: run again later")
    return Refused(
        f"{place} is registered already, as virtual cluster {present['id']} ({present['name']}, "
        f"{present['state']}), and a namespace takes one. If it belongs to this stack, take it over: `pulumi import "
        f"tenancy:index:VirtualCluster NAME {present['id']}`; otherwise delete it or choose another namespace"
    )


def _registered(emr: Any, inputs: dict[str, Any]) -> dict[str, Any] | None:
    pages = emr.get_paginator("list_virtual_clusters").paginate(
        containerProviderId=inputs["clusterName"],
        containerProviderType="EKS",
        states=["RUNNING", "TERMINATING", "ARRESTED"],
    )
    for page in pages:
        for found in page["virtualClusters"]:
            if found["containerProvider"]["info"]["eksInfo"]["namespace"] == inputs["namespace"]:
                return found
    return None
