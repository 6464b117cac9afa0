"""What a request says of itself: service, region and access key, from its signature or its host."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

_CREDENTIAL = re.compile(r"Credential=([^/\s,]+)/\d{8}/([^/]+)/([^/]+)/aws4_request")
_HOST = re.compile(r"(?P<service>[a-z0-9-]+)\.(?P<region>[a-z]{2}(?:-[a-z]+)+-\d)\.amazonaws\.com")


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Where a request is meant for, and whose key signed it."""

    service: str
    """Signing name of the service; empty if neither signature nor host tells."""
    region: str
    """Region; empty as above."""
    access_key_id: str
    """The access key; empty for an unsigned request."""

    @property
    def is_session(self) -> bool:
        """Whether temporary credentials signed it (IAM User Guide, "IAM identifiers", unique prefixes)."""
        return self.access_key_id.startswith("ASIA")

    @classmethod
    def of(cls, environ: dict[str, Any]) -> Scope:
        """Read the headers, else the query of a presigned URL, else the host."""
        query = parse_qs(environ.get("QUERY_STRING", ""))
        presigned = "Credential=" + query.get("X-Amz-Credential", [""])[0]
        for text in (environ.get("HTTP_AUTHORIZATION", ""), presigned):
            found = _CREDENTIAL.search(text)
            if found:
                key, region, service = found.groups()
                return cls(service=service.lower(), region=region, access_key_id=key)
        host = _HOST.match(environ.get("HTTP_HOST", ""))
        return cls(service=host["service"] if host else "", region=host["region"] if host else "", access_key_id="")
