"""Errors of STS, with the status that its service model or the common errors of its API reference give them."""

from __future__ import annotations

_STATUS = {"AccessDenied": 403, "MissingAuthenticationToken": 403, "NotImplementedException": 501}


class StsError(Exception):
    """An error that STS answers with."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message

    @property
    def status(self) -> int:
        """HTTP status."""
        return _STATUS.get(self.code, 400)


def invalid_token(message: str) -> StsError:
    """InvalidIdentityToken: the token, or what it says of itself, is no good."""
    return StsError("InvalidIdentityToken", message)


def invalid_parameter(message: str) -> StsError:
    """ValidationError: a parameter is none that STS takes."""
    return StsError("ValidationError", message)


def denied(message: str) -> StsError:
    """AccessDenied: the policies do not let the caller in."""
    return StsError("AccessDenied", message)
