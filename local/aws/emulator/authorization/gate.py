"""Lets a call made with the session of a role through, or refuses it as the service would.

Only such calls are judged, so that the others cost nothing. Sessions of service-linked roles are the services' own.
EKS and EMR on EKS answer for themselves (`rest_json`) and are not judged here.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local.aws.emulator import faults
from local.aws.emulator.authorization.asks import Ask, UnknownActionError
from local.aws.emulator.authorization.requests import Place
from local.aws.emulator.authorization.services import dynamodb, glue, kms, logs, s3, secretsmanager, sts
from local.aws.emulator.authorization.verdicts import Verdict, judge
from local.aws.emulator.authorization.wire import is_json, rest_request, rpc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from local.aws.emulator.principals import Caller
    from local.aws.emulator.scope import Scope

LOG = logging.getLogger(__name__)
HEADER = "x-local-decided-by"
"""Response header that names the statement that decided."""
_MOST = 4000  # of the header: http.client takes lines of 65,536 bytes, others less
_TABLES = {
    "dynamodb": dynamodb,
    "glue": glue,
    "kms": kms,
    "logs": logs,
    "secretsmanager": secretsmanager,
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


def rule(caller: Caller, scope: Scope, environ: dict[str, Any], operation: str) -> Ruling | None:
    """Judge a call; None for a caller whose calls are not judged."""
    if not caller.is_role or _SERVICE_LINKED in caller.principal_arn:
        return None
    try:
        verdicts = [judge(caller, ask, scope.region) for ask in _asks(caller, scope, environ, operation)]
    except UnknownActionError as error:
        return _unknown(scope.service, str(error), environ)
    refusal = next((verdict for verdict in verdicts if not verdict.allowed), None)
    if refusal is not None:
        return _refused(caller, scope.service, refusal, environ)
    decided_by = "; ".join(dict.fromkeys(verdict.decided_by for verdict in verdicts)) or "no permission is needed"
    LOG.debug("%s: %s", caller.arn, decided_by)
    return Ruling(decided_by=decided_by)


def _asks(caller: Caller, scope: Scope, environ: dict[str, Any], operation: str) -> Iterable[Ask]:
    if scope.service == "s3":
        return s3.asks(rest_request(environ))
    table = _TABLES.get(scope.service)
    if table is None or operation not in table.OPERATIONS:
        raise UnknownActionError(f"{scope.service}:{operation}")
    return table.asks(rpc(environ, operation), Place(account=caller.account, region=scope.region))


def _refused(caller: Caller, service: str, verdict: Verdict, environ: dict[str, Any]) -> Ruling:
    LOG.info("%s is refused: %s", caller.arn, verdict.decided_by)
    return Ruling(decided_by=verdict.decided_by, fault=_fault(service, _message(caller, service, verdict), environ))


def _message(caller: Caller, service: str, verdict: Verdict) -> str:
    """The words of the service; S3 says no more than "Access Denied" to another account (S3 User Guide)."""
    ask = verdict.ask
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
