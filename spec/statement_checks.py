"""What is checked about the extra statements of a job role: they are for what no other key can say."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from emr.fault import Fault
from iam import conditions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spec.job_role import StatementSpec
    from spec.place import Place

_NAME = re.compile(r"[A-Za-z0-9]{1,64}")
_ACTION = re.compile(r"[a-z0-9-]+:[A-Za-z0-9]+")
_ARN = re.compile(r"arn:[a-z-]+:[a-z0-9-]+:[a-z0-9-]*:(\d{12}|aws)?:[^\s$]+")
_CLOSED = {
    "iam": "who may do what is for the platform to say, not for a job",
    "organizations": "who may do what is for the platform to say, not for a job",
    "sts": "roles are named under assume, where those of other tenants are refused",
    "eks": "the cluster belongs to all tenants",
    "emr-containers": "jobs are started with the rights of people and schedulers, by the tenant's access policies",
}
_OWN_SIDS = re.compile(
    r"AssumeElsewhere|Decrypt(Artefacts|Data)|Encrypt(Data|Logs)|FindLogs|ListData\d+|SeeDefaultDatabase|UploadLogs"
    r"|Read(Artefacts|Catalog|Data|Items|Secrets)|Write(Catalog|Data|Items|Logs)"
)


def check_statements(statements: Sequence[StatementSpec], place: Place) -> list[Fault]:
    """What is wrong with the extra statements of a role, each fault under its index and key."""
    counts = Counter(said.name for said in statements)
    return [
        fault.within(f"[{index}]")
        for index, said in enumerate(statements)
        for fault in (
            *_check_name(said.name, counts[said.name]),
            *(
                fault.within(f"actions[{number}]")
                for number, a in enumerate(said.actions)
                for fault in _check_action(a)
            ),
            *_check_resources(said, place),
            *_check_emptiness(said),
            *_check_operators(said),
        )
    ]


def _check_name(name: str, count: int) -> Iterator[Fault]:
    if not _NAME.fullmatch(name) or count > 1 or _OWN_SIDS.fullmatch(name):
        yield Fault(
            where="name",
            given=f"{name!r}{f', {count} times' if count > 1 else ''}",
            allowed="letters and digits, once in a role, and no name of the statements made from the other keys",
            why="it is the statement's Sid, which IAM wants to be the only one of its policy",
            write="a name of its own, such as PublishMetrics",
        )


def _check_action(action: str) -> Iterator[Fault]:
    if not _ACTION.fullmatch(action):
        yield Fault(
            given=repr(action),
            allowed="service:Operation, written out",
            why="a wildcard opens what AWS adds to the service later, and more than the job needs today",
            write="each operation on its own, such as cloudwatch:PutMetricData",
        )
    elif (service := action.partition(":")[0]) in _CLOSED:
        yield Fault(
            given=repr(action),
            allowed=f"no action of {', '.join(sorted(_CLOSED))}",
            why=_CLOSED[service],
            write="nothing: take the action out",
        )


def _check_resources(said: StatementSpec, place: Place) -> Iterator[Fault]:
    for index, resource in enumerate(said.resources):
        where = f"resources[{index}]"
        if resource == "*":
            if not said.reason.strip():
                yield Fault(
                    where=where,
                    given="'*' without a reason",
                    allowed="an ARN; or *, with a reason beside it",
                    why="the statement would reach everything of the account, other tenants' things too",
                    write="the ARN; where the action takes none, reason: and why",
                )
        elif not _ARN.fullmatch(resource):
            yield Fault(
                where=where,
                given=repr(resource),
                allowed="an ARN with account and Region where its service has them, without policy variables",
                why="IAM takes nothing else as a resource",
                write="an ARN such as arn:aws:sqs:us-west-2:123456789012:queue, or * with a reason",
            )
        elif owned := _of_platform(resource, place):
            yield Fault(
                where=where,
                given=repr(resource),
                allowed="nothing of the platform's buckets",
                why=f"{owned} holds what belongs to all tenants",
                write="nothing: a role has its tenant's own place there already",
            )


def _of_platform(resource: str, place: Place) -> str | None:
    """The bucket of the platform in which a resource lies, or could lie, its wildcards being what they may."""
    literal = re.split(r"[*?]", resource, maxsplit=1)[0]
    for bucket in (place.logs_bucket, place.artefacts_bucket, place.audit_bucket):
        arn = f"arn:{place.partition}:s3:::{bucket}"
        if resource == arn or resource.startswith(f"{arn}/") or (literal != resource and arn.startswith(literal)):
            return bucket
    return None


def _check_emptiness(said: StatementSpec) -> Iterator[Fault]:
    for key, listed in (("actions", said.actions), ("resources", said.resources)):
        if not listed:
            yield Fault(
                where=key,
                given="an empty list",
                allowed="one entry or more",
                why="IAM refuses a statement without any",
                write="an entry, or take the statement out",
            )


def _check_operators(said: StatementSpec) -> Iterator[Fault]:
    for operator in said.conditions:
        try:
            conditions.holds({operator: {"aws:x": "x"}}, {}, str)
        except conditions.UnknownOperatorError as unknown:
            yield Fault(
                where=f"conditions.{operator}",
                given=repr(operator),
                allowed="an operator such as StringEquals, StringLike, ArnLike or Bool",
                why=f"{unknown}, and IAM would refuse the policy",
                write="StringEquals, or another operator of IAM",
            )
