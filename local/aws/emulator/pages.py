"""Pages of list operations: maxResults and nextToken."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from local.aws.emulator.rest_json.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Sequence

DEFAULT_PAGE = 100
"""What EKS and EMR on EKS give at most when the caller names no number."""


def page(items: Sequence[Any], params: dict[str, Any], key: str, *, invalid: str) -> dict[str, Any]:
    """Give one page under `key`, with a token for the next if there is more.

    Raises:
        ServiceError: with code `invalid`, for a token that no earlier page gave.
    """
    start = _position(params.get("nextToken"), invalid)
    end = start + params.get("maxResults", DEFAULT_PAGE)
    answer: dict[str, Any] = {key: list(items[start:end])}
    if end < len(items):
        answer["nextToken"] = base64.urlsafe_b64encode(str(end).encode()).decode()
    return answer


def _position(token: str | None, invalid: str) -> int:
    if token is None:
        return 0
    try:
        return int(base64.urlsafe_b64decode(token))
    except ValueError as error:
        raise ServiceError(invalid, f"Invalid nextToken: {token}") from error
