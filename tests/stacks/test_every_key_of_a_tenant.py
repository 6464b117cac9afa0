"""A bad value for every key of a tenant's file, and what is said of it.

The keys come from the dataclasses, so a new key fails here until it has a row.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spec.keys import key_of
from spec.place import Place
from spec.tenant import TenantSpec
from stacks import tenant_files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from emr.fault import Fault

PLACE = Place(platform="emr", account="123456789012", region="us-west-2")
GOOD: dict[str, Any] = {"name": "analytics", "owner": "team", "costCentre": "4711", "stack": "local"}
STATEMENT = {
    "name": "Metrics",
    "actions": ["cloudwatch:PutMetricData"],
    "resources": ["*"],
    "reason": "it has no ARN",
}
ITEMS: dict[str, dict[str, Any]] = {
    "roles": {"name": "job"},
    "roles[0].statements": STATEMENT,
    "network.destinations": {"cidr": "10.20.0.0/24", "ports": ["5432"]},
    "jobTemplates": {"name": "daily", "release": "emr-7.13.0-latest", "entryPoint": "s3://lake/job.py"},
    "jobTemplates[0].elsewhere": {"role": "arn:aws:iam::210987654321:role/reader"},
}
"""What else an item of a list, or a mapping, must say to be one."""


def keys(kind: Any, where: str = "") -> Iterator[tuple[str, Any]]:
    """Every key below a dataclass with its type; those of the items of lists are those of the first item."""
    hints = typing.get_type_hints(kind)
    for each in dataclasses.fields(kind):
        here = f"{where}.{key_of(each.name)}".lstrip(".")
        hint = hints[each.name]
        yield here, hint
        if typing.get_origin(hint) in (types.UnionType, typing.Union):
            (hint,) = (one for one in typing.get_args(hint) if one is not types.NoneType)
        inner = typing.get_args(hint)[0] if typing.get_origin(hint) is tuple else hint
        if dataclasses.is_dataclass(inner):
            yield from keys(inner, here if inner is hint else f"{here}[0]")


KEYS = dict(keys(TenantSpec))


def wrong_kind(hint: Any) -> Any:
    """A value that is of another kind than a key's."""
    if typing.get_origin(hint) in (types.UnionType, typing.Union):
        (hint,) = (one for one in typing.get_args(hint) if one is not types.NoneType)
    if hint is str:
        return 7
    return ["x"] if hint in (bool, int) or typing.get_origin(hint) is dict else "neither"


def placed(document: dict[str, Any], key: str, value: Any) -> None:
    """Put a value under a key of a file, making what is above it."""
    at, path = document, ""
    *above, last = key.split(".")
    for step in above:
        path = f"{path}.{step}".lstrip(".")
        plain = path.removesuffix("[0]")
        item = at.setdefault(step.removesuffix("[0]"), [{**ITEMS[plain]}] if plain != path else {**ITEMS.get(path, {})})
        at = item[0] if plain != path else item
    at[last] = value


def faults(folder: Path, *values: tuple[str, Any]) -> list[Fault]:
    document = dict(GOOD)
    for key, value in values:
        placed(document, key, value)
    (folder / "tenants").mkdir(exist_ok=True)
    (folder / "Pulumi.local.yaml").touch()
    (folder / "tenants" / "analytics.yaml").write_text(yaml.safe_dump(document))
    return tenant_files.read(folder, PLACE)[1]


@pytest.mark.parametrize("key", KEYS)
def test_a_value_of_another_kind_is_refused_under_its_key(tmp_path: Path, key: str) -> None:
    found = [fault for fault in faults(tmp_path, (key, wrong_kind(KEYS[key]))) if fault.where.startswith(key)]
    assert found
    assert all(fault.file.endswith("analytics.yaml") for fault in found)
    assert all((fault.given, fault.allowed, fault.why, fault.write) for fault in found)


