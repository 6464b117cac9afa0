"""Counts API calls by service and operation, so that claims about speed can count calls instead of seconds.

Those of role sessions are left out: pods make them, jobs and Karpenter's controller among them, when they please.
"""

from __future__ import annotations

import io
import threading
from collections import Counter
from typing import Any
from urllib.parse import parse_qs


class Calls:
    """The counter."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()
        self._lock = threading.Lock()

    def count(self, service: str, operation: str) -> None:
        """Count one call."""
        with self._lock:
            self._counts[service, operation] += 1

    def document(self) -> dict[str, dict[str, int]]:
        """Counts by service and operation."""
        with self._lock:
            counts = sorted(self._counts.items())
        document: dict[str, dict[str, int]] = {}
        for (service, operation), number in counts:
            document.setdefault(service, {})[operation] = number
        return document


def operation_of(environ: dict[str, Any]) -> str:
    """The operation of a request to moto: of the query and JSON protocols; a REST request's method."""
    target: str = environ.get("HTTP_X_AMZ_TARGET", "")
    if target:
        return target.rsplit(".", 1)[-1]
    query = parse_qs(environ.get("QUERY_STRING", ""))
    if "Action" in query:
        return query["Action"][0]
    action = parse_qs(form_of(environ)).get("Action")
    return action[0] if action else str(environ["REQUEST_METHOD"])


def form_of(environ: dict[str, Any]) -> str:
    """The form in the body of a request, or its query; the body can be read again."""
    if not environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        return str(environ.get("QUERY_STRING", ""))
    body: bytes = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    return body.decode("utf-8", "replace")
