"""An OIDC issuer of a test's own: an RSA key, its key set, and tokens signed with it."""

from __future__ import annotations

import base64
import json
import time
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

SUBJECT = "system:serviceaccount:analytics:driver"


def encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


class Issuer:
    """Signs what it is told to sign."""

    def __init__(self, name: str = "https://oidc.eks.us-west-2.amazonaws.com/id/AB", kid: str = "k1") -> None:
        self.name, self.kid = name, kid
        self._key = rsa.generate_private_key(65537, 2048)

    @property
    def keys(self) -> dict[str, Any]:
        numbers = self._key.public_key().public_numbers()
        parts = {"n": numbers.n.to_bytes(256, "big"), "e": numbers.e.to_bytes(3, "big")}
        key = {"kty": "RSA", "alg": "RS256", "use": "sig", "kid": self.kid}
        return {"keys": [key | {name: encoded(value) for name, value in parts.items()}]}

    def token(self, header: dict[str, Any] | None = None, **claims: Any) -> str:
        """A good token but for what is given; None leaves a claim out."""
        now = int(time.time())
        usual = {
            "iss": self.name,
            "sub": SUBJECT,
            "aud": ["sts.amazonaws.com"],
            "iat": now,
            "nbf": now,
            "exp": now + 3600,
        }
        said = {name: value for name, value in (usual | claims).items() if value is not None}
        top = {"alg": "RS256", "kid": self.kid} | (header or {})
        signed = ".".join(encoded(json.dumps(part).encode()) for part in (top, said))
        return f"{signed}.{encoded(self._key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256()))}"
