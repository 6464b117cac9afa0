"""EKS, EKS Auth and EMR on EKS as the policy of a VPC endpoint sees them: what an operation does, and to what.

Source: Service Authorization Reference, "Actions, resources, and condition keys for" Amazon EMR on EKS (EMR
Containers), Amazon Elastic Kubernetes Service and Amazon EKS Auth. Tags that a resource has already are no keys here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.aws.emulator.authorization.asks import Ask
from local.aws.emulator.rest_json.errors import NotHandledError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.aws.emulator.rest_json.service import Call

_EMR = {
    "CancelJobRun": "/virtualclusters/{virtualClusterId}/jobruns/{id}",
    "CreateJobTemplate": "",
    "CreateVirtualCluster": "",
    "DeleteJobTemplate": "/jobtemplates/{id}",
    "DeleteVirtualCluster": "/virtualclusters/{id}",
    "DescribeJobRun": "/virtualclusters/{virtualClusterId}/jobruns/{id}",
    "DescribeJobTemplate": "/jobtemplates/{id}",
    "DescribeVirtualCluster": "/virtualclusters/{id}",
    "ListJobRuns": "/virtualclusters/{virtualClusterId}",
    "ListJobTemplates": "",
    "ListManagedEndpoints": "/virtualclusters/{virtualClusterId}",
    "ListVirtualClusters": "",
    "StartJobRun": "/virtualclusters/{virtualClusterId}",
    "UpdateVirtualCluster": "/virtualclusters/{id}",
}
_EKS = {
    "CreateCluster": "",
    "DescribeCluster": "cluster/{name}",
    "ListClusters": "",
    "UpdateClusterConfig": "cluster/{name}",
    "UpdateClusterVersion": "cluster/{name}",
}
_CLUSTER = "cluster/{clusterName}"
_RESOURCES = {"eks": _EKS, "eks-auth": {"AssumeRoleForPodIdentity": _CLUSTER}, "emr-containers": _EMR}
"""The resource of each action, behind the account; empty for an action that has none."""


def ask(service: str, operation: str, params: Mapping[str, Any], call: Call, *, particular: bool) -> Ask:
    """What an operation asks for.

    Args:
        service: name of the service.
        operation: name of the operation, which is the action's too.
        params: its parameters, not validated.
        call: who calls, and where.
        particular: whether the resource matters, so that an operation whose resource is not known here is refused.

    Raises:
        NotHandledError: an operation whose resource matters and is not known.
    """
    resource, known = "*", _RESOURCES.get(service, {})
    if "resourceArn" in params:
        resource = str(params["resourceArn"])
    elif operation in known:
        tail = known[operation].format_map(dict(params))
        resource = _arn(service, call, tail) if tail else "*"
    elif particular:
        raise NotHandledError(f"resource of {service}:{operation} for the policy of a VPC endpoint")
    return Ask(action=f"{service}:{operation}", resource=resource, context=_context(params, call))


def _arn(service: str, call: Call, tail: str) -> str:
    return f"arn:aws:{service.removesuffix('-auth')}:{call.region}:{call.account}:{tail}"


def _context(params: Mapping[str, Any], call: Call) -> dict[str, Any]:
    context: dict[str, Any] = {}
    if "executionRoleArn" in params:
        context["emr-containers:ExecutionRoleArn"] = params["executionRoleArn"]
    if "jobTemplateId" in params:
        context["emr-containers:JobTemplateArn"] = _arn(
            "emr-containers", call, f"/jobtemplates/{params['jobTemplateId']}"
        )
    tags: Mapping[str, str] = params.get("tags") or {}
    if tags:
        context |= {f"aws:RequestTag/{key}": value for key, value in tags.items()} | {"aws:TagKeys": list(tags)}
    return context
