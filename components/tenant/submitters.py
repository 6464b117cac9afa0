"""The IAM policies that people and schedulers of a tenant are given."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from iam import names, s3
from iam.documents import render
from spec.place import Place
from spec.tenant import Access, TenantSpec
from spec.tenant_policies import access_policy


@dataclass(frozen=True, kw_only=True)
class SubmittersArgs:
    """Whose policies they are."""

    tenant: TenantSpec
    """The tenant, with the policies that its file asks for."""
    place: Place
    """Platform, account and Region."""
    logs: s3.Prefix
    """Place of the logs of its jobs in S3."""
    logs_key_arn: pulumi.Input[str]
    """ARN of the KMS key that encrypts that place."""
    template_ids: Sequence[pulumi.Input[str]] = ()
    """Ids of the job templates by which alone jobs may be started; by default any job may be."""


class Submitters(pulumi.ComponentResource):
    """Managed policies, attached to nobody: the organization's roles or permission sets take them up."""

    policy_arns: dict[str, pulumi.Output[str]]
    """ARN of each policy, by what it lets people do."""

    def __init__(self, name: str, args: SubmittersArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenancy:index:Submitters", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.policy_arns = {
            access: aws.iam.Policy(
                f"{name}-{access}",
                name=names.access_policy(args.place.platform, args.tenant.name, access),
                policy=_document(args, access),
                tags=args.tenant.tags,
                opts=child,
            ).arn
            for access in args.tenant.access
        }
        self.register_outputs({"policyArns": self.policy_arns})


def _document(args: SubmittersArgs, access: Access) -> pulumi.Output[str]:
    return pulumi.Output.all(args.logs_key_arn, *args.template_ids).apply(
        lambda known: render(
            access_policy(
                access, args.tenant, args.place, logs=args.logs, logs_key=known[0], template_ids=tuple(known[1:])
            )
        )
    )
