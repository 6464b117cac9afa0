"""The pod behind a token that a cluster's API server issued for EKS Pod Identity."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local.aws.emulator.rest_json.errors import ServiceError
from local.aws.emulator.sts import tokens
from local.aws.emulator.sts.errors import StsError
from local.control_plane import ApiError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.aws.emulator.eks.core import Eks
    from local.aws.emulator.eks.state import Cluster
    from local.aws.emulator.sts.tokens import Token

AUDIENCE = "pods.eks.amazonaws.com"
"""Whom such tokens are meant for (EKS User Guide, "Understand how EKS Pod Identity works")."""
INVALID_TOKEN = "InvalidTokenException"  # noqa: S105 - an error's name
EXPIRED = "ExpiredTokenException"


@dataclass(frozen=True, kw_only=True)
class Pod:
    """What the token says of its bearer."""

    namespace: str
    service_account: str
    name: str
    uid: str

    @classmethod
    def of(cls, token: Token) -> Pod:
        """Read the claims of a projected token.

        Raises:
            ServiceError: InvalidTokenException for a token that is bound to no pod.
        """
        claims: Any = token.claims.get("kubernetes.io")
        try:
            return cls(
                namespace=claims["namespace"],
                service_account=claims["serviceaccount"]["name"],
                name=claims["pod"]["name"],
                uid=claims["pod"]["uid"],
            )
        except (KeyError, TypeError) as error:
            raise ServiceError(INVALID_TOKEN, "The token is not bound to a pod.") from error


def read(text: str) -> Token:
    """Take a token apart.

    Raises:
        ServiceError: InvalidTokenException.
    """
    try:
        return tokens.read(text)
    except StsError as error:
        raise ServiceError(INVALID_TOKEN, error.message) from error


def verified(eks: Eks, cluster: Cluster, token: Token) -> Pod:
    """Check that the cluster signed the token for EKS Pod Identity and that it is good now; give its pod.

    Raises:
        ServiceError: InvalidTokenException, ExpiredTokenException.
    """
    if token.issuer != cluster.document["identity"]["oidc"]["issuer"]:
        raise ServiceError(INVALID_TOKEN, f"The token was not issued by cluster {cluster.key.name}.")
    try:
        tokens.verify(token, _keys(eks, cluster), time.time())
    except StsError as error:
        code = EXPIRED if error.code == EXPIRED else INVALID_TOKEN
        raise ServiceError(code, error.message) from error
    if AUDIENCE not in token.audiences:
        raise ServiceError(INVALID_TOKEN, f"The audience of the token is not {AUDIENCE}.")
    return Pod.of(token)


def _keys(eks: Eks, cluster: Cluster) -> Mapping[str, Any]:
    try:
        return eks.api(cluster).get("/openid/v1/jwks")
    except ApiError as error:
        raise ServiceError(INVALID_TOKEN, tokens.NO_KEY) from error
