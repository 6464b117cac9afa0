"""The pod templates of a tenant's jobs, in S3."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.priority_classes import PriorityClassesArgs
from iam import s3
from spec import templates
from spec.tenant import TenantSpec


@dataclass(frozen=True, kw_only=True)
class PodTemplatesArgs:
    """Whose templates they are, and where they go."""

    tenant: TenantSpec
    """The tenant, with what it adds to them."""
    artefacts: s3.Prefix
    """Place of what its jobs are started from, which its roles may read."""
    spot: bool
    """Whether executors run on spot nodes."""


class PodTemplates(pulumi.ComponentResource):
    """Two files, of driver and executor, whose keys tell their content: a job template names what never changes."""

    uris: dict[str, str]
    """URI of each file."""

    def __init__(self, name: str, args: PodTemplatesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenancy:index:PodTemplates", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        classes = PriorityClassesArgs()
        platform = templates.Platform(
            priority_classes={"driver": classes.driver, "executor": classes.executor}, spot=args.spot
        )
        self.uris = {}
        for role in templates.ROLES:
            content = templates.text(templates.pod_template(role, args.tenant, platform))
            key = args.artefacts.key + templates.key(role, content)
            aws.s3.BucketObjectv2(
                f"{name}-{role}",
                bucket=args.artefacts.bucket,
                key=key,
                content=content,
                content_type="application/yaml",
                opts=child,
            )
            self.uris[role] = f"s3://{args.artefacts.bucket}/{key}"
        self.register_outputs({"uris": self.uris})
