"""A job template of EMR on EKS, as a resource."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi


@dataclass(frozen=True, kw_only=True)
class JobTemplateArgs:
    """What the template holds; EMR changes none, so any other value is another template."""

    name: pulumi.Input[str]
    """Name shown by EMR: 1 to 64 letters, digits and `. - _ / #`; several templates may have one name."""
    data: pulumi.Input[Mapping[str, Any]]
    """Role, release, job driver, configuration, parameters and tags of runs, as CreateJobTemplate takes them."""
    tags: pulumi.Input[Mapping[str, pulumi.Input[str]]] = field(default_factory=dict[str, pulumi.Input[str]])
    """Tags of the template itself, at most 50."""


class JobTemplate(pulumi.CustomResource):
    """A job template; runs that were started from it keep what they took from it when it goes."""

    job_template_id: pulumi.Output[str]
    """EMR's id, which is also the resource's."""
    arn: pulumi.Output[str]
    """ARN of the job template."""

    def __init__(self, name: str, args: JobTemplateArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        props = {
            "name": args.name,
            "jobTemplateData": args.data,
            "tags": args.tags,
            "jobTemplateId": None,
            "arn": None,
        }
        super().__init__("tenancy:index:JobTemplate", name, props, opts)
        outputs = vars(self)
        self.job_template_id = outputs["jobTemplateId"]
        self.arn = outputs["arn"]
