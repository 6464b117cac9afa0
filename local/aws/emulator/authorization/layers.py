"""The kinds of policies that have a say in a call, each with what it says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from iam.evaluation import Decision, Principal, Request, evaluate, evaluate_resource_policy
from local.aws.emulator import policies

if TYPE_CHECKING:
    from collections.abc import Mapping

    from iam.evaluation import Document
    from local.aws.emulator.principals import Caller

IDENTITY = "identity-based policy"
BOUNDARY = "permissions boundary"
SESSION = "session policy"
RESOURCE = "resource-based policy"


@dataclass(frozen=True, kw_only=True)
class Layer:
    """One kind of policy."""

    kind: str
    """In the words of AWS's messages."""
    documents: Mapping[str, Document]
    """The policies by name."""
    decision: Decision
    """What they say."""

    def deciding(self) -> tuple[str, str]:
        """The policy and the statement that decided: its Sid, or its place counted from 1; empty for neither."""
        for name, document in self.documents.items():
            for number, statement in enumerate(statements(document), 1):
                if statement is self.decision.statement:
                    return name, str(statement.get("Sid", number))
        return "", ""


@dataclass(frozen=True, kw_only=True)
class Layers:
    """All of them."""

    identity: Layer
    """Of the user or role."""
    limits: tuple[Layer, ...]
    """Boundary and session policies, as far as there are any: they grant nothing."""
    resource: Layer
    """Of the resource; it allows nothing where there is none."""
    direct: Layer
    """Those statements of the resource's policy that name the role session itself."""


def layers(caller: Caller, request: Request, resource_policy: Document | None) -> Layers:
    """Ask every kind."""
    session = {str(number): document for number, document in enumerate(caller.session_policies, 1)}
    given = ((BOUNDARY, policies.boundary(caller)), (SESSION, session))
    document = resource_policy or {}
    naming = [each for each in statements(document) if caller.arn in _named(each)]
    return Layers(
        identity=_layer(IDENTITY, policies.identity(caller), request),
        limits=tuple(_layer(kind, documents, request) for kind, documents in given if documents),
        resource=_resource(caller, document, request),
        direct=_resource(caller, {**document, "Statement": naming}, request),
    )


def statements(document: Document) -> list[Any]:
    """The statements of a policy, which may hold one without a list."""
    found: Any = document.get("Statement", [])
    return list(found) if isinstance(found, list) else [found]  # pyright: ignore[reportUnknownArgumentType]


def _layer(kind: str, documents: Mapping[str, Document], request: Request) -> Layer:
    return Layer(kind=kind, documents=documents, decision=evaluate(documents.values(), request))


def _resource(caller: Caller, document: Document, request: Request) -> Layer:
    principal = Principal(kind="AWS", names=(caller.arn, caller.principal_arn), account=caller.account)
    decision = evaluate_resource_policy(document, principal, request)
    return Layer(kind=RESOURCE, documents={"of the resource": document}, decision=decision)


def _named(statement: Any) -> list[str]:
    principal: Any = statement.get("Principal")
    if not isinstance(principal, dict):
        return []
    named: Any = principal.get("AWS", [])  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    return [named] if isinstance(named, str) else list(named)  # pyright: ignore[reportUnknownArgumentType]