ELSEWHERE = "arn:aws:iam::210987654321:role/reader"
BAD: dict[str, tuple[Any, str, str]] = {
    "name": ("an-other", "", "the name of the file"),
    "owner": ("data@example.com", "", "a label's value"),
    "costCentre": ("4711/12", "", "a label's value"),
    "stack": ("elsewhere", "", "would be removed from the one that has it"),
    "size": ("smal", "", "small"),
    "quota.requestsCpu": ("many", "", "Kubernetes counts"),
    "quota.requestsMemory": ("10 GB", "", "Kubernetes counts"),
    "quota.requestsEphemeralStorage": ("x", "", "Kubernetes counts"),
    "quota.limitsCpu": ("-1", "", "Kubernetes counts"),
    "quota.limitsMemory": ("x", "", "Kubernetes counts"),
    "quota.limitsEphemeralStorage": ("x", "", "Kubernetes counts"),
    "quota.containerCpu": ("x", "", "Kubernetes counts"),
    "quota.containerMemory": ("x", "", "Kubernetes counts"),
    "quota.containerEphemeralStorage": ("x", "", "Kubernetes counts"),
    "quota.volumes": (-1, "", "0 or more"),
    "quota.volumeStorage": ("x", "", "Kubernetes counts"),
    "quota.pods": (0, "", "no job could run"),
    "quota.jobs": (0, "", "no job could run"),
    "quota.configMaps": (0, "", "no job could run"),
    "quota.services": (-1, "", "0 or more"),
    "quota.secrets": (-1, "", "0 or more"),
    "quota.drivers": (0, "", "no job could run"),
    "quota.driversCpu": ("x", "", "Kubernetes counts"),
    "quota.driversMemory": ("x", "", "Kubernetes counts"),
    "placement": ("fargat", "", "fargate"),
    "acceptFargateNetwork": (True, "", "fargate"),
    "logRetentionDays": (91, "", "CloudWatch"),
    "registries": (["docker.io/*"], "[0]", "registry"),
    "roles": ([], "", "a job runs as a role of its tenant"),
    "roles[0].name": ("etl-1", "", "no hyphen"),
    "roles[0].read": (["s3://lake/*"], "[0]", "closing slash"),
    "roles[0].write": (["s3://emr-logs-123456789012-us-west-2/risk/"], "[0]", "belongs to all tenants"),
    "roles[0].glue.read": (["*"], "[0]", "databases of other teams"),
    "roles[0].glue.write": (["Sales"], "[0]", "lower-case"),
    "roles[0].dynamodb.read": (["a*b"], "[0]", "name of a DynamoDB table"),
    "roles[0].dynamodb.write": (["ab"], "[0]", "3 to 255"),
    "roles[0].keys.decrypt": (["alias/a"], "[0]", "never by an alias"),
    "roles[0].keys.encrypt": (["arn:aws:kms:eu-west-1:123456789012:key/1"], "[0]", "its Region"),
    "roles[0].secrets": (["risk/*"], "[0]", "other teams' secrets"),
    "roles[0].assume": (["arn:aws:iam::123456789012:role/emr-risk-job"], "[0]", "another tenant's"),
    "roles[0].statements": ([STATEMENT, STATEMENT], "[0].name", "2 times"),
    "roles[0].statements[0].name": ("Read Items", "", "Sid"),
    "roles[0].statements[0].actions": (["sts:AssumeRole"], "[0]", "no action of"),
    "roles[0].statements[0].resources": (["queue"], "[0]", "an ARN"),
    "roles[0].statements[0].conditions": ({"Like": {"aws:x": ["y"]}}, ".Like", "not a condition operator"),
    "roles[0].statements[0].reason": (" ", "^roles[0].statements[0].resources[0]", "with a reason"),
    "roles[0].credentials": ("node", "", "podIdentity"),
    "roles[0].trustDomain": ("A b", "", "like trust"),
    "network.peers": (["risk"], "[0]", "no file describes it"),
    "network.destinations[0].cidr": ("169.254.169.254/32", "", "the node's credentials"),
    "network.destinations[0].ports": (["https"], "[0]", "by their numbers"),
    "network.destinations[0].why": ("orders é", "", "description of a rule"),
    "network.destinations[0].internet": (True, "^network.destinations[0].cidr", "said twice"),
    "boundary": ("bounds", "", "managed policy"),
    "access": (["submit", "submit"], "", "each once"),
    "podTemplates.zone": ("eu-west-1a", "", "availability zone of us-west-2"),
    "podTemplates.driver": ({"metadata": []}, ".metadata", "mapping"),
    "podTemplates.executor": ({"spec": {"serviceAccountName": "x"}}, ".spec.serviceAccountName", "serviceAccount"),
    "jobTemplates": ([ITEMS["jobTemplates"], ITEMS["jobTemplates"]], "[0].name", "each name once"),
    "jobTemplates[0].name": ("Daily", "", "lower-case"),
    "jobTemplates[0].release": ("emr-5.0.0", "", "emr-"),
    "jobTemplates[0].entryPoint": ("${Path}", "", "nobody could give it a value"),
    "jobTemplates[0].arguments": (["${Path}"], "[0]", "nobody could give it a value"),
    "jobTemplates[0].sparkSubmitParameters": (
        "--conf spark.kubernetes.namespace=risk",
        ".spark.kubernetes.namespace",
        "EMR on EKS gives",
    ),
    "jobTemplates[0].configuration": ({"x": {"a": "${Path}"}}, ".x['a']", "nobody could give it a value"),
    "jobTemplates[0].parameters": ({"a b": {"type": "STRING"}}, ".a b", "EMR takes no other name"),
    "jobTemplates[0].role": ("jobb", "", "no role of this tenant"),
    "jobTemplates[0].elsewhere.role": (ELSEWHERE, "", "allowed to take it"),
    "jobTemplates[0].elsewhere.s3": (False, "^jobTemplates[0].elsewhere", "neither s3 nor dynamodb"),
    "jobTemplates[0].logs": (["stdout"], "[0]", "cloudWatch"),
    "jobTemplates[0].tags": ({"tenant": "risk"}, "['tenant']", "access and bills"),
    "templateOnly": (True, "", "nobody could start any job"),
    "events.states": (["PENDING"], "[0]", "no other state"),
    "scheduler.maxConcurrentJobRuns": (0, "", "1 to 1,000"),
    "scheduler.maxInQueueJobRuns": (1001, "", "1 to 1,000"),
}
"""A value of the right kind that cannot be; where below the key its fault is, or after `^` elsewhere; what it says."""
EITHER = {
    "allowDataLoss": "the stack must say it too, and its test is there",
    "drainOnDelete": "both ways are ways to remove it",
    "manageWithMfa": "both ways are ways to manage it",
    "jobTemplates[0].elsewhere.dynamodb": "each alone will do",
    "jobTemplates[0].encrypt": "both ways are ways to run a job",
    "jobTemplates[0].persistentAppUi": "both ways are ways to run a job",
}
"""Keys of which no value of the right kind is wrong, and why."""


