"""The IAM role as which jobs of a tenant run."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from emr.service_accounts import OF_JOB_RUNS
from iam import names, s3
from iam.documents import render
from spec import job_documents
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
    boundary: str | None
    """ARN of the policy that bounds what the role can be given, if there is one."""
    cluster_name: pulumi.Input[str]
    """Name of the EKS cluster, for associations of Pod Identity."""
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
            assume_role_policy=_trusted(args),
            permissions_boundary=args.boundary,
            tags=args.tenant.tags,
            opts=child,
        )
        policy = aws.iam.RolePolicy(
            f"{name}-permissions", name="permissions", role=role.name, policy=_permitted(args), opts=child
        )
        # Known only once the role can be used: its permissions and, under Pod Identity, its associations are there.
        waits = [policy.id, *(each.urn for each in _associations(name, args, role, child))]
        self.arn = pulumi.Output.all(role.arn, *waits).apply(lambda values: values[0])
        self.register_outputs({"arn": self.arn})


def _associations(
    name: str, args: JobRoleArgs, role: aws.iam.Role, opts: pulumi.ResourceOptions
) -> list[aws.eks.PodIdentityAssociation]:
    """Tie the role to the accounts of submitter, driver and executors; they need not be there yet."""
    if not args.spec.by_pod_identity:
        return []
    accounts = job_documents.accounts(args.tenant, args.spec, args.place)
    return [
        aws.eks.PodIdentityAssociation(
            f"{name}-{kind}",
            cluster_name=args.cluster_name,
            namespace=args.tenant.namespace,
            service_account=account,
            role_arn=role.arn,
            tags=args.tenant.tags,
            opts=opts,
        )
        for kind, account in zip(OF_JOB_RUNS, accounts, strict=True)
    ]


def _trusted(args: JobRoleArgs) -> pulumi.Output[str]:
    return pulumi.Output.all(args.oidc_provider_arn, args.oidc_issuer).apply(
        lambda known: render(
            job_documents.trusted(args.tenant, args.spec, args.place, provider_arn=known[0], issuer=known[1])
        )
    )


def _permitted(args: JobRoleArgs) -> pulumi.Output[str]:
    return pulumi.Output.all(args.logs_key_arn, args.artefacts_key_arn).apply(
        lambda keys: render(
            job_documents.permitted(
                args.tenant,
                args.spec,
                args.place,
                job_documents.Stores(logs=args.logs, logs_key=keys[0], artefacts=args.artefacts, artefacts_key=keys[1]),
            )
        )
    )
