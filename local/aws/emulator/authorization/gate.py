"""Lets a call through, or refuses it as the service would.

Only calls made with the session of a role are judged by the policies of caller and resource, so that the others cost
nothing. Sessions of service-linked roles are the services' own. EKS and EMR on EKS answer for themselves
(`rest_json`) and are not judged so here. The policy of a VPC endpoint is asked of every call that goes through it.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local.aws.emulator import faults
from local.aws.emulator.authorization import endpoint_policies
from local.aws.emulator.authorization.asks import Ask, UnknownActionError
from local.aws.emulator.authorization.requests import Place
from local.aws.emulator.authorization.services import (
    dynamodb,
    ec2,
    glue,
    iam,
    kms,
    logs,
    pricing,
    s3,
    secretsmanager,
    sqs,
    ssm,
    sts,
)
from local.aws.emulator.authorization.verdicts import Verdict, judge
from local.aws.emulator.authorization.wire import is_json, rest_request, rpc
from local.aws.emulator.rest_json.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from local.aws.emulator.authorization.ways import Endpoint
    from local.aws.emulator.principals import Caller
    from local.aws.emulator.scope import Scope

LOG = logging.getLogger(__name__)
HEADER = "x-local-decided-by"
"""Response header that names the statement that decided."""
_MOST = 4000  # of the header: http.client takes lines of 65,536 bytes, others less
_TABLES = {
    "dynamodb": dynamodb,
    "ec2": ec2,
    "glue": glue,
    "iam": iam,
    "kms": kms,
    "logs": logs,
    "pricing": pricing,
    "secretsmanager": secretsmanager,
    "sqs": sqs,
    "ssm": ssm,
    "sts": sts,
}
_SERVICE_LINKED = ":role/aws-service-role/"


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """What the gate says of a call."""

    decided_by: str
    """The deciding statement; of a call that needs no permission, that."""
    fault: faults.Fault | None = None
    """The refusal; None lets the call through."""

    def announcing(self, start_response: Callable[..., Any]) -> Callable[..., Any]:
        """A WSGI start_response that adds the header with the deciding statement."""
        value = self.decided_by.encode("latin-1", "backslashreplace").decode("latin-1").replace("\n", " ")[:_MOST]

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            return start_response(status, [*headers, (HEADER, value)], *more)

        return start


def rule(
    caller: Caller | None, scope: Scope, environ: dict[str, Any], operation: str, endpoint: Endpoint | None = None
) -> Ruling | None:
    """Judge a call, which goes through an endpoint if one is given; None for a call that nothing judges."""
    judged = caller if caller and _answers_for_its_rights(caller, scope, operation) else None
    if judged is None and endpoint is None:
        return None
    try:
        asks = list(_asks(caller, scope, environ, operation))
    except UnknownActionError as error:
        if judged or (endpoint and endpoint.names_resources):
            return _unknown(scope.service, str(error), environ)
        asks = []
    verdicts = [judge(judged, ask, scope.region) for ask in asks] if judged else []
    if endpoint is not None:
        passing = asks or [Ask(action=f"{scope.service}:{operation}", resource="*")]
        verdicts += [endpoint_policies.judge(caller, ask, scope.region, endpoint) for ask in passing]
    refused = [verdict for verdict in verdicts if not verdict.allowed]
    if refused:
        # A Deny before what is only not allowed, as everywhere else.
        return _refused(caller, scope.service, min(refused, key=lambda each: not each.statement), environ)
    decided_by = "; ".join(dict.fromkeys(verdict.decided_by for verdict in verdicts)) or "no permission is needed"
    LOG.debug("%s: %s", caller.arn if caller else "unsigned", decided_by)
    return Ruling(decided_by=decided_by)


def admit(caller: Caller, region: str, ask: Ask, endpoint: Endpoint) -> None:
    """Go on only if an endpoint's policy lets a call through to a service that answers for itself.

    Raises:
        ServiceError: AccessDeniedException.
    """
    verdict = endpoint_policies.judge(caller, ask, region, endpoint)
    if not verdict.allowed:
        LOG.info("%s is refused: %s", caller.arn, verdict.decided_by)
        raise ServiceError("AccessDeniedException", _message(caller, "", verdict))


def _answers_for_its_rights(caller: Caller, scope: Scope, operation: str) -> bool:
    if scope.service == "sts" and operation in sts.BECOMING:
        return False
    return caller.is_role and _SERVICE_LINKED not in caller.principal_arn


def _asks(caller: Caller | None, scope: Scope, environ: dict[str, Any], operation: str) -> Iterable[Ask]:
    if scope.service == "s3":
        return s3.asks(rest_request(environ))
    if scope.service == "sts" and operation in sts.BECOMING:
        return sts.becoming(rpc(environ, operation))
    table = _TABLES.get(scope.service)
    if caller is None or table is None or operation not in table.OPERATIONS:
        raise UnknownActionError(f"{scope.service}:{operation}")
    return table.asks(rpc(environ, operation), Place(account=caller.account, region=scope.region))


def _refused(caller: Caller | None, service: str, verdict: Verdict, environ: dict[str, Any]) -> Ruling:
    LOG.info("%s is refused: %s", caller.arn if caller else "an unsigned call", verdict.decided_by)
    return Ruling(decided_by=verdict.decided_by, fault=_fault(service, _message(caller, service, verdict), environ))


def _message(caller: Caller | None, service: str, verdict: Verdict) -> str:
    """The words of the service; S3 says no more than "Access Denied" to another account (S3 User Guide)."""
    ask = verdict.ask
    if caller is None:  # AWS's words for a token that a role does not trust; for an endpoint it publishes none
        return f"Not authorized to perform {ask.action} {verdict.reason}"
    if service == "s3" and ask.owner not in ("", caller.account):
        return "Access Denied"
    resource = f'"{ask.resource}"' if service == "s3" else ask.resource
    return f"User: {caller.arn} is not authorized to perform: {ask.action} on resource: {resource} {verdict.reason}"


def _unknown(service: str, name: str, environ: dict[str, Any]) -> Ruling:
    message = f"The embedded cloud knows no action for {name}, so the session of a role may not call it."
    LOG.warning("refused: %s", message)
    return Ruling(decided_by=message, fault=_fault(service, message, environ))


def _fault(service: str, message: str, environ: dict[str, Any]) -> faults.Fault:
    return faults.access_denied(
        service, message, is_json=is_json(environ), has_body=environ["REQUEST_METHOD"] != "HEAD"
    )
