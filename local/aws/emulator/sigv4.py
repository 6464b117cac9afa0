"""Signature Version 4 of presigned URLs: what `aws eks get-token` makes and the authenticator checks.

Source: IAM User Guide, "Signature Version 4 signing process" (query parameters).
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, quote, urlsplit

ALGORITHM = "AWS4-HMAC-SHA256"
_EMPTY_BODY = hashlib.sha256(b"").hexdigest()
_TIME = "%Y%m%dT%H%M%SZ"


class InvalidSignatureError(ValueError):
    """The URL is not one that the holder of the access key presigned, or its time is over."""


@dataclass(frozen=True, kw_only=True)
class Presigned:
    """The parts of a presigned GET request."""

    host: str
    """Host of the URL, with port if it names one."""
    path: str
    """Path of the URL, `/` for the query protocol."""
    query: dict[str, str]
    """Query parameters, decoded."""

    @classmethod
    def parse(cls, url: str) -> Presigned:
        """Take a URL apart.

        Raises:
            InvalidSignatureError: a parameter is given twice.
        """
        parts = urlsplit(url)
        pairs = parse_qsl(parts.query, keep_blank_values=True)
        query = dict(pairs)
        if len(query) != len(pairs):
            raise InvalidSignatureError("a query parameter is given twice")
        return cls(host=parts.netloc, path=parts.path or "/", query=query)

    @property
    def access_key_id(self) -> str:
        """The access key that signed."""
        return self.query.get("X-Amz-Credential", "").split("/")[0]

    @property
    def signed_headers(self) -> list[str]:
        """Names of the signed headers, in lower case."""
        return self.query.get("X-Amz-SignedHeaders", "").split(";")


def signature(request: Presigned, headers: dict[str, str], secret: str) -> str:
    """The signature of a presigned GET request over the given headers."""
    _, day, region, service, _ = request.query["X-Amz-Credential"].split("/")
    pairs = sorted(
        (quote(key, safe="-_.~"), quote(value, safe="-_.~"))
        for key, value in request.query.items()
        if key != "X-Amz-Signature"
    )
    canonical = "\n".join(
        [
            "GET",
            quote(request.path, safe="/-_.~"),
            "&".join(f"{key}={value}" for key, value in pairs),
            *(f"{name}:{' '.join(headers[name].split())}" for name in sorted(headers)),
            "",
            ";".join(sorted(headers)),
            _EMPTY_BODY,
        ]
    )
    scope = f"{day}/{region}/{service}/aws4_request"
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    to_sign = "\n".join([ALGORITHM, request.query["X-Amz-Date"], scope, digest])
    key = f"AWS4{secret}".encode()
    for part in (day, region, service, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.digest(key, to_sign.encode(), "sha256").hex()


def check(request: Presigned, headers: dict[str, str], secret: str, now: datetime, *, most: timedelta) -> None:
    """Check a presigned request: algorithm, scope, time and signature.

    `headers` are the values that the receiver sends for the signed headers; `most` is the longest validity
    the receiver accepts, whatever the URL says.

    Raises:
        InvalidSignatureError: with what is wrong.
    """
    scope = request.query.get("X-Amz-Credential", "").split("/")
    if request.query.get("X-Amz-Algorithm") != ALGORITHM or scope[3:] != ["sts", "aws4_request"]:
        raise InvalidSignatureError("not signed with Signature Version 4 for STS")
    try:
        signed_at = datetime.strptime(request.query.get("X-Amz-Date", ""), _TIME).replace(tzinfo=UTC)
    except ValueError as error:
        raise InvalidSignatureError("X-Amz-Date is no time") from error
    if not -timedelta(minutes=5) <= now - signed_at <= most:
        raise InvalidSignatureError(f"signed at {signed_at:%H:%M:%S}, which is out of its time")
    if sorted(headers) != sorted(request.signed_headers):
        raise InvalidSignatureError(f"signed headers are {request.signed_headers}, not {sorted(headers)}")
    expected = signature(request, headers, secret)
    if not hmac.compare_digest(expected, request.query.get("X-Amz-Signature", "")):
        raise InvalidSignatureError("the signature does not match")


def presign(url: str, headers: dict[str, str], access_key: tuple[str, str], region: str, now: datetime) -> str:
    """Presign a GET for STS with (access key id, secret), valid for 60 seconds as `aws eks get-token` asks."""
    parsed = Presigned.parse(url)
    query = {
        **parsed.query,
        "X-Amz-Algorithm": ALGORITHM,
        "X-Amz-Credential": f"{access_key[0]}/{now:%Y%m%d}/{region}/sts/aws4_request",
        "X-Amz-Date": now.strftime(_TIME),
        "X-Amz-Expires": "60",
        "X-Amz-SignedHeaders": ";".join(sorted(headers)),
    }
    request = Presigned(host=parsed.host, path=parsed.path, query=query)
    query["X-Amz-Signature"] = signature(request, headers, access_key[1])
    text = "&".join(f"{quote(k, safe='-_.~')}={quote(v, safe='-_.~')}" for k, v in query.items())
    return f"{url.partition('?')[0]}?{text}"
