"""JSON Web Tokens as a Kubernetes API server issues them: reading one, and judging its signature and its time.

Sources: RFC 7519 (claims), RFC 7515 (signature), RFC 7518 section 3.3 (RS256), RFC 7517 (keys). STS takes RS256,
RS384, RS512 and elliptic curves; our clusters sign with RS256 and publish one RSA key.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from local.aws.emulator.sts.errors import StsError, invalid_token

if TYPE_CHECKING:
    from collections.abc import Mapping

_NO_TOKEN = "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)"  # noqa: S105 - AWS's words
NO_KEY = (
    "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity "
    "documentation for requirements"
)
"""STS's words when the provider, or the key the token names, cannot be had (the two spaces are its own)."""
_PARTS = 3


@dataclass(frozen=True, kw_only=True)
class Token:
    """A token that was read; nothing of it is believed before `verify`."""

    header: Mapping[str, Any]
    """What it says of its signature."""
    claims: Mapping[str, Any]
    """What it says of its bearer."""
    signed: bytes
    """The text that was signed."""
    signature: bytes
    """The signature."""

    @property
    def issuer(self) -> str:
        """Who issued it, a URL."""
        return str(self.claims["iss"])

    @property
    def subject(self) -> str:
        """Whom it is about: `system:serviceaccount:NAMESPACE:NAME`."""
        return str(self.claims["sub"])

    @property
    def audiences(self) -> tuple[str, ...]:
        """Whom it is meant for."""
        value: Any = self.claims.get("aud", ())
        return (value,) if isinstance(value, str) else tuple(map(str, value))


def read(text: str) -> Token:
    """Take a token apart.

    Raises:
        StsError: InvalidIdentityToken, if it is no JSON Web Token with the claims that STS needs.
    """
    parts = text.strip().split(".")
    if len(parts) != _PARTS:
        raise invalid_token(_NO_TOKEN)
    try:
        header, claims = (_document(part) for part in parts[:2])
        token = Token(
            header=header,
            claims=claims,
            signed=".".join(parts[:2]).encode("ascii"),
            signature=_bytes(parts[2]),
        )
    except ValueError as error:
        raise invalid_token(_NO_TOKEN) from error
    for claim in ("iss", "sub", "exp", "iat"):
        if claim not in claims:
            raise invalid_token(f"Missing a required claim: {claim}")
    return token


def verify(token: Token, keys: Mapping[str, Any], now: float) -> None:
    """Check a token against a JSON Web Key Set and the time (seconds since 1970).

    Raises:
        StsError: InvalidIdentityToken, or ExpiredTokenException.
    """
    expires, begins = (_seconds(token, claim) for claim in ("exp", "nbf"))
    if expires is not None and now >= expires:
        raise StsError(
            "ExpiredTokenException",
            f"Token expired: current date/time {int(now)} must be before the expiration date/time {int(expires)}",
        )
    named = [key for key in keys.get("keys", ()) if key.get("kid") == token.header.get("kid")]
    if not named or token.header.get("alg") != "RS256" or named[0].get("kty") != "RSA":
        raise invalid_token(NO_KEY)
    try:
        _public_key(named[0]).verify(token.signature, token.signed, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature as error:  # AWS does not publish its words for this
        raise invalid_token("The signature of the ID Token provided could not be verified") from error
    if begins is not None and now < begins:  # nor for this
        raise invalid_token(f"Token is not valid before {int(begins)}: current date/time {int(now)}")


def _seconds(token: Token, claim: str) -> float | None:
    value: Any = token.claims.get(claim)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
        raise invalid_token(_NO_TOKEN)
    return value


def _public_key(key: Mapping[str, Any]) -> rsa.RSAPublicKey:
    exponent, modulus = (int.from_bytes(_bytes(key[part]), "big") for part in ("e", "n"))
    return rsa.RSAPublicNumbers(exponent, modulus).public_key()


def _document(part: str) -> dict[str, Any]:
    document: Any = json.loads(_bytes(part))
    if not isinstance(document, dict):
        raise ValueError(part)  # noqa: TRY004 - to the caller it is one kind of wrong token
    return document  # pyright: ignore[reportUnknownVariableType]


def _bytes(part: str) -> bytes:
    """Decode base64url without padding; anything beside its alphabet makes a token invalid."""
    try:
        return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError(part) from error
