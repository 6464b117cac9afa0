"""Judges a call by the policy of the VPC endpoint that it goes through.

Such a policy grants nothing and fences in everybody, users and calls without a signature too. Sources: AWS
PrivateLink guide, "Control access to VPC endpoints using endpoint policies"; IAM User Guide, "Troubleshoot access
denied error messages" (the wording).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from iam.evaluation import Principal, Request, evaluate_resource_policy
from local.aws.emulator.authorization.context import keys_of, keys_of_anybody, keys_of_resource
from local.aws.emulator.authorization.layers import Layer, statements
from local.aws.emulator.authorization.verdicts import Verdict, verdict

if TYPE_CHECKING:
    from iam.evaluation import Document
    from local.aws.emulator.authorization.asks import Ask
    from local.aws.emulator.authorization.ways import Endpoint
    from local.aws.emulator.principals import Caller

KIND = "VPC endpoint policy"
_ANYBODY: tuple[Any, ...] = ("*", {"AWS": "*"}, {"AWS": ["*"]})


def judge(caller: Caller | None, ask: Ask, region: str, endpoint: Endpoint) -> Verdict:
    """Judge an ask of a caller, or of somebody who did not sign."""
    keys = keys_of(caller, region) if caller else keys_of_anybody(region)
    context = keys | keys_of_resource(ask.resource) | dict(ask.context) | endpoint.keys
    request = Request(action=ask.action, resource=ask.resource, context=context)
    document = _with_principals_of_gateways(endpoint.policy) if endpoint.gateway else endpoint.policy
    decision = evaluate_resource_policy(document, _principal(caller), request)
    return verdict(ask, Layer(kind=KIND, documents={f"of {endpoint.id}": document}, decision=decision))


def _principal(caller: Caller | None) -> Principal:
    if caller is None:
        return Principal(kind="AWS", names=())
    return Principal(kind="AWS", names=(caller.arn, caller.principal_arn), account=caller.account)


def _with_principals_of_gateways(document: Document) -> Document:
    """What a gateway makes of a policy: a Principal other than `*` means at most the root user of an account.

    Root users do not call here, so that such a statement is about nobody.
    """
    given = statements(document)
    about_nobody: dict[str, Any] = {"Principal": {}}
    read = [each if each.get("Principal") in _ANYBODY else {**each, **about_nobody} for each in given]
    return {**document, "Statement": read}
