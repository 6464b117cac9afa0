"""Service-account tokens of one pod, made by the API server and bound to the pod (TokenRequest)."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from local.control_plane.api import Api

Document = dict[str, Any]

_SHARE = 0.8  # of a token's life, after which a kubelet asks for the next one
_DAY_SECONDS = 24 * 3600  # and at the latest


class PodTokens:
    """Asks for tokens as the pod's node, which the API server allows for pods on that node only."""

    def __init__(self, api: Api, pod: Document) -> None:
        """Ask with `api`, which is the pod's node."""
        self._api = api
        self._metadata = pod["metadata"]
        self._account: str = pod["spec"].get("serviceAccountName", "default")
        self.renew_at = float("inf")
        """Monotonic time at which the first of them should be renewed."""

    def token(self, audience: str, seconds: int) -> str:
        """Return a new token; raises ApiError."""
        metadata = self._metadata
        reference = {"kind": "Pod", "apiVersion": "v1", "name": metadata["name"], "uid": metadata["uid"]}
        spec: Document = {"expirationSeconds": seconds, "boundObjectRef": reference}
        if audience:
            spec["audiences"] = [audience]
        path = f"/api/v1/namespaces/{metadata['namespace']}/serviceaccounts/{self._account}/token"
        answer = self._api.create(path, {"spec": spec})
        self.renew_at = min(self.renew_at, time.monotonic() + min(seconds * _SHARE, _DAY_SECONDS))
        return answer["status"]["token"]
