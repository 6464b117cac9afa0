"""Service-linked roles under the names that AWS gives them; moto's rule of thumb gets most of them wrong."""

from __future__ import annotations

import json
from typing import Any

from moto.core.exceptions import ServiceException  # pyright: ignore[reportMissingTypeStubs]
from moto.iam.models import IAMBackend  # pyright: ignore[reportMissingTypeStubs]

from local.aws.emulator.principals import iam

# IAM User Guide, "AWS services that work with IAM", and the services' own pages on their roles.
_NAMES = {
    "emr-containers.amazonaws.com": "AmazonEMRContainers",
    "eks.amazonaws.com": "AmazonEKS",
    "eks-nodegroup.amazonaws.com": "AmazonEKSNodegroup",
    "eks-fargate.amazonaws.com": "AmazonEKSForFargate",
    "spot.amazonaws.com": "EC2Spot",
    "spotfleet.amazonaws.com": "EC2SpotFleet",
    "autoscaling.amazonaws.com": "AutoScaling",
    "elasticloadbalancing.amazonaws.com": "ElasticLoadBalancing",
}
_NO_SUFFIX = frozenset(_NAMES) - {"autoscaling.amazonaws.com"}
_MOTOS_OWN: Any = IAMBackend.create_service_linked_role
_SERVICE_ERROR: Any = ServiceException


class _InvalidInputError(_SERVICE_ERROR):
    """IAM's InvalidInput."""

    code = "InvalidInput"


def _create(self: Any, service_name: str, description: str, suffix: str) -> Any:
    """CreateServiceLinkedRole, in place of moto's."""
    name = f"AWSServiceRoleFor{_NAMES[service_name]}" if service_name in _NAMES else ""
    if not name:
        return _MOTOS_OWN(self, service_name, description, suffix)
    if suffix and service_name in _NO_SUFFIX:
        raise _InvalidInputError("Custom suffix is not allowed for " + service_name)
    name += f"_{suffix}" if suffix else ""
    if any(role.name == name for role in self.roles.values()):
        message = f"Service role name {name} has been taken in this account, please try a different suffix."
        raise _InvalidInputError(message)
    statement = {"Action": ["sts:AssumeRole"], "Effect": "Allow", "Principal": {"Service": [service_name]}}
    return self.create_role(
        name,
        json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
        f"/aws-service-role/{service_name}/",
        None,
        description,
        [],
        "3600",
        linked_service=service_name,
    )


def install() -> None:
    """Put AWS's names and refusals into moto's IAM."""
    IAMBackend.create_service_linked_role = _create  # pyright: ignore[reportAttributeAccessIssue]


def create(account: str, service: str) -> None:
    """Make a service-linked role, as a service does on its first use."""
    _create(iam(account), service, "", "")
