"""The flow logs of a VPC."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.service_role import ServiceRole, ServiceRoleArgs
from iam import flow_logs, names
from iam.documents import render
from spec.place import Place


@dataclass(frozen=True, kw_only=True)
class FlowLogsArgs:
    """Whose traffic is logged, and how long that is kept."""

    place: Place
    """Platform, account and Region."""
    vpc_id: pulumi.Input[str]
    """The VPC."""
    retention_days: int
    """Days that the logs are kept, one of CloudWatch's figures."""
    retain: bool
    """Whether the logs stay when their stack is destroyed."""
    key_arn: pulumi.Input[str] | None = None
    """KMS key that encrypts them, whose policy lets CloudWatch Logs use it; by default a key of CloudWatch's own."""


class FlowLogs(pulumi.ComponentResource):
    """Every connection that is accepted or refused in a VPC, in a log group of its own."""

    group: str
    """Name of the log group."""

    def __init__(self, name: str, args: FlowLogsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenancy:index:FlowLogs", name, None, opts)
        where = {"region": args.place.region, "account": args.place.account}
        self.group = flow_logs.log_group(args.place.platform)
        group = aws.cloudwatch.LogGroup(
            f"{name}-group",
            name=self.group,
            retention_in_days=args.retention_days,
            kms_key_id=args.key_arn,
            opts=pulumi.ResourceOptions(parent=self, retain_on_delete=args.retain),
        )
        role = ServiceRole(
            f"{name}-writer",
            ServiceRoleArgs(
                role_name=names.platform_role(args.place.platform, "flows"),
                service=flow_logs.SERVICE,
                condition=flow_logs.only_of(**where),
                managed_policy_arns=[],
                permissions=render(flow_logs.permissions(args.place.platform, **where)),
            ),
            pulumi.ResourceOptions(parent=self),
        )
        aws.ec2.FlowLog(
            f"{name}-log",
            vpc_id=args.vpc_id,
            traffic_type="ALL",
            log_destination_type="cloud-watch-logs",
            log_destination=group.name.apply(lambda _: flow_logs.log_group_arn(args.place.platform, **where)),
            iam_role_arn=role.role.arn,
            tags={"Name": args.place.platform},
            opts=pulumi.ResourceOptions(parent=self, depends_on=[role]),
        )
        self.register_outputs({"group": self.group})
