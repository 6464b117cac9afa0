"""Decides requests by IAM policies: identity policies, permissions boundaries, resource and trust policies.

Sources: IAM User Guide, "Policy evaluation logic", "Permissions boundaries for IAM entities", "AWS JSON policy
elements: Principal" and "Grammar of the IAM JSON policy language". Pure: documents in, decision out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from iam.conditions import holds, texts
from iam.patterns import Context, Resolve, UnresolvedVariableError, matches, matches_resource, resolver

Document = Mapping[str, Any]
"""A policy document, as parsed JSON."""

Outcome = Literal["allowed", "implicitDeny", "explicitDeny"]
"""The words of SimulatePrincipalPolicy's EvalDecision."""


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What the policies say of a request."""

    outcome: Outcome
    """The words of SimulatePrincipalPolicy."""
    statement: Document | None = None
    """The statement that decided: the Deny, or the Allow; None for an implicit deny."""
    delegated: bool = False
    """A resource policy allowed the account, not the principal: the principal's own policies must allow too."""

    @property
    def allowed(self) -> bool:
        """Whether the request goes through."""
        return self.outcome == "allowed"


@dataclass(frozen=True, kw_only=True)
class Request:
    """One API call to be judged."""

    action: str
    """Service prefix and operation, such as ``eks:CreateAccessEntry``; compared without case."""
    resource: str = "*"
    """ARN of the resource; ``*`` for calls without one."""
    context: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Condition keys and their values: text, number, bool, or a list of these for a multivalued key."""


@dataclass(frozen=True, kw_only=True)
class Principal:
    """Who makes the call, as Principal elements of resource policies name it."""

    kind: Literal["AWS", "Service", "Federated"]
    """The key under which a Principal element lists it."""
    names: tuple[str, ...]
    """Every name that means it: for a role session the session's ARN and the role's; a service's host name."""
    account: str = ""
    """The account of an AWS principal, twelve digits."""


def evaluate(policies: Iterable[Document], request: Request, *, limits: Iterable[Document] = ()) -> Decision:
    """Judge a request by identity policies and by what limits them.

    Each of `limits` (a permissions boundary, a session policy) must allow the request too; it grants nothing.

    Raises:
        iam.conditions.UnknownOperatorError: a condition operator that IAM does not have.
    """
    granted = _decide(policies, request)
    bounds = [_decide([limit], request) for limit in limits]
    for decision in (granted, *bounds):
        if decision.outcome == "explicitDeny":
            return decision
    return granted if all(bound.allowed for bound in bounds) else Decision(outcome="implicitDeny")


def evaluate_resource_policy(document: Document, principal: Principal, request: Request) -> Decision:
    """Judge a request by a policy that names principals: a role's trust policy, a bucket or endpoint policy.

    A trust policy has no Resource element: such statements are about the resource the policy hangs on.

    Raises:
        iam.conditions.UnknownOperatorError: a condition operator that IAM does not have.
    """
    return _decide([document], request, principal)


def _decide(documents: Iterable[Document], request: Request, principal: Principal | None = None) -> Decision:
    context = {key.lower(): texts(value) for key, value in request.context.items()}
    allowed = Decision(outcome="implicitDeny")
    for document in documents:
        resolve = resolver(document.get("Version"), context)
        for statement in _listed(document.get("Statement", [])):
            named = _names(statement, principal) if principal else "direct"
            if named is None or not _applies(statement, request, context, resolve):
                continue
            if statement["Effect"] == "Deny":
                return Decision(outcome="explicitDeny", statement=statement)
            if not allowed.allowed or (allowed.delegated and named == "direct"):
                allowed = Decision(outcome="allowed", statement=statement, delegated=named == "account")
    return allowed


def _applies(statement: Document, request: Request, context: Context, resolve: Resolve) -> bool:
    if "NotAction" in statement:
        if any(matches(a, request.action, ignore_case=True) for a in _listed(statement["NotAction"])):
            return False
    elif not any(matches(a, request.action, ignore_case=True) for a in _listed(statement.get("Action", []))):
        return False
    if not _covers(statement, request.resource, resolve):
        return False
    return holds(statement.get("Condition", {}), context, resolve)


def _covers(statement: Document, resource: str, resolve: Resolve) -> bool:
    element = "NotResource" if "NotResource" in statement else "Resource"
    if element not in statement:
        return True
    found = any(_covered_by(pattern, resource, resolve) for pattern in _listed(statement[element]))
    return found != (element == "NotResource")


def _covered_by(pattern: str, resource: str, resolve: Resolve) -> bool:
    try:
        return matches_resource(resolve(pattern), resource)
    except UnresolvedVariableError:
        return False


def _names(statement: Document, principal: Principal) -> Literal["direct", "account"] | None:
    """Say how a statement names a principal: itself, its account as a whole, or not at all."""
    if "NotPrincipal" in statement:
        return None if _named_by(statement["NotPrincipal"], principal) else "direct"
    return _named_by(statement.get("Principal", {}), principal)


def _named_by(element: Any, principal: Principal) -> Literal["direct", "account"] | None:
    if element == "*":
        return "direct"
    listed = _listed(element.get(principal.kind, []))
    if any(name == "*" or name in principal.names for name in listed):
        return "direct"
    if principal.kind == "AWS" and any(_is_account(name, principal.account) for name in listed):
        return "account"
    return None


def _is_account(name: str, account: str) -> bool:
    return bool(account) and (name == account or name.split(":")[4:] == [account, "root"])


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
