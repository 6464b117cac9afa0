"""What a caller's own policies let it do with job runs and job templates.

Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon EMR on EKS (EMR
Containers)"; the words of refusals: EMR on EKS Development Guide, "Common errors when running jobs".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.aws.emulator import policies
from local.aws.emulator.authorization.asks import Ask
from local.aws.emulator.authorization.verdicts import judge
from local.aws.emulator.rest_json.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from local.aws.emulator.authorization.verdicts import Verdict
    from local.aws.emulator.rest_json.service import Call

_ROLE = "emr-containers:ExecutionRoleArn"


def require(
    call: Call,
    action: str,
    resource: str,
    tags: Mapping[str, str] | None = None,
    context: Mapping[str, Any] | None = None,
) -> None:
    """Go on only if the caller may do this to a resource that has these tags.

    Raises:
        ServiceError: AccessDeniedException.
    """
    verdict = _judge(call, action, resource, {**_resource_tags(tags or {}), **(context or {})})
    if not verdict.allowed:
        raise _refusal(call, action, resource, explicit=bool(verdict.statement))


def require_start(call: Call, resource: str, role: str | None, context: dict[str, Any]) -> None:
    """Go on only if the caller may start a job run in a virtual cluster with an execution role.

    A refusal for the role's sake names no resource, and is the same for a role that is missing; one that no role
    would change names the virtual cluster.

    Raises:
        ServiceError: AccessDeniedException.
    """
    judged = {**context, _ROLE: role} if role else context
    verdict = _judge(call, "StartJobRun", resource, judged)
    if verdict.allowed and role:
        return
    if verdict.allowed or _some_role_would_do(call, resource, context):
        raise role_refusal(call)
    raise _refusal(call, "StartJobRun", resource, explicit=bool(verdict.statement))


def role_refusal(call: Call) -> ServiceError:
    """The one answer to a role that is missing, not allowed, or another account's."""
    message = f"User: {call.caller.arn} is not authorized to perform: emr-containers:StartJobRun"
    return ServiceError("AccessDeniedException", message)


def start_context(
    resource_tags: Mapping[str, str], request_tags: Mapping[str, str], template_arn: str | None
) -> dict[str, Any]:
    """The condition keys of StartJobRun but for the role's."""
    context = _resource_tags(resource_tags) | request_context(request_tags)
    return context | ({"emr-containers:JobTemplateArn": template_arn} if template_arn else {})


def request_context(tags: Mapping[str, str]) -> dict[str, Any]:
    """The condition keys of tags that a request brings."""
    if not tags:
        return {}
    return {f"aws:RequestTag/{key}": value for key, value in tags.items()} | {"aws:TagKeys": list(tags)}


def _judge(call: Call, action: str, resource: str, context: Mapping[str, Any]) -> Verdict:
    ask = Ask(action=f"emr-containers:{action}", resource=resource, context=context)
    return judge(call.caller, ask, call.region)


def _resource_tags(tags: Mapping[str, str]) -> dict[str, Any]:
    return {f"aws:ResourceTag/{key}": value for key, value in tags.items()}


def _refusal(call: Call, action: str, resource: str, *, explicit: bool) -> ServiceError:
    message = f"User: {call.caller.arn} is not authorized to perform: emr-containers:{action} on resource: {resource}"
    return ServiceError("AccessDeniedException", message + (" with an explicit deny" if explicit else ""))


def _some_role_would_do(call: Call, resource: str, context: dict[str, Any]) -> bool:
    """Say whether the caller could start the run with some role that its policies speak of."""
    return any(
        _judge(call, "StartJobRun", resource, {**context, _ROLE: role}).allowed for role in _roles_spoken_of(call)
    )


def _roles_spoken_of(call: Call) -> Iterator[str]:
    """A role for each pattern that conditions on the execution role hold, and one that fits none of them."""
    yield f"arn:aws:iam::{call.account}:role/none-of-these"
    caller = call.caller
    held = (*policies.identity(caller).values(), *policies.boundary(caller).values(), *caller.session_policies)
    for statement in (s for document in held for s in _listed(document.get("Statement", []))):
        for keys in statement.get("Condition", {}).values():
            for key, patterns in keys.items():
                if key.lower() == _ROLE.lower():
                    yield from (str(p).replace("*", "x").replace("?", "x") for p in _listed(patterns))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]  # pyright: ignore[reportUnknownVariableType]
