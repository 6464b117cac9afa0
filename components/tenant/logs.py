"""Where the logs of a tenant's jobs are kept."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from iam import names
from spec.place import Place
from spec.tenant import TenantSpec


@dataclass(frozen=True, kw_only=True)
class TenantLogsArgs:
    """Whose logs they are, and whether they may go."""

    tenant: TenantSpec
    """The tenant, with the days its logs are kept."""
    place: Place
    """Platform, account and Region."""
    key_arn: pulumi.Input[str]
    """ARN of the KMS key that encrypts the logs."""
    retain: bool
    """Whether the logs stay when the tenant goes."""


class TenantLogs(pulumi.ComponentResource):
    """The log group of a tenant's jobs; made here, for EMR would make one that keeps its logs for ever."""

    group: str
    """Name of the log group."""

    def __init__(self, name: str, args: TenantLogsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenancy:index:TenantLogs", name, None, opts)
        self.group = names.log_group(args.place.platform, args.tenant.name)
        aws.cloudwatch.LogGroup(
            f"{name}-group",
            name=self.group,
            retention_in_days=args.tenant.log_retention_days,
            kms_key_id=args.key_arn,
            tags=args.tenant.tags,
            opts=pulumi.ResourceOptions(parent=self, retain_on_delete=args.retain),
        )
        self.register_outputs({"group": self.group})