def place_of(key: str) -> str:
    where = BAD[key][1]
    return where[1:] if where.startswith("^") else key + where


def test_every_key_has_a_bad_value_or_a_reason_to_have_none() -> None:
    leaves = {key for key in KEYS if not any(other.startswith((f"{key}.", f"{key}[0].")) for other in KEYS)}
    assert leaves <= {*BAD, *EITHER}, "a row in BAD for each of them"
    assert {*BAD, *EITHER} <= set(KEYS)


@pytest.mark.parametrize("key", BAD)
def test_a_bad_value_is_refused_with_the_reason(tmp_path: Path, key: str) -> None:
    value, _, says = BAD[key]
    (told, *_) = [fault for fault in faults(tmp_path, (key, value)) if fault.where == place_of(key)]
    assert says in str(told)
    assert all((told.given, told.allowed, told.why, told.write))


INSTEAD = {
    "roles": "the other keys of a role say that there is one",
    "jobTemplates": "the other keys of a template say that there is one",
    "roles[0].statements": "the other keys of a statement say that there is one",
    "templateOnly": "with a template it is right",
    "acceptFargateNetwork": "with a placement that cannot be read, nobody can say whether it is needed",
    "jobTemplates[0].role": "what an unknown role may take elsewhere is not known",
    "roles[0].name": "what a role without a name opens has no document yet",
}
"""Rows that other rows contradict, so that the two are not in one file."""
TOGETHER = [key for key in BAD if key not in INSTEAD]
ALONE = ("jobTemplates[0].entryPoint", "jobTemplates[0].sparkSubmitParameters", "jobTemplates[0].release")
"""Keys that are judged as one request to EMR, once every other key of the template is right."""


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(chosen=st.sets(st.sampled_from(TOGETHER), min_size=2, max_size=12))
def test_a_file_with_several_bad_values_names_them_all(tmp_path: Path, chosen: set[str]) -> None:
    of_templates = {key for key in chosen if key.startswith("jobTemplates")}
    if len(of_templates) > 1:
        chosen -= of_templates & set(ALONE)
    found = {fault.where for fault in faults(tmp_path, *((key, BAD[key][0]) for key in sorted(chosen)))}
    assert {place_of(key) for key in chosen} <= found
