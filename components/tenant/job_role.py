"""The IAM role as which jobs of a tenant run."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from emr.service_accounts import subject_pattern
from iam import execution, names, s3, trust
from iam.documents import render
from spec.place import Place
from spec.tenant import JobRoleSpec, TenantSpec


@dataclass(frozen=True, kw_only=True)
class JobRoleArgs:
    """Whose role it is, what it opens, and whom it trusts."""

    spec: JobRoleSpec
    """Name and data of the role."""
    tenant: TenantSpec
    """The tenant, whose namespace the role trusts."""
    place: Place
    """Platform, account and Region."""
    logs: s3.Prefix
    """Place to which EMR uploads the logs of jobs."""
    logs_key_arn: pulumi.Input[str]
    """ARN of the KMS key that encrypts that place."""
    artefacts: s3.Prefix
    """Place of what jobs are started from."""
    artefacts_key_arn: pulumi.Input[str]
    """ARN of the KMS key that encrypts that place."""
    oidc_issuer: pulumi.Input[str]
    """OIDC issuer of the cluster, host and path without `https://`."""
    oidc_provider_arn: pulumi.Input[str]
    """ARN of the IAM OIDC provider of that issuer."""


class JobRole(pulumi.ComponentResource):
    """A role that only the service accounts EMR makes for it, in its tenant's namespace, can become."""

    arn: pulumi.Output[str]
    """ARN of the role, known once its permissions are in place."""

    def __init__(self, name: str, args: JobRoleArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenancy:index:JobRole", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        role_name = names.job_role(args.place.platform, args.tenant.name, args.spec.name)
        role = aws.iam.Role(
            f"{name}-role",
            name=role_name,
            assume_role_policy=_trust(args, role_name),
            tags=args.tenant.tags,
            opts=child,
        )
        policy = aws.iam.RolePolicy(
            f"{name}-permissions", name="permissions", role=role.name, policy=_permissions(args), opts=child
        )
        self.arn = pulumi.Output.all(role.arn, policy.id).apply(lambda values: values[0])
        self.register_outputs({"arn": self.arn})


def _trust(args: JobRoleArgs, role_name: str) -> pulumi.Output[str]:
    subject = subject_pattern(namespace=args.tenant.namespace, account=args.place.account, role_name=role_name)
    return pulumi.Output.all(args.oidc_provider_arn, args.oidc_issuer).apply(
        lambda known: render(trust.web_identity(provider_arn=known[0], issuer=known[1], subject=subject))
    )


def _permissions(args: JobRoleArgs) -> pulumi.Output[str]:
    return pulumi.Output.all(args.logs_key_arn, args.artefacts_key_arn).apply(
        lambda keys: render(
            execution.permissions(
                region=args.place.region,
                account=args.place.account,
                log_group=names.log_group(args.place.platform, args.tenant.name),
                logs=args.logs,
                logs_key=keys[0],
                artefacts=args.artefacts,
                artefacts_key=keys[1],
                read=[s3.prefix(uri) for uri in args.spec.read],
                write=[s3.prefix(uri) for uri in args.spec.write],
            )
        )
    )
