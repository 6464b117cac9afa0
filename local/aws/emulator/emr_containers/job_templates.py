"""The operations on job templates (EMR on EKS Development Guide, "Using job templates")."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.aws.emulator.eks.state import now
from local.aws.emulator.emr_containers import job_parameters, job_permissions, tags
from local.aws.emulator.emr_containers.state import INVALID, NOT_FOUND, EmrContainers, JobTemplate, new_id
from local.aws.emulator.pages import page
from local.aws.emulator.rest_json.errors import ServiceError

if TYPE_CHECKING:
    from local.aws.emulator.emr_containers.state import Document
    from local.aws.emulator.rest_json.service import Call


def create(emr: EmrContainers, call: Call, params: dict[str, Any]) -> Document:
    """CreateJobTemplate."""
    wanted = params.get("tags", {})
    tags.check(wanted)
    job_parameters.check_template(params["jobTemplateData"])
    identifier = new_id(25)
    arn = _arn(call, identifier)
    job_permissions.require(call, "CreateJobTemplate", "*", context=job_permissions.request_context(wanted))
    document: Document = {
        "id": identifier,
        "name": params["name"],
        "arn": arn,
        "createdAt": now(),
        "createdBy": call.caller.arn,
        "tags": dict(wanted),
        "jobTemplateData": params["jobTemplateData"],
        "kmsKeyArn": params.get("kmsKeyArn"),
    }
    with emr.lock:
        made = _retried(emr, call, params)
        if made is None:
            made = JobTemplate(document=document, account=call.account, region=call.region, request=params)
            emr.job_templates[identifier] = made
    return {name: made.document[name] for name in ("id", "name", "arn", "createdAt")}


def describe(emr: EmrContainers, call: Call, params: dict[str, Any]) -> Document:
    """DescribeJobTemplate."""
    return {"jobTemplate": find(emr, call, params["id"]).document}


def list_all(emr: EmrContainers, call: Call, params: dict[str, Any]) -> Document:
    """ListJobTemplates: newest first."""
    job_permissions.require(call, "ListJobTemplates", "*")
    found = [
        template.document
        for template in list(emr.job_templates.values())
        if (template.account, template.region) == (call.account, call.region) and _is_asked_for(template, params)
    ]
    found.sort(key=lambda document: document["createdAt"], reverse=True)
    return page(found, params, "templates", invalid=INVALID)


def delete(emr: EmrContainers, call: Call, params: dict[str, Any]) -> Document:
    """DeleteJobTemplate: runs that were started from it keep what they took from it."""
    find(emr, call, params["id"], "DeleteJobTemplate", INVALID)
    emr.job_templates.pop(params["id"], None)
    return {"id": params["id"]}


def find(
    emr: EmrContainers, call: Call, identifier: str, action: str = "DescribeJobTemplate", code: str = NOT_FOUND
) -> JobTemplate:
    """Find a job template that the caller may do this with.

    Raises:
        ServiceError: AccessDeniedException, or with this code if there is none such.
    """
    arn = _arn(call, identifier)
    known = emr.job_templates.get(identifier)
    tagged: dict[str, str] = known.document["tags"] if known and known.document["arn"] == arn else {}
    job_permissions.require(call, action, arn, tagged)
    return emr.job_template(call, identifier, code)


def _is_asked_for(template: JobTemplate, params: dict[str, Any]) -> bool:
    created = template.document["createdAt"].replace(microsecond=0)  # as the API tells it
    return bool(params.get("createdAfter", created) <= created <= params.get("createdBefore", created))


def _retried(emr: EmrContainers, call: Call, params: dict[str, Any]) -> JobTemplate | None:
    """The template that an earlier try of the same request made."""
    for found in emr.job_templates.values():
        same_place = (found.account, found.region) == (call.account, call.region)
        if same_place and found.request["clientToken"] == params["clientToken"]:
            if found.request != params:
                raise ServiceError(INVALID, "The client token was used before, with other parameters.")
            return found
    return None


def _arn(call: Call, identifier: str) -> str:
    return f"arn:aws:emr-containers:{call.region}:{call.account}:/jobtemplates/{identifier}"
