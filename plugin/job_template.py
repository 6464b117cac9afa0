"""`tenancy:index:JobTemplate`: a job template of EMR on EKS, which EMR makes, tells and deletes, and never changes."""

from __future__ import annotations

import hashlib
import json
from typing import Any, ClassVar, cast

import botocore.exceptions

from emr import quotas
from emr.fault import Fault
from plugin import aws_errors
from plugin.custom_resource import Call, CustomResource, Failure, Refused, State
from plugin.property_values import UNKNOWN, holds_unknown

_LOOKS = 8
_MOST_REPETITIONS = 100


class JobTemplate(CustomResource):
    """Create, look at and delete job templates."""

    type_name: ClassVar[str] = "tenancy:index:JobTemplate"
    inputs: ClassVar[frozenset[str]] = frozenset({"name", "jobTemplateData", "tags"})
    replacing: ClassVar[frozenset[str]] = inputs  # EMR on EKS API reference: there is no UpdateJobTemplate
    delete_before_replace: ClassVar[bool] = False
    computed: ClassVar[frozenset[str]] = frozenset({"jobTemplateId", "arn"})

    def check(self, inputs: dict[str, Any]) -> tuple[dict[str, Any], list[Failure]]:
        """Fill in that there are no tags; apply EMR's rules of names and tags."""
        filled: dict[str, Any] = {**inputs, "tags": inputs.get("tags", {})}
        failures: list[Failure] = []
        name, tags, data = filled.get("name"), filled["tags"], filled.get("jobTemplateData")
        if name != UNKNOWN:
            found = quotas.check_text(quotas.JOB_TEMPLATE_NAME, name) if isinstance(name, str) else [_wrong(name)]
            failures += [Failure(property="name", reason=str(fault)) for fault in found]
        if not holds_unknown(tags):
            failures += [Failure(property="tags", reason=str(fault)) for fault in _check_tags(tags)]
        if data != UNKNOWN and not isinstance(data, dict):
            failures.append(Failure(property="jobTemplateData", reason=str(_wrong(data))))
        return filled, failures

    def create(self, call: Call, inputs: dict[str, Any]) -> State:
        """Make it; the same again if an earlier answer was lost."""
        emr = call.aws.client("emr-containers")
        parameters = {name: inputs[name] for name in ("name", "jobTemplateData", "tags") if inputs[name]}
        dead: list[str] = []
        while len(dead) < _MOST_REPETITIONS:
            made = emr.create_job_template(**parameters, clientToken=_token(call.urn, parameters, dead))["id"]
            if found := _look(call, made):
                return _state(found, inputs)
            dead.append(made)  # it was made by an earlier run and deleted since: the next token names it too
        raise Refused(f"EMR shows none of the job templates {inputs['name']} that it has made; run `pulumi up` again")

    def read(self, call: Call, resource_id: str, inputs: dict[str, Any]) -> State | None:
        """None when absent. What was made cannot have changed, so the recorded data stands; an import takes EMR's."""
        found = _describe(call, resource_id)
        return None if found is None else _state(found, inputs)

    def update(self, call: Call, state: State, inputs: dict[str, Any]) -> State:
        """Refuse: every input replaces."""
        del call, inputs
        raise Refused(f"job template {state.id} cannot be changed; another one takes its place")

    def delete(self, call: Call, state: State) -> None:
        """Delete it; runs that were started from it go on."""
        if _describe(call, state.id) is not None:
            call.aws.client("emr-containers").delete_job_template(id=state.id)


def _token(urn: str, parameters: dict[str, Any], dead: list[str]) -> str:
    return hashlib.sha256(json.dumps([urn, parameters, dead], sort_keys=True).encode()).hexdigest()


def _look(call: Call, template_id: str) -> dict[str, Any] | None:
    """The template; what was just made may not be seen everywhere at once."""
    for attempt in range(_LOOKS):
        if found := _describe(call, template_id):
            return found
        call.pause(attempt, longest=1)
    return None


def _describe(call: Call, template_id: str) -> dict[str, Any] | None:
    try:
        return call.aws.client("emr-containers").describe_job_template(id=template_id)["jobTemplate"]
    except botocore.exceptions.ClientError as error:
        if aws_errors.code(error) == "ResourceNotFoundException":
            return None
        raise


def _state(found: dict[str, Any], inputs: dict[str, Any]) -> State:
    tags: dict[str, str] = found.get("tags") or {}
    outputs = {
        "name": found["name"],
        "jobTemplateData": inputs.get("jobTemplateData") or found["jobTemplateData"],
        "tags": {key: value for key, value in tags.items() if not key.startswith("aws:")},
        "jobTemplateId": found["id"],
        "arn": found["arn"],
    }
    return State(id=found["id"], outputs=outputs)


def _check_tags(tags: Any) -> list[Fault]:
    if isinstance(tags, dict) and all(isinstance(each, str) for each in cast("dict[str, Any]", tags).values()):
        return quotas.check_tags(cast("dict[str, str]", tags))
    return [_wrong(tags)]


def _wrong(given: Any) -> Fault:
    why = "CreateJobTemplate takes no other form"
    return Fault(given=repr(given), allowed="a text as name, mappings as data and tags", why=why, write="such a value")
