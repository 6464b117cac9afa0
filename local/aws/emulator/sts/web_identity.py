"""AssumeRoleWithWebIdentity: a service account's token becomes the session of a role.

STS reads an issuer's keys inside AWS (EKS user guide), so a token is verified with the keys of the emulated cluster
that is its issuer, whatever network the caller sits in.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from iam.evaluation import Principal, Request, evaluate_resource_policy
from local.aws.emulator import principals
from local.aws.emulator.rest_json.errors import ServiceError
from local.aws.emulator.sts import sessions, tokens
from local.aws.emulator.sts.errors import denied, invalid_token
from local.control_plane import ApiError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.aws.emulator.eks.core import Eks
    from local.aws.emulator.sts.sessions import Wish
    from local.aws.emulator.sts.tokens import Token

OPERATION = "AssumeRoleWithWebIdentity"
_ACTION = f"sts:{OPERATION}"
_REFUSAL = f"Not authorized to perform {_ACTION}"


def assume(eks: Eks, parameters: Mapping[str, Any], region: str) -> str:
    """Judge the token, then the role's trust in it; answer with credentials.

    Raises:
        StsError: with STS's own code and message.
    """
    token = tokens.read(parameters["WebIdentityToken"])
    asked = sessions.wish(parameters, _REFUSAL)
    provider = _provider(asked.role.account_id, token.issuer)
    tokens.verify(token, _keys(eks, token.issuer), time.time())
    audiences = [audience for audience in token.audiences if audience in provider.client_id_list]
    if not audiences:
        raise invalid_token("Incorrect token audience")
    if not _trusted(asked, token, provider, audiences):
        raise denied(_REFUSAL)
    session = sessions.begin(asked, region, provider.arn)
    more = {"SubjectFromWebIdentityToken": token.subject, "Audience": audiences[0], "Provider": provider.arn}
    return sessions.answer(OPERATION, session, more)


def _provider(account: str, issuer: str) -> Any:
    """The IAM OIDC provider of an issuer, in the account of the role."""
    known: Any = principals.iam(account).open_id_providers
    found = next((each for each in known.values() if f"https://{each.url}" == issuer), None)
    if found is None:
        raise invalid_token(f"No OpenIDConnect provider found in your account for {issuer}")
    return found


def _keys(eks: Eks, issuer: str) -> Mapping[str, Any]:
    """The key set of an issuer, from the API server that signs for it."""
    for cluster in list(eks.clusters.values()):
        if cluster.document["identity"]["oidc"]["issuer"] == issuer:
            try:
                return eks.api(cluster).get("/openid/v1/jwks")
            except (ApiError, ServiceError) as error:
                raise invalid_token(tokens.NO_KEY) from error
    raise invalid_token(tokens.NO_KEY)


def _trusted(asked: Wish, token: Token, provider: Any, audiences: list[str]) -> bool:
    context = {
        f"{provider.url}:sub": token.subject,
        f"{provider.url}:aud": audiences,
        "aws:FederatedProvider": provider.arn,
        "sts:RoleSessionName": asked.name,
        "sts:DurationSeconds": asked.seconds,
    }
    return evaluate_resource_policy(
        json.loads(asked.role.assume_role_policy_document),
        Principal(kind="Federated", names=(provider.arn,)),
        Request(action=_ACTION, resource=asked.role.arn, context=context),
    ).allowed
