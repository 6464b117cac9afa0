"""A small client of the Kubernetes API: JSON documents in and out, paths written as in the API reference."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlencode

import urllib3

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

Document = dict[str, Any]

_SECONDS = 30
_CONNECTIONS = 16
_FIRST_ERROR = 400  # of HTTP's status codes
_CONTENT_TYPES = {
    "merge": "application/merge-patch+json",
    "strategic": "application/strategic-merge-patch+json",
    "json": "application/json-patch+json",
    "apply": "application/apply-patch+yaml",  # JSON is YAML
}


class ApiError(Exception):
    """The API server refused a request, or could not be reached."""

    def __init__(self, status: int, reason: str, message: str) -> None:
        """`reason` is Kubernetes' word, such as NotFound or Forbidden; `status` 0 means no answer at all."""
        super().__init__(message)
        self.status = status
        self.reason = reason
        self.message = message


class Api:
    """A client of one API server. Safe to use from several threads."""

    def __init__(
        self,
        endpoint: str,
        authority: Path,
        *,
        certificate: tuple[Path, Path] | None = None,
        token: str | None = None,
    ) -> None:
        """Authenticate with a client certificate (certificate file, key file), a bearer token or not at all."""
        self._endpoint = endpoint
        self._headers = {"Accept": "application/json, */*"}
        if token is not None:
            self._headers["Authorization"] = f"Bearer {token}"
        certificate_file, key_file = certificate or (None, None)
        self._http = urllib3.PoolManager(
            maxsize=_CONNECTIONS,
            timeout=_SECONDS,
            retries=False,
            ca_certs=str(authority),
            cert_file=str(certificate_file) if certificate_file else None,
            key_file=str(key_file) if key_file else None,
        )

    def impersonating(self, user: str, group: str) -> Api:
        """Return a client that acts as another user, on the same connections; this one must have the right to."""
        other = copy.copy(self)
        other._headers = self._headers | {"Impersonate-User": user, "Impersonate-Group": group}  # noqa: SLF001 (one of us)
        return other

    def get(self, path: str) -> Document:
        """Return the document at `path`, for example `/api/v1/namespaces/team-a`."""
        return self._request("GET", path)

    def list(self, path: str, **parameters: str) -> list[Document]:
        """Return the items of the collection at `path`; `parameters` such as fieldSelector or labelSelector."""
        return self._request("GET", path, parameters=parameters)["items"]

    def create(self, path: str, document: Document) -> Document:
        """Create `document` in the collection at `path` and return it as stored."""
        return self._request("POST", path, document)

    def replace(self, path: str, document: Document) -> Document:
        """Replace the document at `path`; a resourceVersion in it must be the stored one."""
        return self._request("PUT", path, document)

    def patch(
        self,
        path: str,
        change: Document | list[Document],
        kind: Literal["merge", "strategic", "json"] = "merge",
    ) -> Document:
        """Change the document at `path`."""
        return self._request("PATCH", path, change, content_type=_CONTENT_TYPES[kind])

    def apply(self, path: str, document: Document, *, manager: str) -> Document:
        """Make the document at `path` hold these fields, creating it if absent (server-side apply, forced)."""
        parameters = {"fieldManager": manager, "force": "true"}
        return self._request("PATCH", path, document, content_type=_CONTENT_TYPES["apply"], parameters=parameters)

    def delete(self, path: str, options: Document | None = None, **parameters: str) -> Document:
        """Delete the document or collection at `path`; `parameters` such as gracePeriodSeconds, or DeleteOptions."""
        return self._request("DELETE", path, options, parameters=parameters)

    def watch(self, path: str, seconds: int, **parameters: str) -> Iterator[Document]:
        """Yield the events of the collection at `path` (`type`, `object`) until the server ends, after `seconds`."""
        wanted = {"watch": "true", "timeoutSeconds": str(seconds), **parameters}
        timeout = urllib3.Timeout(connect=_SECONDS, read=seconds + _SECONDS)
        url = f"{self._endpoint}{path}?{urlencode(wanted)}"
        try:
            response = self._http.request("GET", url, headers=self._headers, timeout=timeout, preload_content=False)
            try:
                if response.status >= _FIRST_ERROR:
                    raise _refusal(response.status, response.read())
                for line in response:
                    yield json.loads(line)
            finally:
                response.close()
        except urllib3.exceptions.HTTPError as error:
            raise self._unreachable(error) from error

    def access_review(self, spec: Document) -> tuple[bool, str]:
        """Whether a user may do something, and the authorizer's reason.

        `spec` is that of a SubjectAccessReview: user, groups, resourceAttributes or nonResourceAttributes.
        """
        review = self.create(
            "/apis/authorization.k8s.io/v1/subjectaccessreviews",
            {"apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview", "spec": spec},
        )
        return review["status"]["allowed"], review["status"].get("reason", "")

    def _request(
        self,
        method: str,
        path: str,
        body: Document | list[Document] | None = None,
        *,
        content_type: str = "application/json",
        parameters: Mapping[str, str] | None = None,
    ) -> Document:
        headers = self._headers | ({"Content-Type": content_type} if body is not None else {})
        url = self._endpoint + path + (f"?{urlencode(parameters)}" if parameters else "")
        encoded = None if body is None else json.dumps(body)
        try:
            response = self._http.request(method, url, body=encoded, headers=headers)
        except urllib3.exceptions.HTTPError as error:
            raise self._unreachable(error) from error
        if response.status >= _FIRST_ERROR:
            raise _refusal(response.status, response.data)
        try:
            return json.loads(response.data)
        except ValueError:  # health endpoints answer plain text
            return {"text": response.data.decode(errors="replace")}

    def _unreachable(self, error: Exception) -> ApiError:
        return ApiError(0, "Unreachable", f"no answer from the API server at {self._endpoint}: {error}")


def _refusal(status: int, body: bytes) -> ApiError:
    """Read the Status document of a refusal; some refusals are plain text."""
    try:
        answer: Document = json.loads(body)
        return ApiError(status, answer.get("reason", ""), answer.get("message", ""))
    except (ValueError, AttributeError):
        return ApiError(status, "", body.decode(errors="replace"))
