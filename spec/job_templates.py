"""Job templates of a tenant, and what EMR is given for them.

Sources: EMR on EKS Development Guide, "Using job templates", "Defining job template parameters", "Options for
configuring a job run" and "Cross-account access" (the credentials provider and its variables); Spark documentation,
"Security" (authentication, RPC and local storage encryption).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from emr.spark_conf import TEMPLATE_FILES
from iam import names
from spec import templates

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spec.place import Place
    from spec.tenant import TenantSpec

Document = dict[str, Any]
"""The data of a job template, as JSON has it."""

ENCRYPTION = {
    "spark.authenticate": "true",
    "spark.network.crypto.enabled": "true",
    "spark.io.encryption.enabled": "true",
    "spark.io.encryption.keySizeBits": "256",
}
"""Settings that encrypt what driver and executors say to each other, and what they keep on the disks of nodes.

Not what user code writes to files of its own, nor what jobs write to S3. Executors get the key of RPC in a variable of
their environment: who may read pods may read it.
"""
_PROVIDER = "com.amazonaws.emr.AssumeRoleAWSCredentialsProvider"
_ROLE_VARIABLE = "ASSUME_ROLE_CREDENTIALS_ROLE_ARN"


@dataclass(frozen=True, kw_only=True)
class ParameterSpec:
    """A value that whoever starts a job gives; a template has it as `${name}`."""

    type: Literal["STRING", "NUMBER"] = "STRING"
    """What the value is."""
    default: str | None = None
    """The value where none is given; without it, one must be given."""


@dataclass(frozen=True, kw_only=True)
class ElsewhereSpec:
    """A role of another account with which a job reaches data there."""

    role: str
    """ARN of the role, one that the job's role may become."""
    s3: bool = False
    """Whether all of S3 is read and written with it, in place of the job's own role."""
    dynamodb: bool = False
    """Whether DynamoDB is."""


@dataclass(frozen=True, kw_only=True)
class JobTemplateSpec:
    """A job that people and schedulers of the tenant start by its template."""

    name: str
    """Its name, part of the name that EMR shows: lower-case letters, digits and hyphens."""
    release: str
    """Release label of EMR, such as emr-7.9.0-latest."""
    entry_point: str
    """The program, in S3 (`s3://`) or in the image (`local:///`)."""
    arguments: tuple[str, ...] = ()
    """Arguments of the program."""
    spark_submit_parameters: str = ""
    """Parameters of spark-submit."""
    configuration: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    """Properties by classification, such as spark-defaults."""
    parameters: dict[str, ParameterSpec] = field(default_factory=dict[str, ParameterSpec])
    """Values that are given when a job starts, by name; a `${name}` may stand in any text above."""
    role: str | None = None
    """Name of the role as which it runs; by default the first of the tenant's."""
    encrypt: bool = False
    """Whether Spark encrypts what goes over the network and to local disks; it costs speed."""
    elsewhere: ElsewhereSpec | None = None
    """Role with which data of another account is reached; by default none."""
    logs: tuple[Literal["cloudWatch", "s3"], ...] = ("cloudWatch", "s3")
    """Where the logs of its runs go: the tenant's log group, its place in S3, or both."""
    persistent_app_ui: bool = True
    """Whether EMR keeps Spark's UI of ended runs."""
    tags: dict[str, str] = field(default_factory=dict[str, str])
    """Tags of its runs beside those of platform and tenant; a run inherits none from its virtual cluster."""


def settings(template: JobTemplateSpec, uris: Mapping[str, str]) -> dict[str, str]:
    """The Spark settings that a template gets beside its own, `uris` being those of the tenant's pod templates."""
    files = {TEMPLATE_FILES[role]: uris[role] for role in templates.ROLES}
    return {**files, **(ENCRYPTION if template.encrypt else {}), **_elsewhere(template.elsewhere)}


def configuration(template: JobTemplateSpec, tenant: TenantSpec, uris: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """All properties by classification: those of its own, and those that every template of the tenant gets."""
    submitter = templates.submitter(tenant)
    given = {"spark-defaults": settings(template, uris), **({templates.SUBMITTER: submitter} if submitter else {})}
    return {
        name: {**template.configuration.get(name, {}), **given.get(name, {})}
        for name in sorted({*template.configuration, *given})
    }


def data(
    template: JobTemplateSpec,
    tenant: TenantSpec,
    place: Place,
    *,
    role_arn: Any,
    uris: Mapping[str, str],
    logs_uri: str,
) -> Document:
    """The data of a job template, as CreateJobTemplate takes it.

    Args:
        template: what the tenant's file says of it.
        tenant: the tenant.
        place: platform, account and Region.
        role_arn: ARN of its role; put where it belongs, and not looked at.
        uris: URIs of the tenant's pod templates, by role.
        logs_uri: place in S3 of the logs of the tenant's jobs.
    """
    driver: Document = {"entryPoint": template.entry_point}
    if template.arguments:
        driver["entryPointArguments"] = list(template.arguments)
    if template.spark_submit_parameters:
        driver["sparkSubmitParameters"] = template.spark_submit_parameters
    blocks = [
        {"classification": name, "properties": properties}
        for name, properties in configuration(template, tenant, uris).items()
    ]
    parameters = {
        name: {"type": each.type, **({} if each.default is None else {"defaultValue": each.default})}
        for name, each in template.parameters.items()
    }
    return {
        "executionRoleArn": role_arn,
        "releaseLabel": template.release,
        "jobDriver": {"sparkSubmitJobDriver": driver},
        "configurationOverrides": {
            "applicationConfiguration": blocks,
            "monitoringConfiguration": _monitoring(template, tenant, place, logs_uri),
        },
        "jobTags": {**template.tags, **tags(tenant, place)},
        **({"parameterConfiguration": parameters} if parameters else {}),
    }


def tags(tenant: TenantSpec, place: Place) -> dict[str, str]:
    """Tags of job templates and of the runs that they start."""
    return {"platform": place.platform, **tenant.tags}


def role_of(template: JobTemplateSpec, tenant: TenantSpec) -> str:
    """Name of the role as which the jobs of a template run."""
    return template.role or tenant.roles[0].name


def _monitoring(template: JobTemplateSpec, tenant: TenantSpec, place: Place, logs_uri: str) -> Document:
    group = names.log_group(place.platform, tenant.name)
    found: Document = {"persistentAppUI": "ENABLED" if template.persistent_app_ui else "DISABLED"}
    if "cloudWatch" in template.logs:
        destination = {"logGroupName": group, "logStreamNamePrefix": template.name}
        found["cloudWatchMonitoringConfiguration"] = destination
    if "s3" in template.logs:
        found["s3MonitoringConfiguration"] = {"logUri": logs_uri}
    return found


def _elsewhere(said: ElsewhereSpec | None) -> dict[str, str]:
    """The role is told to the driver and to executors: each takes it for itself."""
    if said is None:
        return {}
    return {
        f"spark.kubernetes.driverEnv.{_ROLE_VARIABLE}": said.role,
        f"spark.executorEnv.{_ROLE_VARIABLE}": said.role,
        **({"spark.hadoop.fs.s3.customAWSCredentialsProvider": _PROVIDER} if said.s3 else {}),
        **({"spark.dynamodb.customAWSCredentialsProvider": _PROVIDER} if said.dynamodb else {}),
    }
