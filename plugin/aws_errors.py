"""What an AWS service answered when it refused a call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from botocore.exceptions import ClientError


def code(error: ClientError) -> str:
    """The service's code, such as `ValidationException`."""
    return _answer(error).get("Code", "")


def message(error: ClientError) -> str:
    """The service's message."""
    return _answer(error).get("Message", "")


def _answer(error: ClientError) -> dict[str, str]:
    response: dict[str, Any] = {**error.response}
    return response.get("Error", {})
