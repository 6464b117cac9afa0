"""CloudWatch Logs.

Sources: Service Authorization Reference, "Actions, resources, and condition keys for Amazon CloudWatch Logs". The
ARNs are those of AWS's own denials, which end in `:log-stream:` also where no stream is named; a pattern must end in
`:*` to match them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.aws.emulator.authorization.asks import Ask, UnknownActionError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from local.aws.emulator.authorization.requests import Place, Rpc

GROUP = frozenset(
    {
        "AssociateKmsKey",
        "CreateLogGroup",
        "DeleteLogGroup",
        "DeleteRetentionPolicy",
        "DescribeLogStreams",
        "DisassociateKmsKey",
        "FilterLogEvents",
        "ListTagsLogGroup",
        "PutRetentionPolicy",
        "StartQuery",
    }
)
"""Operations on a log group."""
STREAM = frozenset({"CreateLogStream", "DeleteLogStream", "GetLogEvents", "PutLogEvents"})
"""Operations on a log stream."""
ALL = frozenset({"DescribeLogGroups"})
"""Operations on the log groups of the account."""
BY_ARN = frozenset({"ListTagsForResource", "TagResource", "UntagResource"})
"""Operations on the resource that `resourceArn` names."""
OPERATIONS = GROUP | STREAM | ALL | BY_ARN


def asks(call: Rpc, place: Place) -> Iterator[Ask]:
    """Give what a call asks for; the action has the operation's name."""
    parameters = call.parameters
    action = f"logs:{call.operation}"
    if call.operation in BY_ARN:
        yield Ask(action=action, resource=str(parameters.get("resourceArn", "")), context=_tags(parameters))
        return
    stream = str(parameters.get("logStreamName", "")) if call.operation in STREAM else ""
    for group in _groups(parameters) if call.operation not in ALL else [""]:
        resource = place.arn("logs", f"log-group:{group}:log-stream:{stream}")
        yield Ask(action=action, resource=resource, context=_tags(parameters))


def _groups(parameters: Mapping[str, Any]) -> list[str]:
    """Names of the log groups, which some operations also take as a list or by ARN."""
    for member in ("logGroupName", "logGroupIdentifier"):
        if member in parameters:
            return [_name(str(parameters[member]))]
    for member in ("logGroupNames", "logGroupIdentifiers"):
        if parameters.get(member):
            return [_name(str(each)) for each in parameters[member]]
    return [""]


def _name(given: str) -> str:
    if not given.startswith("arn:"):
        return given
    parts = given.split(":")
    if parts[5:6] != ["log-group"]:
        raise UnknownActionError(f"a log group named {given}")
    return parts[6]


def _tags(parameters: Mapping[str, Any]) -> dict[str, Any]:
    tags: dict[str, str] = parameters.get("tags") or {}
    if not tags:
        return {}
    return {f"aws:RequestTag/{key}": value for key, value in tags.items()} | {"aws:TagKeys": list(tags)}
