"""Errors we answer in place of moto, in the protocol of the service that was asked."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

_INVALID_TOKEN = "The security token included in the request is invalid."  # noqa: S105 - AWS's words
_OWN_WORDS = {
    "ec2": (401, "AuthFailure", "AWS was not able to validate the provided access credentials"),
    "s3": (403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records."),
}


@dataclass(frozen=True, kw_only=True)
class Fault:
    """An HTTP answer."""

    status: int
    """HTTP status."""
    content_type: str
    """Of the body."""
    body: bytes
    """The error as the protocol writes it."""


def unknown_key(service: str, *, is_json: bool) -> Fault:
    """The answer to an access key that nobody has.

    Common errors of the API references: UnrecognizedClientException where the protocol is JSON, else
    InvalidClientTokenId; EC2 and S3 have words of their own.
    """
    code = "UnrecognizedClientException" if is_json else "InvalidClientTokenId"
    status, code, message = _OWN_WORDS.get(service, (403, code, _INVALID_TOKEN))
    return fault(service, status, code, message, is_json=is_json)


def unsigned(service: str, *, is_json: bool, is_query: bool) -> Fault:
    """The answer to a request without credentials ("Common errors" of the API references; S3's own words).

    Without a signature only the host tells the service; what else comes here unsigned is taken for S3, as moto does.
    """
    if service in ("", "s3") and not (is_json or is_query):
        return fault("s3", 403, "AccessDenied", "Access Denied", is_json=False)
    code = "MissingAuthenticationTokenException" if is_json else "MissingAuthenticationToken"
    return fault(service, 403, code, "Request is missing Authentication Token", is_json=is_json)


def access_denied(service: str, message: str, *, is_json: bool, has_body: bool) -> Fault:
    """The answer to a caller whose policies do not let it through.

    Services of the JSON protocols answer AccessDeniedException with status 400, the others AccessDenied with 403;
    EC2 has a code of its own.
    """
    status, code = (400, "AccessDeniedException") if is_json else (403, "AccessDenied")
    if service == "ec2":
        code, message = "UnauthorizedOperation", f"You are not authorized to perform this operation. {message}"
    answer = fault(service, status, code, message, is_json=is_json)
    return answer if has_body else replace(answer, body=b"")


def no_way(service: str, message: str, *, is_json: bool) -> Fault:
    """The answer to a call for which there is no way: an explanation in place of a connection that times out.

    SDKs try again after status 504, as they do after a connection that could not be made.
    """
    return fault(service, 504, "NoWayToService", message, is_json=is_json)


def fault(service: str, status: int, code: str, message: str, *, is_json: bool) -> Fault:
    """An error in the protocol of a service."""
    if is_json:
        body = json.dumps({"__type": code, "message": message}).encode()
        return Fault(status=status, content_type="application/x-amz-json-1.1", body=body)
    error = f"<Code>{code}</Code><Message>{message}</Message>"
    if service == "ec2":
        text = f"<Response><Errors><Error>{error}</Error></Errors></Response>"
    elif service == "s3":
        text = f"<Error>{error}</Error>"
    else:
        text = f"<ErrorResponse><Error><Type>Sender</Type>{error}</Error></ErrorResponse>"
    return Fault(status=status, content_type="text/xml", body=f'<?xml version="1.0" encoding="UTF-8"?>{text}'.encode())
