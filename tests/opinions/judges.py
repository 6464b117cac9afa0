"""Two independent readers of policy documents: a linter, and a scanner for more privilege than is needed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import parliament
from cloudsplaining.command.scan_policy_file import scan_policy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.opinions.rendered import Rendered

RISKS = (
    "PrivilegeEscalation",
    "ResourceExposure",
    "DataExfiltration",
    "InfrastructureModification",
    "CredentialsExposure",
    "ServiceWildcard",
)
ROLE = "arn:aws:iam::123456789012:role/trusting"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What a judge has to say about a document."""

    judge: str
    kind: str
    document: str
    detail: str


def lint(policy: Rendered) -> Iterator[Finding]:
    """What Parliament finds.

    A trust policy names no resource, as its resource is the role that it belongs to (IAM User Guide, "IAM JSON
    policy elements: Resource"). Parliament stops at a statement without one, so it gets the statement with the role.
    """
    document = {**policy.document, "Statement": [_with_resource(each) for each in policy.statements]}
    for found in parliament.analyze_policy_string(json.dumps(document)).findings:
        if found.issue == "RESOURCE_MISMATCH":
            yield from (
                Finding(judge="linter", kind=found.issue, document=policy.name, detail=f"{action} needs {arn}")
                for action, arn in ((each["action"], each["required_format"]) for each in found.detail)
                if not _elsewhere(document, action, arn)
            )
        else:
            yield Finding(judge="linter", kind=found.issue, document=policy.name, detail=f"{found.detail}")


def _elsewhere(document: dict[str, Any], action: str, arn: str) -> bool:
    """Whether another statement has the kind of resource that an action needs too.

    Parliament asks of every statement that it name all kinds of resources of its actions; with conditions that fit
    only some of them, they are divided between statements.
    """
    return arn != "*" and any(
        fnmatchcase(action, allowed) and parliament.is_arn_match("", arn, resource)
        for each in document["Statement"]
        if each["Effect"] == "Allow"
        for allowed in _listed(each["Action"])
        for resource in _listed(each["Resource"])
    )


def scan(policy: Rendered) -> list[Finding]:
    """What Cloudsplaining finds, one finding an action."""
    risks: dict[str, Any] = scan_policy(policy.document)
    return [
        Finding(judge="scanner", kind=risk, document=policy.name, detail=_said(each))
        for risk in RISKS
        if risks.get(risk)
        for each in risks[risk]["findings"]
    ]


def _with_resource(statement: dict[str, Any]) -> dict[str, Any]:
    return statement if statement.keys() & {"Resource", "NotResource"} else {**statement, "Resource": ROLE}


def _listed(value: str | list[str]) -> list[str]:
    return value if isinstance(value, list) else [value]


def _said(found: Any) -> str:
    return found if isinstance(found, str) else f"{found['type']}: {', '.join(found['actions'])}"
