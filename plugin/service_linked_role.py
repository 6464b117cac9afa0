"""`tenancy:index:ServiceLinkedRole`: the role that an AWS service has in this account.

It belongs to the account, not to a stack: creating takes what is there, deleting leaves it.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar

import botocore.exceptions

from emr.fault import Fault
from plugin import aws_errors
from plugin.custom_resource import Call, CustomResource, Failure, Refused, State
from plugin.property_values import UNKNOWN

_SERVICE = re.compile(r"[\w+=,.@-]{1,64}\.amazonaws\.com(\.cn)?")
_ARN = re.compile(r"arn:[\w-]+:iam::\d{12}:role/aws-service-role/([^/]+)/[\w+=,.@-]+")


class ServiceLinkedRole(CustomResource):
    """Create if absent, look at, and leave."""

    type_name: ClassVar[str] = "tenancy:index:ServiceLinkedRole"
    inputs: ClassVar[frozenset[str]] = frozenset({"awsServiceName"})
    replacing: ClassVar[frozenset[str]] = frozenset({"awsServiceName"})
    delete_before_replace: ClassVar[bool] = False
    computed: ClassVar[frozenset[str]] = frozenset({"arn", "name"})

    def check(self, inputs: dict[str, Any]) -> tuple[dict[str, Any], list[Failure]]:
        """The service's principal, such as `emr-containers.amazonaws.com`."""
        service = inputs.get("awsServiceName")
        if service == UNKNOWN or (isinstance(service, str) and _SERVICE.fullmatch(service)):
            return inputs, []
        fault = Fault(
            given=f"{service!r}",
            allowed="the principal of an AWS service",
            why="IAM makes the role for that service (IAM API reference, CreateServiceLinkedRole).",
            write="emr-containers.amazonaws.com",
        )
        return inputs, [Failure(property="awsServiceName", reason=str(fault))]

    def create(self, call: Call, inputs: dict[str, Any]) -> State:
        """Take the role that is there, or make it; IAM refuses a second one, which is the same success."""
        service, attempts = inputs["awsServiceName"], 10
        for attempt in range(attempts):
            if found := _find(call, service):
                return found
            try:
                made = call.aws.client("iam").create_service_linked_role(AWSServiceName=service)
                return _state(service, made["Role"])
            except botocore.exceptions.ClientError as error:
                if "has been taken in this account" not in aws_errors.message(error):
                    raise
            call.pause(attempt, longest=2)
        raise Refused(f"IAM says that the role of {service} is there, and does not show it; run `pulumi up` again")

    def read(self, call: Call, resource_id: str, inputs: dict[str, Any]) -> State | None:
        """None when somebody deleted the role; the next `up` makes it again."""
        parts = _ARN.fullmatch(resource_id)
        if parts is None:
            raise Refused(
                f"{resource_id!r} is no ARN of a service-linked role; write "
                "arn:aws:iam::ACCOUNT:role/aws-service-role/SERVICE/NAME"
            )
        return _find(call, inputs.get("awsServiceName", parts[1]))

    def update(self, call: Call, state: State, inputs: dict[str, Any]) -> State:
        """There is nothing to change."""
        del call
        return State(id=state.id, outputs=state.outputs | inputs)

    def delete(self, call: Call, state: State) -> None:
        """Leave the role: other stacks and other clusters of the account use it."""
        call.tell(
            f"service-linked role {state.outputs.get('name', state.id)} stays: it is the account's, not the stack's "
            "(`aws iam delete-service-linked-role` removes it once nothing uses it)"
        )


def _find(call: Call, service: str) -> State | None:
    pages = call.aws.client("iam").get_paginator("list_roles")
    for page in pages.paginate(PathPrefix=f"/aws-service-role/{service}/"):
        for role in page["Roles"]:
            return _state(service, role)
    return None


def _state(service: str, role: dict[str, Any]) -> State:
    return State(
        id=role["Arn"],
        outputs={"awsServiceName": service, "arn": role["Arn"], "name": role["RoleName"]},
    )
