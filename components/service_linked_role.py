"""The role that an AWS service has in the account, as a resource that a stack may create but never takes away."""

from dataclasses import dataclass

import pulumi


@dataclass(frozen=True, kw_only=True)
class ServiceLinkedRoleArgs:
    """Whose role it is."""

    aws_service_name: pulumi.Input[str]
    """The service's principal, such as `emr-containers.amazonaws.com`; another one is another role."""


class ServiceLinkedRole(pulumi.CustomResource):
    """A service-linked role: taken if the account has it, created if not, and left when the stack goes."""

    arn: pulumi.Output[str]
    """ARN of the role, with its path `/aws-service-role/<service>/`."""
    role_name: pulumi.Output[str]
    """Name of the role, such as `AWSServiceRoleForAmazonEMRContainers`; IAM chooses it."""

    def __init__(self, name: str, args: ServiceLinkedRoleArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        props = {"awsServiceName": args.aws_service_name, "arn": None, "name": None}
        super().__init__("tenancy:index:ServiceLinkedRole", name, props, opts)
        outputs = vars(self)
        self.arn = outputs["arn"]
        self.role_name = outputs["name"]
