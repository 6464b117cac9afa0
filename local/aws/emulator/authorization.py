"""What a caller's own IAM policies let it do, where the embedded cloud asks for it.

moto itself judges no request (its authorization knows neither resources nor conditions), so this is asked
where a service's behaviour depends on the caller's rights.
"""

from __future__ import annotations

from typing import Any

from iam.evaluation import Decision, Request, evaluate
from local.aws.emulator.principals import Caller, limits, policies


def decide(caller: Caller, action: str, resource: str, region: str, **context: Any) -> Decision:
    """Judge one action of a caller by its identity policies, boundary and session policy.

    Keys of `context` are written with `__` for the colon (`eks__principalArn`).
    """
    keys: dict[str, Any] = {
        "aws:PrincipalArn": caller.principal_arn,
        "aws:PrincipalAccount": caller.account,
        "aws:userid": caller.user_id,
        "aws:RequestedRegion": region,
        **{name.replace("__", ":"): value for name, value in context.items()},
    }
    if not caller.is_role:
        keys["aws:username"] = caller.name
    request = Request(action=action, resource=resource, context=keys)
    return evaluate(policies(caller), request, limits=limits(caller))
