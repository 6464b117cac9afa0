"""Judges one action by all policies that have a say, and tells which one decided.

Sources: IAM User Guide, "Policy evaluation for requests within a single account", "Cross-account policy evaluation
logic" and "Troubleshoot access denied error messages" (the wording). Where several kinds of policy deny, AWS names
one and does not say which; here it is the first of: identity, boundary, session, resource.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from iam.evaluation import Request
from local.aws.emulator.authorization import layers
from local.aws.emulator.authorization.asks import Ask
from local.aws.emulator.authorization.context import keys_of, keys_of_resource

if TYPE_CHECKING:
    from local.aws.emulator.authorization.layers import Layer, Layers
    from local.aws.emulator.principals import Caller


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What the policies say of an ask."""

    ask: Ask
    """What was asked."""
    allowed: bool
    """Whether it may be done."""
    kind: str
    """The kind of policy that decided; for an implicit denial the kind that would have had to allow it."""
    policy: str
    """Name or ARN of the policy that decided; empty for an implicit denial."""
    statement: str
    """Sid of the statement that decided, or its place in the policy, counted from 1; empty for an implicit denial."""

    @property
    def decided_by(self) -> str:
        """The deciding statement, for the log and the response header."""
        subject = f"{self.ask.action} on {self.ask.resource}"
        if not self.statement:
            return f"no {self.kind} allows {subject}"
        effect = "allows" if self.allowed else "denies"
        return f"{self.kind} {self.policy}, statement {self.statement}, {effect} {subject}"

    @property
    def reason(self) -> str:
        """Why not, as AWS adds it to "is not authorized to perform"."""
        if self.statement:
            article = "an" if self.kind == layers.IDENTITY else "a"
            return f"with an explicit deny in {article} {self.kind}"
        return f"because no {self.kind} allows the {self.ask.action} action"


def judge(caller: Caller, ask: Ask, region: str) -> Verdict:
    """Judge an ask of a caller."""
    context = keys_of(caller, region) | keys_of_resource(ask.resource) | dict(ask.context)
    request = Request(action=ask.action, resource=ask.resource, context=context)
    asked = layers.layers(caller, request, ask.policy)
    for layer in (asked.identity, *asked.limits, asked.resource):
        if layer.decision.outcome == "explicitDeny":
            return verdict(ask, layer)
    if ask.owner in ("", caller.account):
        return _within_account(ask, asked)
    return verdict(ask, _needed(asked.identity, asked.resource, *asked.limits))


def decide(caller: Caller, action: str, resource: str, region: str, **context: Any) -> Verdict:
    """Judge one action of a caller by its identity policies, boundary and session policies.

    Keys of `context` are written with `__` for the colon (`eks__principalArn`).
    """
    keys = {name.replace("__", ":"): value for name, value in context.items()}
    return judge(caller, Ask(action=action, resource=resource, context=keys), region)


def _within_account(ask: Ask, asked: Layers) -> Verdict:
    """Judge what no policy denies, in the account of the resource: either side may grant it."""
    by_itself = asked.resource.decision.allowed and not asked.resource.decision.delegated
    if asked.direct.decision.allowed and not ask.policy_rules:
        return verdict(ask, asked.direct)  # granted to the session itself: nothing but a Deny takes it away
    if by_itself and not asked.identity.decision.allowed:
        return verdict(ask, _needed(asked.resource, *asked.limits))
    if ask.policy_rules and not by_itself:
        return verdict(ask, _needed(asked.identity, asked.resource, *asked.limits))
    return verdict(ask, _needed(asked.identity, *asked.limits))


def _needed(first: Layer, *others: Layer) -> Layer:
    """Of layers that must all allow: the first that does not, else the first."""
    return next((layer for layer in (first, *others) if not layer.decision.allowed), first)


def verdict(ask: Ask, layer: Layer) -> Verdict:
    """What one layer says of an ask."""
    policy, statement = layer.deciding()
    return Verdict(ask=ask, allowed=layer.decision.allowed, kind=layer.kind, policy=policy, statement=statement)
