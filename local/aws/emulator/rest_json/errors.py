"""Errors that an emulated service answers with."""

from __future__ import annotations

from typing import Any


class ServiceError(Exception):
    """An error of the service, by its code in the service model, with the message and fields it carries."""

    def __init__(self, code: str, message: str, **fields: Any) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.fields = fields


class NotHandledError(Exception):
    """Something of the service that the embedded cloud does not have: refused by name, never ignored."""


PROTOCOL_STATUS = {
    "AccessDeniedException": 403,
    "IncompleteSignatureException": 403,
    "InvalidSignatureException": 403,
    "MissingAuthenticationTokenException": 403,
    "UnrecognizedClientException": 403,
    "UnknownOperationException": 404,
    "SerializationException": 400,
}
"""HTTP status of errors that every AWS service knows ("Common errors" of the API references)."""
