"""The job templates of a tenant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi

from components.job_template import JobTemplate, JobTemplateArgs
from spec import job_templates
from spec.place import Place
from spec.tenant import TenantSpec


@dataclass(frozen=True, kw_only=True)
class JobTemplatesArgs:
    """Whose templates they are, and what they name."""

    tenant: TenantSpec
    """The tenant, with its templates."""
    place: Place
    """Platform, account and Region."""
    role_arns: Mapping[str, pulumi.Input[str]]
    """ARN of each of its roles, by name, known once the role can be used."""
    pod_template_uris: Mapping[str, str]
    """URIs of its pod templates, of driver and executor."""
    after: Sequence[pulumi.Resource]
    """What must be there before: the files at those URIs."""
    logs_uri: str
    """Place of the logs of its jobs in S3."""


class JobTemplates(pulumi.ComponentResource):
    """A job template of EMR for each job that the tenant's file describes."""

    ids: dict[str, pulumi.Output[str]]
    """Id of each, by its name in the file."""

    def __init__(self, name: str, args: JobTemplatesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenancy:index:JobTemplates", name, None, opts)
        child = pulumi.ResourceOptions(parent=self, depends_on=args.after)
        self.ids = {
            each.name: JobTemplate(
                f"{name}-{each.name}",
                JobTemplateArgs(
                    name=f"{args.place.platform}-{args.tenant.name}-{each.name}",
                    data=job_templates.data(
                        each,
                        args.tenant,
                        args.place,
                        role_arn=args.role_arns[job_templates.role_of(each, args.tenant)],
                        uris=args.pod_template_uris,
                        logs_uri=args.logs_uri,
                    ),
                    tags=job_templates.tags(args.tenant, args.place),
                ),
                child,
            ).job_template_id
            for each in args.tenant.job_templates
        }
        self.register_outputs({"ids": self.ids})
