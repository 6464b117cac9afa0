"""StartJobRun's request: who may make it, what it resolves to, and what is refused at once.

Source of the words: EMR on EKS Development Guide, "Common errors when running jobs" and "Using job retry policies".
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any

from botocore.loaders import Loader
from botocore.model import ServiceModel

from local.aws.emulator.emr_containers import job_parameters, job_permissions, job_templates, releases, tags
from local.aws.emulator.emr_containers.state import INVALID, NOT_FOUND
from local.aws.emulator.rest_json.errors import NotHandledError, ServiceError
from local.aws.emulator.rest_json.validation import message, violations

if TYPE_CHECKING:
    from local.aws.emulator.emr_containers.state import Document, EmrContainers, JobTemplate, VirtualCluster
    from local.aws.emulator.rest_json.service import Call

FROM_TEMPLATE = ("executionRoleArn", "releaseLabel", "jobDriver", "configurationOverrides")
"""What comes from a job template if the request names one."""
_S3_URI = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/.*)?", re.DOTALL)
_LOG_URI = "configurationOverrides.monitoringConfiguration.s3MonitoringConfiguration.logUri"
_MOST_ATTEMPTS = 2**31 - 1


def resolve(emr: EmrContainers, call: Call, params: dict[str, Any]) -> Document:
    """Judge the caller and the request, and give the request with the values of its job template filled in.

    Raises:
        ServiceError: AccessDeniedException, ResourceNotFoundException or ValidationException.
    """
    template, resolved = _with_template(emr, call, params)
    _authorize(emr, call, resolved, template)
    _check_values(resolved)
    if resolved["executionRoleArn"].split(":")[4] not in ("", call.account):
        raise job_permissions.role_refusal(call)
    found = emr.virtual_cluster(call, params["virtualClusterId"])
    check_state(found)
    _check_release(resolved)
    _check_driver(resolved["jobDriver"])
    _check_log_uri(resolved.get("configurationOverrides", {}))
    return resolved


def check_state(virtual_cluster: VirtualCluster) -> None:
    """Refuse a job run in a virtual cluster that is being deleted, or is gone.

    Raises:
        ServiceError: ValidationException.
    """
    if virtual_cluster.state != "RUNNING":
        state = virtual_cluster.state
        raise ServiceError(INVALID, f"Virtual cluster state {state} is not valid to create resource JobRun.")


def virtual_cluster_arn(call: Call, identifier: str) -> str:
    """The ARN of a virtual cluster, whether or not there is one."""
    return f"arn:aws:emr-containers:{call.region}:{call.account}:/virtualclusters/{identifier}"


def virtual_cluster_tags(emr: EmrContainers, call: Call, identifier: str) -> dict[str, str]:
    """The tags of a virtual cluster of the caller's account; none if there is none such."""
    found = emr.virtual_clusters.get(identifier)
    known = found is not None and found.cluster[:2] == (call.account, call.region)
    return dict(found.document["tags"]) if found is not None and known else {}


def _with_template(emr: EmrContainers, call: Call, params: dict[str, Any]) -> tuple[JobTemplate | None, dict[str, Any]]:
    """The job template and the request filled in. AWS does not say what wins if both give a value: we refuse it."""
    identifier = params.get("jobTemplateId")
    if identifier is None:
        if "jobTemplateParameters" in params:
            raise ServiceError(INVALID, "jobTemplateParameters need a jobTemplateId.")
        return None, dict(params)
    template = job_templates.find(emr, call, identifier)
    both = [name for name in FROM_TEMPLATE if name in params]
    if both:
        message = f"With a jobTemplateId, {', '.join(both)} must not be given: the job template holds them."
        raise ServiceError(INVALID, message)
    data = job_parameters.fill(template.document["jobTemplateData"], params.get("jobTemplateParameters", {}))
    resolved = {**params, **{name: data[name] for name in FROM_TEMPLATE if name in data}}
    resolved["tags"] = {**data.get("jobTags", {}), **params.get("tags", {})}
    return template, resolved


def _authorize(emr: EmrContainers, call: Call, resolved: dict[str, Any], template: JobTemplate | None) -> None:
    identifier = resolved["virtualClusterId"]
    arn = virtual_cluster_arn(call, identifier)
    wanted: dict[str, str] = resolved.get("tags", {})
    tags.check(wanted)
    context = job_permissions.start_context(
        virtual_cluster_tags(emr, call, identifier), wanted, template.document["arn"] if template else None
    )
    job_permissions.require_start(call, arn, resolved.get("executionRoleArn"), context)
    if wanted:
        job_permissions.require(
            call, "TagResource", f"{arn}/jobruns/*", context=job_permissions.request_context(wanted)
        )


def _check_values(resolved: dict[str, Any]) -> None:
    """Check what may come from a template against StartJobRun's own model, the role in the service's words."""
    shape: Any = _input_shape()
    role: str = resolved["executionRoleArn"]
    pattern: str = shape.members["executionRoleArn"].metadata["pattern"]
    if not re.fullmatch(pattern, role):
        words = f"Value {role} at 'executionRoleArn' failed to satisfy the ARN regular expression pattern: {pattern}"
        raise ServiceError(INVALID, f"1 validation error detected: {words}")
    found = [
        violation
        for name in FROM_TEMPLATE
        if name in resolved
        for violation in violations(shape.members[name], resolved[name], name)
    ]
    found += [
        f"Value null at '{name}' failed to satisfy constraint: Member must not be null"
        for name in ("releaseLabel", "jobDriver")
        if name not in resolved
    ]
    if found:
        raise ServiceError(INVALID, message(found))


def _check_release(resolved: dict[str, Any]) -> None:
    label: str = resolved["releaseLabel"]
    release = releases.find(label)
    if release is None:
        raise ServiceError(NOT_FOUND, f"Release {label} doesn't exist.")
    attempts = resolved.get("retryPolicyConfiguration", {}).get("maxAttempts", 1)
    if not 1 <= attempts <= _MOST_ATTEMPTS:
        words = "Retry policy configuration's parameter value of maxAttempts is invalid"
        raise ServiceError(INVALID, words)
    if attempts > 1 and release.version[:2] < releases.RETRIES_SINCE:
        raise ServiceError(INVALID, f"Release {label} has no retry policy; releases from emr-6.9.0 have.")


def _check_driver(driver: Document) -> None:
    if len(driver) != 1:
        raise ServiceError(INVALID, "jobDriver must hold exactly one of sparkSubmitJobDriver, sparkSqlJobDriver.")
    if "sparkSqlJobDriver" in driver:
        raise NotHandledError("sparkSqlJobDriver: it runs spark-submit jobs only; give a sparkSubmitJobDriver")


def _check_log_uri(overrides: Document) -> None:
    monitoring: Document = overrides.get("monitoringConfiguration", {})
    uri = monitoring.get("s3MonitoringConfiguration", {}).get("logUri")
    if uri is not None and not _S3_URI.fullmatch(uri):
        raise ServiceError(
            INVALID, f"{_LOG_URI} failed to satisfy constraint : Member must be of form s3://bucket/prefix"
        )


@functools.cache
def _input_shape() -> Any:
    model = ServiceModel(Loader().load_service_model("emr-containers", "service-2"))
    return model.operation_model("StartJobRun").input_shape
