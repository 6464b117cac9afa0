"""What is checked about the job templates of a tenant, as far as it can be told before a job runs."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from emr import quotas
from emr.fault import Fault
from emr.job_fit import check_fit
from emr.job_request import check_request
from emr.job_settings import shape_of
from emr.nearest import nearest
from emr.spark_submit import parse
from iam import s3
from spec import job_templates as jobs
from spec import templates
from spec.job_bounds import bounds
from spec.size_checks import check_quota
from spec.sizes import size_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from spec.job_templates import JobTemplateSpec
    from spec.place import Place
    from spec.tenant import TenantSpec

_NAME = re.compile(r"[a-z]([a-z0-9-]{0,30}[a-z0-9])?")
_PARAMETER = re.compile(r"[.\-_#A-Za-z0-9]{1,512}")
_PLACEHOLDER = re.compile(r"\$\{([^{}]*)\}")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
_GIVEN_LATER = "GIVEN-WHEN-THE-JOB-STARTS"
_NODE_SELECTOR = re.compile(r"spark\.kubernetes\.((driver|executor)\.)?node\.selector\.")
_DECISIVE = ("platform", "tenant", "owner", "cost-centre")
_OF_FILE = (
    ("jobDriver.sparkSubmitJobDriver.entryPointArguments", "arguments"),
    ("jobDriver.sparkSubmitJobDriver.", ""),
    ("releaseLabel", "release"),
)


def check_job_templates(tenant: TenantSpec, place: Place) -> list[Fault]:
    """What is wrong with the job templates of a tenant, each fault under its key of the file."""
    faults: list[Fault] = []
    twice = Counter(each.name for each in tenant.job_templates)
    for index, each in enumerate(tenant.job_templates):
        found = [*_check_name(each.name, twice[each.name]), *_check_role(each, tenant), *_check_parameters(each)]
        found += [*_check_taken(each, tenant), *_check_tags(each)]
        found += [] if found else _check_job(each, tenant, place)
        faults += [fault.within(f"jobTemplates[{index}]") for fault in found]
    if tenant.template_only and not tenant.job_templates:
        faults.append(
            _fault(
                "templateOnly",
                "true, without jobTemplates",
                "one job template or more",
                "nobody could start any job",
                "a job under jobTemplates",
            )
        )
    return faults


def _check_name(name: str, count: int) -> Iterator[Fault]:
    if not _NAME.fullmatch(name):
        allowed = "1 to 32 lower-case letters, digits and hyphens inside, a letter first"
        yield _fault("name", repr(name), allowed, "it is part of the name that EMR shows", "daily-report")
    if count > 1:
        yield _fault("name", f"{name!r}, {count} times", "each name once", "a template is found by it", "another name")


def _check_role(template: JobTemplateSpec, tenant: TenantSpec) -> Iterator[Fault]:
    known = {role.name: role for role in tenant.roles}
    if template.role is not None and template.role not in known:
        write = nearest(template.role, known) or next(iter(known), "job")
        yield _fault("role", repr(template.role), ", ".join(known), "it is no role of this tenant", write)
        return
    said = template.elsewhere
    if said is None or not tenant.roles:
        return
    role = known[jobs.role_of(template, tenant)]
    if said.role not in role.assume:
        allowed = ", ".join(role.assume) or f"nothing: role {role.name} has no assume"
        write = f"{said.role} under assume of role {role.name}"
        yield _fault("elsewhere.role", repr(said.role), allowed, "the job's role must be allowed to take it", write)
    if not (said.s3 or said.dynamodb):
        why = "nothing would be reached with the role"
        yield _fault("elsewhere", "neither s3 nor dynamodb", "one of them, or both", why, "s3: true")


def _check_parameters(template: JobTemplateSpec) -> Iterator[Fault]:
    for name, parameter in template.parameters.items():
        if not _PARAMETER.fullmatch(name):
            allowed = "1 to 512 letters, digits and . - _ #"
            yield _fault(f"parameters.{name}", repr(name), allowed, "EMR takes no other name", "InputPath")
        if parameter.type == "NUMBER" and parameter.default is not None and not _NUMBER.fullmatch(parameter.default):
            where = f"parameters.{name}.default"
            yield _fault(where, repr(parameter.default), "a number", "the parameter's type is NUMBER", "'1'")
    texts = [
        ("entryPoint", template.entry_point),
        ("sparkSubmitParameters", template.spark_submit_parameters),
        *((f"arguments[{index}]", each) for index, each in enumerate(template.arguments)),
        *(
            (f"configuration.{name}[{key!r}]", value)
            for name, properties in template.configuration.items()
            for key, value in properties.items()
        ),
    ]
    for where, text in texts:
        for name in dict.fromkeys(_PLACEHOLDER.findall(text)):
            if name not in template.parameters:
                allowed = ", ".join(template.parameters) or "no placeholder: there are no parameters"
                write = nearest(name, template.parameters) or f"{name} under parameters"
                yield _fault(where, f"${{{name}}}", allowed, "nobody could give it a value", write)


def _check_taken(template: JobTemplateSpec, tenant: TenantSpec) -> Iterator[Fault]:
    """Settings that the platform gives, or that would lead pods to other nodes than the pod templates do."""
    given = jobs.configuration(replace(template, configuration={}), tenant, {"driver": "", "executor": ""})
    parameters = parse(template.spark_submit_parameters).settings
    places: list[tuple[str, Mapping[str, str], Mapping[str, str]]] = [
        (f"configuration.{name}", properties, given.get(name, {}))
        for name, properties in template.configuration.items()
    ]
    places.append(("sparkSubmitParameters", parameters, given["spark-defaults"]))
    for place, settings, taken in places:
        for key in settings:
            if key in taken or key.startswith(("jobsubmitter.node.", "jobsubmitter.scheduler.")):
                why = "the platform decides where pods run and how they are kept; templates follow podTemplates"
                yield _fault(f"{place}[{key!r}]", repr(settings[key]), "what the platform gives", why, f"no {key}")
            elif _chosen_already(key, tenant):
                why = "the pod templates choose nodes by this label already: no node has two values of it"
                yield _fault(f"{place}[{key!r}]", repr(settings[key]), "other labels", why, f"no {key}")


def _chosen_already(key: str, tenant: TenantSpec) -> bool:
    """Whether a setting chooses nodes by a label by which the pod templates do."""
    label = _NODE_SELECTOR.sub("", key)
    return label != key and any(label in templates.selectors(role, tenant, spot=True) for role in templates.ROLES)


def _check_tags(template: JobTemplateSpec) -> list[Fault]:
    faults = [fault.within("tags") for fault in quotas.check_tags(template.tags)]
    return faults + [
        _fault(f"tags[{key!r}]", repr(template.tags[key]), "other keys", "by it access and bills are told", f"no {key}")
        for key in _DECISIVE
        if key in template.tags
    ]


def _check_job(template: JobTemplateSpec, tenant: TenantSpec, place: Place) -> list[Fault]:
    """Whether StartJobRun would take the job, and the tenant's quota would hold it."""
    role = f"arn:{place.partition}:iam::{place.account}:role/{jobs.role_of(template, tenant)}" if tenant.roles else ""
    uris: dict[str, str] = dict.fromkeys(templates.ROLES, s3.of_tenant(place.artefacts_bucket, tenant.name).uri)
    logs = s3.of_tenant(place.logs_bucket, tenant.name).uri
    if not role:
        return []  # reported where the roles are
    data = jobs.data(template, tenant, place, role_arn=role, uris=uris, logs_uri=logs)
    values = {name: _value(each) for name, each in template.parameters.items()}
    run_tags, _ = data.pop("jobTags"), data.pop("parameterConfiguration", None)
    request: dict[str, Any] = {
        "virtualClusterId": "v",
        "name": template.name,
        "tags": run_tags,
        **_filled(data, values),
    }
    blocks: list[dict[str, Any]] = request["configurationOverrides"]["applicationConfiguration"]
    faults = check_request(request)
    known = [_of_file(fault, blocks) for fault in faults if _GIVEN_LATER not in str(fault)]
    if faults or any(_GIVEN_LATER in value for value in values.values()) or check_quota(tenant.size, tenant.quota):
        return known
    size = size_of(tenant.size, tenant.quota)
    return [fault.within("sparkSubmitParameters") for fault in check_fit(shape_of(request), bounds(size))]


def _value(parameter: jobs.ParameterSpec) -> str:
    if parameter.default is not None:
        return parameter.default
    return "1" if parameter.type == "NUMBER" else _GIVEN_LATER


def _filled(value: Any, values: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), value)
    if isinstance(value, dict):
        return {key: _filled(each, values) for key, each in value.items()}  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, list):
        return [_filled(each, values) for each in value]  # pyright: ignore[reportUnknownVariableType]
    return value


def _of_file(fault: Fault, blocks: list[dict[str, Any]]) -> Fault:
    """A fault of a request under the keys of the tenant's file."""
    where = fault.where
    for index, block in enumerate(blocks):
        prefix = f"configurationOverrides.applicationConfiguration[{index}]"
        if where.startswith(prefix):
            rest = where.removeprefix(prefix).removeprefix(".properties").removeprefix(".classification")
            where = f"configuration.{block['classification']}{rest}"
    for prefix, key in _OF_FILE:
        if where.startswith(prefix):
            where = key + where.removeprefix(prefix)
    return replace(fault, where=where)


def _fault(where: str, given: str, allowed: str, why: str, write: str) -> Fault:
    return Fault(where=where, given=given, allowed=allowed, why=why, write=write)
