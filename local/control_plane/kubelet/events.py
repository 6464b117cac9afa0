"""The events that a kubelet records of a pod."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any

from local.control_plane.api import ApiError
from local.control_plane.kubelet.containers import now_text

if TYPE_CHECKING:
    from local.control_plane.api import Api

Document = dict[str, Any]

LOG = logging.getLogger(__name__)


class Events:
    """Records events of one pod; one that comes again is counted, as `kubectl describe` shows."""

    def __init__(self, api: Api, pod: Document) -> None:
        """Record with `api`, which is the pod's node."""
        self._api = api
        self._metadata = pod["metadata"]
        self._node: str = pod["spec"]["nodeName"]
        self._recorded: dict[tuple[str, str], Document] = {}

    def normal(self, reason: str, message: str) -> None:
        """Record what is in order."""
        self._record("Normal", reason, message)

    def warning(self, reason: str, message: str) -> None:
        """Record what is not."""
        self._record("Warning", reason, message)

    def _record(self, kind: str, reason: str, message: str) -> None:
        events = f"/api/v1/namespaces/{self._metadata['namespace']}/events"
        earlier = self._recorded.get((reason, message))
        try:
            if earlier is None:
                event = self._api.create(events, self._document(kind, reason, message))
                self._recorded[reason, message] = {"name": event["metadata"]["name"], "count": 1}
            else:
                earlier["count"] += 1
                change = {"count": earlier["count"], "lastTimestamp": now_text()}
                self._api.patch(f"{events}/{earlier['name']}", change)
        except ApiError as error:  # such as a namespace on its way out; the pod's life goes on
            LOG.info("event %s of pod %s is not recorded: %s", reason, self._metadata["name"], error.message)

    def _document(self, kind: str, reason: str, message: str) -> Document:
        metadata, now = self._metadata, now_text()
        return {
            "metadata": {"name": f"{metadata['name']}.{time.time_ns():x}", "namespace": metadata["namespace"]},
            "involvedObject": {
                "apiVersion": "v1",
                "kind": "Pod",
                **{key: metadata[key] for key in ("name", "namespace", "uid", "resourceVersion")},
            },
            "type": kind,
            "reason": reason,
            "message": message,
            "count": 1,
            "firstTimestamp": now,
            "lastTimestamp": now,
            "source": {"component": "kubelet", "host": self._node},
            "reportingComponent": "kubelet",
            "reportingInstance": self._node,
        }
