"""What can go wrong, in words for the person at the CLI and in the codes of gRPC.

The codes INTERNAL, UNKNOWN and DATA_LOSS make the engine treat a resource's status as unknown
(pulumi/sdk, resource/plugin/provider_plugin.go), so nothing that can be foreseen may end in one of them.
"""

from __future__ import annotations

from typing import Any, Final

import grpc

_CODES: Final = (
    (("AlreadyExists", "Duplicate", "InUse", "AlreadyOwnedByYou"), grpc.StatusCode.ALREADY_EXISTS),
    (("NotFound", "NoSuch"), grpc.StatusCode.NOT_FOUND),
    (("AccessDenied", "Unauthorized", "Forbidden"), grpc.StatusCode.PERMISSION_DENIED),
    (("Throttl", "TooManyRequests", "RequestLimitExceeded", "LimitExceeded"), grpc.StatusCode.RESOURCE_EXHAUSTED),
    (("Validation", "Invalid", "Malformed", "Missing"), grpc.StatusCode.INVALID_ARGUMENT),
)


class ProviderError(Exception):
    """Something the person should read; `status` is its gRPC code."""

    def __init__(self, message: str, status: grpc.StatusCode = grpc.StatusCode.FAILED_PRECONDITION) -> None:
        super().__init__(message)
        self.message = message
        self.status = status


class ApiError(ProviderError):
    """An operation of AWS answered with an error."""

    def __init__(self, operation: str, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}", status_of(code))
        self.operation = operation
        self.code = code

    @property
    def gone(self) -> bool:
        """Whether the error says that the resource, or what holds it, does not exist."""
        words = ("NotFound", "NonExistent", "DoesNotExist")
        return any(word in self.code for word in words) or self.code.startswith("NoSuch") or self.code == "404"


class PartlyDoneError(Exception):
    """A resource exists but did not become what was asked; the engine keeps what is known of it."""

    def __init__(self, id_: str, properties: dict[str, Any], reason: ProviderError) -> None:
        super().__init__(reason.message)
        self.id = id_
        self.properties = properties
        self.reason = reason


def fault(error: Exception) -> ProviderError:
    """Give the failure for an error that nobody foresaw: a bug of the stand-in."""
    return ProviderError(f"fault in the stand-in of pulumi-resource-aws: {error!r}", grpc.StatusCode.INTERNAL)


def status_of(code: str) -> grpc.StatusCode:
    """Give the gRPC code that fits an error code of AWS."""
    for words, status in _CODES:
        if any(word in code for word in words):
            return status
    return grpc.StatusCode.FAILED_PRECONDITION


def cancelled() -> ProviderError:
    """Give the failure of work that the engine has cancelled."""
    return ProviderError("cancelled", grpc.StatusCode.CANCELLED)
